"""Reports as an Excel workbook: the sheets `cells`, `violations`, `sections` and `sources`."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from gkllm.errors import ConfigurationError
from gkllm.report import Report
from gkllm.report.rows import (
    CellRow,
    SectionRow,
    SourceRow,
    ViolationRow,
    cell_rows,
    section_rows,
    source_row,
    violation_rows,
)

try:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
except ImportError as error:
    raise ConfigurationError("format xlsx needs openpyxl: pip install 'gkllm[sheets]'") from error

MAX_ROWS = 1_048_576
"""What a sheet of the format can hold, its heading included."""


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
        self._sections = _Sheet(self._book, "sections", SectionRow._fields)
        self._sources = _Sheet(self._book, "sources", SourceRow._fields)

    def write(self, report: Report) -> None:
        """Add a report's cells, violations and sections, and its line among the sources."""
        for row in cell_rows(report):
            self._cells.append(row)
        for violation in violation_rows(report):
            self._violations.append(violation)
        for section in section_rows(report):
            self._sections.append(section)
        self._sources.append(source_row(report))

    def finish(self) -> None:
        """Write the workbook."""
        self._book.save(self._stream)


class _Sheet:
    """Rows of one kind under one heading, over as many sheets as they take."""

    def __init__(self, book: Any, name: str, heading: Iterable[str]) -> None:
        self._book = book
        self._name = name
        self._heading = tuple(heading)
        self._count = 0
        self._begin()

    def append(self, row: Iterable[object]) -> None:
        if self._rows == MAX_ROWS:
            self._begin()
        self._rows += 1
        self._sheet.append([self._stored(value) for value in row])

    def _begin(self) -> None:
        self._count += 1
        name = self._name if self._count == 1 else f"{self._name} {self._count}"
        self._sheet = self._book.create_sheet(name)
        self._sheet.freeze_panes = "A2"
        self._rows = 1
        self._sheet.append(self._heading)

    def _stored(self, value: object) -> object:
        if isinstance(value, tuple):
            value = "; ".join(map(str, value))
        if not isinstance(value, str):
            return value
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        # The library takes a text that opens with "=" for a formula unless the type is set after the value.
        cell.data_type = "s"
        return cell
