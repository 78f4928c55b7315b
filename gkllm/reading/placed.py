"""What reading a table yields: for every cell of the form, the text printed in its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gkllm.form import Table
from gkllm.report import ReaderView


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """The text in one cell's place.

    `span` is null for a blank cell. `label_score` is the likeness of the row's printed label to the form's, 0
    where the row was not found. `doubts` are reasons why the text may belong to another cell. `present` is
    false where the document has no such cell, `legible` where what a reader saw there is not in the document.
    `views` holds what each reader saw. `gaps` where the blank cells of its line are mere gaps.
    """

    raw: str
    span: tuple[int, int] | None
    label_score: float
    doubts: tuple[str, ...] = ()
    present: bool = True
    legible: bool = True
    views: Mapping[str, ReaderView] = field(default_factory=dict)
    gaps: bool = False


ABSENT = PlacedCell("", None, 0.0, (), False)
"""A cell whose row or table the document does not have."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table as a reader saw it. `cells` has every cell id of `table`, in printed order.

    `row_lines` are the first and last line of the document that print each row found, its label's lines included.
    """

    table: Table
    found: bool
    cells: dict[str, PlacedCell]
    row_lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def absent_table(table: Table) -> TableReading:
    """The reading of a table that the document does not have."""
    return TableReading(table, False, dict.fromkeys(table.cell_ids(), ABSENT))
