"""How far the reports read from converters' texts are from the truth, converter by converter."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import gkllm
from evals.converters.converters import FILES, Converter, Format
from evals.converters.floor import blanks_apart, open_cells
from evals.generator.drawn import PRINTED, DrawnReport, draw
from evals.generator.generated_form import FORM
from evals.generator.levels import NoiseLevel
from gkllm.errors import GkllmError
from gkllm.evaluation.scoring import score_report

LEVELS: Mapping[str, NoiseLevel] = {
    "none": NoiseLevel.CLEAN,
    "moderate": replace(NoiseLevel.MODERATE, kinds=PRINTED.kinds & NoiseLevel.MODERATE.kinds),
}
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Line:
    """Counts over the reports of one converter.

    `right` cells are right and unmarked, `silent` ones wrong and unmarked. `floor` counts those that the texts leave
    open. Of a text in which no table is found, `refused`, every cell is marked. `lossy` texts lack digits that the file
    prints: these are not the reader's.
    """

    converter: str
    cells: int = 0
    right: int = 0
    marked: int = 0
    floor: int = 0
    refused: int = 0
    lossy: int = 0
    silent_errors: tuple[str, ...] = ()

    @property
    def silent(self) -> int:
        return len(self.silent_errors)

    def __add__(self, other: "Line") -> "Line":
        return Line(
            self.converter,
            *(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)[1:]),
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """A report with its files; `apart` are those of the same report with its blank cells at other places."""

    report: DrawnReport
    files: dict[Format, bytes]
    apart: dict[Format, bytes]
    open_told: int
    open_untold: int


def sample(seed: int, noise: NoiseLevel) -> Sample:
    """The report that `seed` gives, in every format."""
    report = draw(seed, noise)
    moved = replace(report, contents=blanks_apart(report))
    return Sample(
        report,
        {name: file(report) for name, file in FILES.items()},
        {name: file(moved) for name, file in FILES.items()},
        len(open_cells(report, places_told=True)),
        len(open_cells(report, places_told=False)),
    )


def measure(converters: Sequence[Converter], seeds: Iterable[int], noise: NoiseLevel) -> list[Line]:
    """A line a converter, in their order, over the same reports."""
    lines = [Line(converter.name) for converter in converters]
    for seed in seeds:
        known = sample(seed, noise)
        lines = [line + read(known, one) for line, one in zip(lines, converters, strict=True)]
    return lines


def read(known: Sample, converter: Converter) -> Line:
    """One report's text, read."""
    text = converter.convert(known.files[converter.format])
    # Where nothing in the text moves with the blank cells, it does not say where they stood.
    told = text != converter.convert(known.apart[converter.format])
    truth = known.report.truth
    cells = len(truth.cells)
    line = Line(
        converter.name,
        cells=cells,
        floor=known.open_told if told else known.open_untold,
        lossy=len(_DIGIT.findall(text))
        < sum(len(_DIGIT.findall(one)) for one in known.report.contents.values()),
    )
    try:
        report = gkllm.extract_text(text, f"{converter.name} {truth.seed}.txt")
    except GkllmError:
        return replace(line, refused=1, marked=cells)
    scored = score_report(truth.truth(), report, FORM).cells
    read_as = {cell.id: cell for cell in report.cells}
    silent = [
        f"{converter.name} {truth.seed} {cell.cell}: {truth.cells[cell.cell].raw!r} read as {_told(read_as, cell.cell)}"
        for cell in scored
        if cell.silent
    ]
    return replace(
        line,
        right=sum(cell.right and not cell.flagged for cell in scored),
        marked=sum(cell.flagged for cell in scored),
        silent_errors=tuple(silent),
    )


def _told(cells: dict[str, gkllm.report.Cell], cell_id: str) -> str:
    cell = cells.get(cell_id)
    return f"{cell.raw!r} {cell.value} {cell.state}" if cell else "no cell"
