"""Reports as wide data: a table a form, a row a report, a column a cell."""

from typing import Final, NamedTuple

from gkllm.export.kept import KeptReports
from gkllm.export.labels import about_label
from gkllm.export.tables import Findings, Tables, columns_of
from gkllm.form import Forms
from gkllm.report import Report
from gkllm.report.rows import CellRow, cell_rows
from gkllm.report.wide import AboutRow

_TOGETHER: Final = "reports"
"""What the table of all reports is called, whatever their form."""


class ColumnRow(NamedTuple):
    """A column of wide data: its name there, the cell's id, the editions that print it, and its label."""

    form: str
    column: str
    cell: str
    editions: tuple[str, ...]
    label: str


class WideExporter:
    """A table for each form and beside it those of violations, claims, cells to review, and columns.

    Which columns there are is known at the end: until then the reports' rows are kept on disk. Where no table has a
    place beside the first, the reports on all forms share one.
    """

    def __init__(self, tables: Tables, forms: Forms) -> None:
        self._tables = tables
        self._forms = forms
        self._findings = Findings(tables)
        self._review = tables.open("review", columns_of(CellRow))
        self._columns = tables.open("columns", columns_of(ColumnRow))
        self._kept: dict[str, KeptReports] = {}

    def write(self, report: Report) -> None:
        """Add a report's row, and what else is said of it."""
        name = report.form if self._tables.apart else _TOGETHER
        if name not in self._kept:
            self._kept[name] = KeptReports(self._forms)
        self._kept[name].add(report)
        self._findings.write(report)
        for row in cell_rows(report):
            if row.needs_review:
                self._review.append(row)

    def finish(self) -> None:
        """Write the tables of the forms, the first form's first, and close all."""
        known = {form.id: number for number, form in enumerate(self._forms)}
        for name in sorted(self._kept, key=lambda name: (known.get(name, len(known)), name)):
            self._write(name, self._kept[name])
        if not self._kept:
            self._write(_TOGETHER, KeptReports(self._forms))
        self._tables.finish()

    def _write(self, name: str, reports: KeptReports) -> None:
        about = [column._replace(label=about_label(column.name)) for column in columns_of(AboutRow)]
        rows = self._tables.open(name, [*about, *reports.columns()], main=True)
        for row, marked in reports.rows():
            rows.append(row, marked)
        for cell in reports.cells:
            named = self._tables.name_of(cell.id)
            self._columns.append(ColumnRow(cell.form, named, cell.id, tuple(cell.labels), cell.label))
