"""A table of a report as the form lays it out: looked up by row and column, shown, and put into a frame.

It is made from the report alone, so a report on a form that is not known here has its tables too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from gkllm.form import CellId
from gkllm.report.parts import Cell
from gkllm.report.report import Report

if TYPE_CHECKING:
    from gkllm.report.frames import Library

_BETWEEN = " / "
"""What stands between the labels of a cell: those of the row's groups, the row's and the column's."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the form: its printed label, its groups' before it, and its cells by their columns' ids."""

    id: str
    label: str
    headings: tuple[str, ...]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of a report. `edition` is that of its labels; where it was not `found` every cell is missing."""

    id: str
    edition: str
    found: bool
    rows: tuple[TableRow, ...]

    def __getitem__(self, place: str | tuple[str, str]) -> Any:
        """The cell at (row, column), or a row's cells by their columns.

        Raises:
            KeyError: the table has no such row or column.
        """
        name, column = (place, None) if isinstance(place, str) else place
        row = next((row for row in self.rows if row.id == name), None)
        if row is None:
            raise KeyError(name)
        return row.cells if column is None else row.cells[column]

    @property
    def columns(self) -> tuple[str, ...]:
        """The ids of the columns; not every row has every column."""
        return tuple(dict.fromkeys(column for row in self.rows for column in row.cells))

    def blocks(self) -> Iterator[tuple[tuple[str, ...], list[TableRow]]]:
        """The rows that stand under the same headings, with those headings."""
        for headings, rows in groupby(self.rows, key=lambda row: row.headings):
            yield headings, list(rows)

    def to_frame(self, library: "Library" = "pandas") -> Any:
        """The values as a data frame: a row a row, named by `row` and `label`, and a column a column.

        Raises:
            ConfigurationError: the library is not installed.
        """
        from gkllm.report.frames import frame

        values = {
            column: [row.cells[column].value if column in row.cells else None for row in self.rows]
            for column in self.columns
        }
        named = {"row": [row.id for row in self.rows], "label": [row.label for row in self.rows]}
        return frame({**named, **values}, library)

    def __repr__(self) -> str:
        size = f"{len(self.rows)} rows, {len(self.columns)} columns"
        return f"ReportTable({self.id!r}, edition={self.edition!r}, found={self.found}, {size})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from gkllm.report.page import table_page

        return table_page(self)


def table_in(report: Report, table_id: str) -> ReportTable:
    """The report's table of that id.

    Raises:
        KeyError: the report has no such table.
    """
    info = report.tables[table_id]
    rows = groupby(
        (cell for cell in report.cells if CellId(cell.id).table == table_id),
        key=lambda cell: CellId(cell.id).row,
    )
    return ReportTable(
        table_id, info.edition, info.found, tuple(_row(row, list(cells)) for row, cells in rows)
    )


def _row(row_id: str, cells: list[Cell]) -> TableRow:
    labels = [cell.label.rpartition(_BETWEEN) for cell in cells]
    return TableRow(
        row_id,
        labels[0][0],
        tuple(heading for _, _, heading in labels),
        {CellId(cell.id).column: cell for cell in cells},
    )
