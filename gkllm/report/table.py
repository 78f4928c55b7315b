"""A table of a report as the form lays it out: looked up by row and column, put into a frame, shown in a notebook.

It is made from the report alone, so a report on a form that is not known here has its tables too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from gkllm.form import CellId
from gkllm.language import said, speaking
from gkllm.report.parts import Cell, CellState, Violation
from gkllm.report.report import Report

if TYPE_CHECKING:
    from gkllm.report.frames import Library


_BETWEEN = " / "
"""What stands between the labels of a cell: those of the row's groups, the row's and the column's."""
_REVIEW = ' style="background:#f5b5b5;color:#222"'
STANDINGS = {
    CellState.BLANK: "",
    CellState.NONE: "无",
    CellState.NOT_APPLICABLE: "—",
    CellState.MISSING: "缺",
    CellState.UNREADABLE: "?",
}
"""What stands for a cell that holds no number."""


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
        from gkllm.report.table import table_page

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


def report_page(report: Report) -> str:
    """The report's particulars, its tables, and what is to be looked at."""
    with speaking(report.language):
        return "\n".join(_report(report))


def table_page(table: ReportTable) -> str:
    """The table under its headings; a marked cell tells why when it is pointed at."""
    return "\n".join(_table(table))


def _report(report: Report) -> Iterator[str]:
    about = report.report
    facts = (report.source.name, about.issuer, about.year, about.published)
    yield f"<h4>{escape(about.title or report.source.name)}</h4>"
    yield f"<p>{escape(' · '.join(str(fact) for fact in facts if fact))}</p>"
    for table_id in report.tables:
        yield from _table(report[table_id])
    yield from _list(said("Broken relations"), [_sentence(report, each) for each in report.violations])
    labelled = [
        " ".join((f"{cell.label}: {_shown(cell)}", *(f"({reason})" for reason in cell.reasons)))
        for cell in report.to_review
    ]
    yield from _list(said("Cells to review"), labelled)
    yield from _list(said("Warnings"), report.warnings)


def _sentence(report: Report, violation: Violation) -> str:
    return violation.message.zh if report.language == "zh" else violation.message.en


def _list(title: str, entries: list[str] | tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield f"<details><summary>{escape(title)} ({len(entries)})</summary><ul>"
        yield from (f"<li>{escape(entry)}</li>" for entry in entries)
        yield "</ul></details>"


def _table(table: ReportTable) -> Iterator[str]:
    if not table.found:
        yield f"<p><b>{escape(table.id)}</b>: {escape(said('not found in the document'))}</p>"
        return
    yield f"<table><caption>{escape(table.id)} ({escape(table.edition)})</caption>"
    for headings, rows in table.blocks():
        yield "<tr><th></th>" + "".join(f"<th>{escape(heading)}</th>" for heading in headings) + "</tr>"
        yield from map(_row_markup, rows)
    yield "</table>"


def _row_markup(row: TableRow) -> str:
    label = f'<th style="text-align:left">{escape(row.label)}</th>'
    return f"<tr>{label}{''.join(map(_cell, row.cells.values()))}</tr>"


def _cell(cell: Cell) -> str:
    marked = _REVIEW if cell.needs_review else ""
    told = f' title="{escape("; ".join(cell.reasons))}"' if cell.reasons else ""
    return f"<td{marked}{told}>{escape(_shown(cell))}</td>"


def _shown(cell: Cell) -> str:
    return str(cell.value) if cell.state is CellState.REPORTED else STANDINGS[cell.state]
