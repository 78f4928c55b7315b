"""A table found in a document: which line prints which rows of the form."""

from collections.abc import Iterator
from dataclasses import dataclass

from gkllm.documents.document import GridCell
from gkllm.form import Column, Row, Table
from gkllm.reading.table_lines import TableLine


@dataclass(frozen=True, slots=True)
class LocatedRow:
    """A line and the form's rows whose numbers it prints, side by side.

    `values_from` is the index of the line's first cell after the label. `score` is the likeness of the label to
    the form's, 0 to 1, and `rival` that of the next most similar row. `first_line` and `last_line` are the lines
    that the label is spread over. `beside_stray` where a line of numbers next to this one belongs to no row.
    """

    rows: tuple[Row, ...]
    line: TableLine
    values_from: int
    score: float
    rival: float
    first_line: int
    last_line: int
    beside_stray: bool = False

    @property
    def values(self) -> tuple[GridCell, ...]:
        return self.line.cells[self.values_from :]

    @property
    def columns(self) -> tuple[tuple[Row, Column], ...]:
        """Each number of the line as (row, column), in printed order."""
        return tuple((row, column) for row in self.rows for column in row.columns)

    @property
    def width(self) -> int:
        """How many numbers the form prints on the line."""
        return sum(len(row.columns) for row in self.rows)

    @property
    def headings(self) -> tuple[str, ...]:
        """The labels over the numbers."""
        return tuple(column.label for row in self.rows for column in row.columns)


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
