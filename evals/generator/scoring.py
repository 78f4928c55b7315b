"""How far reports are from the truth of generated ones, in counts that add up."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from evals.generator.generated_form import FORM
from evals.generator.truth import SyntheticReport
from gkllm.documents.document import collapse
from gkllm.evaluation.scoring import score_report
from gkllm.evaluation.truth import TrueCell
from gkllm.report import Cell, Report


@dataclass(frozen=True, slots=True)
class SilentError:
    """A wrong cell that nothing marks. `got` is null where the output lacks the cell."""

    seed: int
    layout: str
    cell: str
    truth: TrueCell
    got: Cell | None

    def __str__(self) -> str:
        got = f"{self.got.raw!r} -> {self.got.value} {self.got.state}" if self.got else "no such cell"
        meant = f"{self.truth.raw!r} -> {self.truth.value} {self.truth.state}"
        return f"seed {self.seed} {self.layout} {self.cell} [{self.truth.noise}]: printed {meant}, got {got}"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts that add up over reports.

    A cell is `wrong` if its value or state differs from the truth, or if the output lacks it; it is silent if
    moreover nothing marks it for review. `span_errors` are cells whose span holds another text than what is
    printed, `misplaced` those whose span holds the right text at another place. Relations that an unreadable
    cell keeps from being assessed count neither way. After a crash every cell is wrong and none silent.
    """

    reports: int = 0
    crashes: int = 0
    cells: int = 0
    wrong: int = 0
    flagged: int = 0
    raw_mismatches: int = 0
    span_errors: int = 0
    misplaced: int = 0
    surplus_cells: int = 0
    broken: int = 0
    broken_found: int = 0
    broken_false: int = 0
    wrong_editions: int = 0
    wrong_headings: int = 0
    silent_errors: tuple[SilentError, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def silent(self) -> int:
        """Wrong cells that nothing marks."""
        return len(self.silent_errors)

    @property
    def broken_missed(self) -> int:
        """Broken relations that the report does not list."""
        return self.broken - self.broken_found


def crash(truth: SyntheticReport) -> Score:
    """The score of a report that could not be read at all."""
    return Score(
        reports=1, crashes=1, cells=len(truth.cells), wrong=len(truth.cells), broken=len(truth.broken)
    )


def score(truth: SyntheticReport, report: Report) -> Score:
    """Compares one report with its truth; depends on nothing else."""
    scored = score_report(truth.truth(), report, FORM)
    got = {cell.id: cell for cell in report.cells}
    both = [(cell, got[cell_id]) for cell_id, cell in truth.cells.items() if cell_id in got]
    return Score(
        reports=1,
        cells=len(scored.cells),
        wrong=sum(not cell.right for cell in scored.cells),
        flagged=sum(cell.flagged for cell in scored.cells),
        raw_mismatches=sum(cell.raw != known.raw for known, cell in both),
        span_errors=sum(_span_text(truth.text, cell) != known.raw for known, cell in both),
        misplaced=sum(
            _span_text(truth.text, cell) == known.raw and _printed_extent(truth.text, cell) != known.span
            for known, cell in both
        ),
        surplus_cells=len(scored.surplus),
        broken=len(truth.broken),
        broken_found=len(scored.broken_found),
        broken_false=len(scored.broken_false),
        wrong_editions=len(scored.tables),
        wrong_headings=len(scored.particulars),
        silent_errors=tuple(
            SilentError(truth.seed, truth.layout, cell.cell, truth.cells[cell.cell], got.get(cell.cell))
            for cell in scored.cells
            if cell.silent
        ),
    )


def total(scores: Iterable[Score]) -> Score:
    """The sum; of none, the zero score."""
    return sum(scores, start=Score())


def _span_text(text: str, cell: Cell) -> str:
    return collapse(text[cell.span.start : cell.span.end]) if cell.span else ""


def _printed_extent(text: str, cell: Cell) -> tuple[int, int] | None:
    """The span without white space at its ends: readers may differ in how much of that they include."""
    if cell.span is None:
        return None
    held = text[cell.span.start : cell.span.end]
    start = cell.span.start + len(held) - len(held.lstrip())
    return (start, start + len(held.strip())) if held.strip() else None
