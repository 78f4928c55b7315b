"""A generated report as what is to be drawn: prose, and tables as grids of merged cells with their contents."""

from dataclasses import dataclass, replace
from random import Random

from evals.generator import NoiseLevel, SyntheticReport, generate
from evals.generator.figures import draw_figures, draw_mistake
from evals.generator.grids import Grid, grids_of
from evals.generator.labels import LabelPrinter
from evals.generator.levels import ALL_KINDS
from evals.generator.noise import print_cells
from evals.generator.pages import Page, section_title
from evals.generator.prose import draw_heading, draw_prose
from evals.generator.writer import TextWriter
from gkllm.evaluation.truth import TrueCell

_OF_TEXT_FILES = frozenset({"line_break", "orphan", "inner_break"})
"""Noise that only text files have."""

PRINTED = NoiseLevel(1 / 12, 1 / 12, 1 / 5, ALL_KINDS - _OF_TEXT_FILES)
"""Noise that a printed page may show."""


@dataclass(frozen=True, slots=True)
class DrawnReport:
    """`sections` are titles with the grids under them; `contents` is what is printed in each cell."""

    truth: SyntheticReport
    opening: tuple[str, ...]
    sections: tuple[tuple[str, tuple[Grid, ...]], ...]
    closing: tuple[str, ...]
    contents: dict[str, str]


def draw(seed: int, noise: NoiseLevel = PRINTED) -> DrawnReport:
    """The report that `seed` gives; the truth's text and spans are those of no file, and empty."""
    known = generate(seed, layout="pipe", noise=noise)
    editions: dict[str, str] = known.editions
    figures = draw_figures(Random(f"{seed}/figures"), editions)
    heading = draw_heading(Random(f"{seed}/heading"), editions["disclosure"])
    luck = Random(f"{seed}/mistake")
    mistake = draw_mistake(luck, figures, editions) if luck.random() < noise.mistake_rate else None
    printed = print_cells(Random(f"{seed}/pipe/noise"), figures, mistake, editions, "pipe", noise)
    writer = TextWriter(printed)
    labels = LabelPrinter(Random(f"{seed}/drawn/labels"), noise, ("",))
    rng = Random(f"{seed}/drawn")
    prose = draw_prose(rng, heading, printed, mistaken=mistake is not None)
    page = Page(rng, writer, labels, heading, prose, editions)
    sections = tuple((section_title(table), tuple(grids_of(rng, table, labels))) for table in page.tables())
    cells = {
        cell_id: TrueCell(cell.truth.value, cell.truth.state, cell.truth.raw, cell.truth.noise)
        for cell_id, cell in printed.items()
    }
    return DrawnReport(
        replace(known, text="", cells=cells, mistakes=tuple(mistake.printed) if mistake else ()),
        (heading.title, *prose.opening),
        sections,
        tuple(prose.closing),
        {cell_id: cell.content for cell_id, cell in printed.items()},
    )
