"""What a synthetic report says, known because it was written from it."""

from dataclasses import dataclass

from gkllm.evaluation.truth import BrokenRelation, TrueCell, TrueReport, TrueTable
from gkllm.report import ReportInfo


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A label of the form, as printed; `damage` is the kind of damage it bears."""

    label: str
    printed: str
    damage: str | None


@dataclass(frozen=True, slots=True)
class SyntheticReport:
    """A generated document and its truth.

    `mistakes` are the cells whose printed number is the source's own error: there the truth is what is
    printed. `broken` are the relations that do not hold between the printed numbers; one with an unreadable
    cell cannot be assessed and is in `not_assessable` instead. `table_damage` lists (table id, kind).
    """

    seed: int
    layout: str
    text: str
    cells: dict[str, TrueCell]
    editions: dict[str, str]
    mistakes: tuple[str, ...]
    broken: frozenset[BrokenRelation]
    not_assessable: frozenset[BrokenRelation]
    issuer: str
    year: int
    title: str
    published: str
    labels: tuple[PrintedLabel, ...]
    table_damage: tuple[tuple[str, str], ...]

    def truth(self) -> TrueReport:
        """What a reader is measured by; the proceedings table's labels do not tell its edition."""
        return TrueReport(
            report=ReportInfo(title=self.title, issuer=self.issuer, year=self.year, published=self.published),
            tables={
                table_id: TrueTable(True, None if table_id == "proceedings" else edition)
                for table_id, edition in self.editions.items()
            },
            cells=self.cells,
            broken=self.broken,
        )
