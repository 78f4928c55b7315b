"""Reports as rows: a row a cell."""

from gkllm.export.tables import CELLS, Findings, Tables, columns_of
from gkllm.report import Report
from gkllm.report.rows import SectionRow, SourceRow, section_rows, source_row, table_rows


class LongExporter:
    """A table of cells, and beside it those of violations and claims. A workbook has the sections and the sources on
    sheets of their own; elsewhere a report's sections stand in its first row.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        columns = CELLS[:-1] if tables.workbook else CELLS
        self._width = len(columns)
        self._flag = [column.name for column in columns].index("needs_review")
        self._cells = tables.open("cells", columns, main=True)
        self._findings = Findings(tables)
        self._sections = self._sources = None
        if tables.workbook:
            self._sections = tables.open("sections", columns_of(SectionRow))
            self._sources = tables.open("sources", columns_of(SourceRow))

    def write(self, report: Report) -> None:
        """Add a report's cells, marked where they are to be reviewed, and what else is said of it."""
        every = range(self._width)
        for row in table_rows(report):
            self._cells.append(row[: self._width], every if row[self._flag] else ())
        self._findings.write(report)
        if self._sections is not None and self._sources is not None:
            for section in section_rows(report):
                self._sections.append(section)
            self._sources.append(source_row(report))

    def finish(self) -> None:
        """Close the tables."""
        self._tables.finish()
