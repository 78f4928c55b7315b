"""Reports as an Excel workbook: the sheets `cells`, `violations`, `claims`, `sections` and `sources`."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from gkllm.errors import ConfigurationError
from gkllm.report import Report
from gkllm.report.rows import (
    CellRow,
    ClaimRow,
    SectionRow,
    SourceRow,
    ViolationRow,
    cell_rows,
    claim_rows,
    section_rows,
    source_row,
    violation_rows,
)

try:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.writer.excel import ExcelWriter
except ImportError as error:
    raise ConfigurationError("format xlsx needs openpyxl: pip install 'gkllm[sheets]'") from error

MAX_ROWS = 1_048_576
"""What a sheet of the format can hold, its heading included."""


TO_REVIEW = PatternFill("solid", fgColor="F5B5B5")
"""The colour of a cell's row that a person should look at."""
WIDTHS = {
    "source": 28,
    "title": 36,
    "issuer": 20,
    "cell": 40,
    "label": 48,
    "message": 60,
    "message_zh": 60,
    "quote": 48,
}
"""Of columns that hold longer text, in characters."""


class XlsxExporter:
    """A workbook written row by row.

    Text is stored as text, so that nothing in a document can become a formula. Where a sheet is full, its
    rows go on in another, numbered one.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._book = Workbook(write_only=True)
        self._cells = _Sheet(self._book, "cells", CellRow._fields)
        self._violations = _Sheet(self._book, "violations", ViolationRow._fields)
        self._claims = _Sheet(self._book, "claims", ClaimRow._fields)
        self._sections = _Sheet(self._book, "sections", SectionRow._fields)
        self._sources = _Sheet(self._book, "sources", SourceRow._fields)

    def write(self, report: Report) -> None:
        """Add a report's cells, violations, claims and sections, and its line among the sources."""
        for row in cell_rows(report):
            self._cells.append(row, marked=row.needs_review)
        for violation in violation_rows(report):
            self._violations.append(violation)
        for claim in claim_rows(report):
            self._claims.append(claim)
        for section in section_rows(report):
            self._sections.append(section)
        self._sources.append(source_row(report))

    def finish(self) -> None:
        """Write the workbook."""
        archive = ZipFile(self._stream, "w", ZIP_DEFLATED, allowZip64=True)
        try:
            ExcelWriter(self._book, archive).save()
        except BaseException:
            # Otherwise they would write on when they are collected, and complain to nobody.
            archive.fp = None
            for sheet in self._book.worksheets:
                with suppress(Exception):
                    sheet.close()
            raise


class _Sheet:
    """Rows of one kind under one heading, over as many sheets as they take."""

    def __init__(self, book: Any, name: str, heading: Iterable[str]) -> None:
        self._book = book
        self._name = name
        self._heading = tuple(heading)
        self._count = 0
        self._begin()

    def append(self, row: Iterable[object], *, marked: bool = False) -> None:
        if self._rows == MAX_ROWS:
            self._begin()
        self._rows += 1
        self._sheet.append([self._stored(value, marked=marked) for value in row])
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._heading))}{self._rows}"

    def _begin(self) -> None:
        self._count += 1
        name = self._name if self._count == 1 else f"{self._name} {self._count}"
        self._sheet = self._book.create_sheet(name)
        self._sheet.freeze_panes = "A2"
        for number, column in enumerate(self._heading, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 12)
        self._rows = 1
        self._sheet.append(self._heading)

    def _stored(self, value: object, *, marked: bool) -> object:
        if isinstance(value, tuple):
            value = "; ".join(map(str, value))
        if not isinstance(value, str):
            return self._coloured(WriteOnlyCell(self._sheet, value)) if marked else value
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        # The library takes a text that opens with "=" for a formula unless the type is set after the value.
        cell.data_type = "s"
        return self._coloured(cell) if marked else cell

    def _coloured(self, cell: Any) -> Any:
        cell.fill = TO_REVIEW
        return cell
