"""What reading yields: which line prints which rows of a table, and for every cell the text printed in its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from gkllm.documents.document import GridCell, Place
from gkllm.documents.fixed_width import words_of
from gkllm.documents.values import UNITS
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import Column, Row, Table
from gkllm.reading.numerals import CellText, read_text
from gkllm.reading.table_lines import TableLine
from gkllm.report import CellState, ReaderView


@dataclass(frozen=True)
class LocatedRow:
    """A line and the form's rows whose numbers it prints, side by side.

    `values_from` is the index of the line's first cell after the label. `score` is the likeness of the label to
    the form's, 0 to 1, and `rival` that of the next most similar row. `first_line` and `last_line` are the lines
    that the label is spread over. `beside_stray` where a line of numbers next to this one belongs to no row,
    `edition_untold` where the line is another row in an edition that fits the table about as well.
    """

    rows: tuple[Row, ...]
    line: TableLine
    values_from: int
    score: float
    rival: float
    first_line: int
    last_line: int
    beside_stray: bool = False
    edition_untold: bool = False

    @cached_property
    def values(self) -> tuple[GridCell, ...]:
        """The cells behind the label; the first may stand in the label's own, where a text has but a space between, or
        none, and a word that is no number among them.
        """
        values = self.line.cells[self.values_from :]
        spaced = self.values_from and self.line.layout in ("fixed_width", "sequential")
        if spaced and len(values) < self.width:
            return (*_swallowed(self.line.cells[self.values_from - 1]), *values)
        return values

    @property
    def is_merged(self) -> bool:
        """Whether the line has one number, which a merged cell may print over and over."""
        return self.width == 1 and len({cell.raw for cell in self.values}) == 1

    @cached_property
    def columns(self) -> tuple[tuple[Row, Column], ...]:
        """Each number of the line as (row, column), in printed order."""
        return tuple((row, column) for row in self.rows for column in row.columns)

    @cached_property
    def width(self) -> int:
        """How many numbers the form prints on the line."""
        return sum(len(row.columns) for row in self.rows)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The labels over the numbers."""
        return tuple(column.label for row in self.rows for column in row.columns)

    @property
    def miscounted(self) -> Doubt:
        """What is to be said of too many or too few cells."""
        return Doubt.of(DoubtKind.MISCOUNTED, cells=len(self.values), expected=self.width)


_BEFORE = r"+\-－—约增减"
"""What belongs to the number that it stands before; a comma behind a letter or an ideograph parts them."""
_SWALLOWED = re.compile(
    rf"(?:(?<=[^\s\d.．,，{_BEFORE}])|(?<=[^\s\d.．,，][,，]))"
    rf"(?:[{_BEFORE}]?\d+(?:[.．,，]\d+)*(?:{'|'.join(UNITS)})?$| \d+(?: .*|$))"
)


def _swallowed(label: GridCell) -> Iterator[GridCell]:
    """What stands behind a label from its first number on, as cells: no label of the form ends with or has one."""
    swallowed = _SWALLOWED.search(label.raw)
    if swallowed and label.end - label.start == len(label.raw):
        yield from words_of(label, swallowed.start())


@dataclass(frozen=True, slots=True)
class LocatedTable:
    """A table's lines, in the form's order. `repeated` where the document prints the table more than once."""

    table: Table
    rows: tuple[LocatedRow, ...]
    repeated: bool = False

    def groups(self) -> Iterator[tuple[LocatedRow, ...]]:
        """Lines under the same headings, together."""
        by_heading: dict[str, list[LocatedRow]] = {}
        for found in self.rows:
            by_heading.setdefault(found.rows[0].headed_by, []).append(found)
        yield from map(tuple, by_heading.values())


@dataclass(slots=True)
class PlacedCell:
    """The text in one cell's place. Nobody changes it; it is not frozen, which would take three times as long.

    `span` is null for a blank cell. `label_score` is the likeness of the row's printed label to the form's, 0
    where the row was not found. `doubts` are reasons why the text may belong to another cell. `present` is
    false where the document has no such cell, `legible` where what a reader saw there is not in the document, or
    what is printed there could not be read as text. `place` is known in paged documents only. `views` holds what
    each reader saw. `read_as` says what the text means where it is no cell's content but a sentence's. `gaps` where
    the blank cells of its line are mere gaps. `headed` is the unit of money that the heading over it prints. `lead` is
    by how many relations, then by how much cost, its place leads, where its row's numbers could stand in several.
    """

    raw: str
    span: tuple[int, int] | None
    label_score: float
    doubts: tuple[Doubt, ...] = ()
    present: bool = True
    legible: bool = True
    views: Mapping[str, ReaderView] = field(default_factory=dict)
    place: Place | None = None
    read_as: CellText | None = None
    gaps: bool = False
    headed: str | None = None
    lead: tuple[int, float] | None = None

    def text(self, column: Column) -> CellText:
        """What the text can mean in a cell of the column."""
        if not self.present:
            return CellText(CellState.MISSING)
        if self.read_as is not None:
            return self.read_as
        if not self.legible:
            return CellText(CellState.UNREADABLE)
        return read_text(self.raw, column.kind, column.unit, self.headed)


ABSENT = PlacedCell("", None, 0.0, (), False)
"""A cell whose row or table the document does not have."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row whose numbers are known and not their places: what its cells may hold, and the cost of each candidate.

    `doubt` is what is to be said of a cell whose content nothing decides. `if_broken` where the row is open only if its
    first candidate breaks a relation between its own cells.
    """

    cells: tuple[str, ...]
    candidates: tuple[tuple[PlacedCell, ...], ...]
    costs: tuple[float, ...]
    doubt: Doubt
    if_broken: bool = False


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table as a reader saw it. `cells` has every cell id of `table`, in printed order.

    `row_lines` are the first and last line of the document that print each row found, its label's lines included.
    The cells of `open_rows` are as their first candidate has them, and marked, until relations choose.
    """

    table: Table
    found: bool
    cells: dict[str, PlacedCell]
    row_lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    open_rows: tuple[OpenRow, ...] = ()


def unless_empty(reading: TableReading) -> TableReading:
    """The reading; if the table was found and nothing at all stands in it, one in which every cell is doubtful.

    Blank cells satisfy every relation. A table found by its labels whose numbers were lost would pass for clean.
    """
    if not reading.found or any(cell.raw for cell in reading.cells.values()):
        return reading
    doubt = Doubt.of(DoubtKind.TABLE_EMPTY, table=reading.table.id)
    cells = {name: replace(cell, doubts=(*cell.doubts, doubt)) for name, cell in reading.cells.items()}
    return replace(reading, cells=cells, doubts=(*reading.doubts, doubt))


def absent_table(table: Table) -> TableReading:
    """The reading of a table that the document does not have."""
    return TableReading(table, False, dict.fromkeys(table.cell_ids(), ABSENT))
