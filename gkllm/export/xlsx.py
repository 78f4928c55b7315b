"""Tables as the sheets of an Excel workbook: filters, frozen heads, widths, and a colour where a person should look."""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from gkllm.errors import ConfigurationError
from gkllm.export.tables import Column
from gkllm.report import CellState

try:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.writer.excel import ExcelWriter
except ImportError as error:
    raise ConfigurationError("format xlsx needs openpyxl: pip install 'gkllm[sheets]'") from error

MAX_ROWS = 1_048_576
"""What a sheet of the format can hold, its heading included."""
TO_REVIEW = PatternFill("solid", fgColor="F5B5B5")
"""The colour of what a person should look at."""
WIDTHS = {
    "source": 28,
    "title": 36,
    "issuer": 20,
    "cell": 40,
    "label": 48,
    "message": 60,
    "message_zh": 60,
    "quote": 48,
    "review_cells": 40,
    "rule": 22,
    "scope": 22,
    "verdict": 20,
    "cells": 40,
    "suggestions": 48,
    "reasons": 48,
    "column": 24,
    "tables": 28,
    "text": 60,
}
"""Of columns that hold longer text, in characters."""
_HEAD = Font(bold=True)
_NAME = Font(size=8, color="777777")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LABEL_HEIGHT: Final = 90
"""Of a head with labels, in points: six lines at a column's width."""
_LONGEST_NAME: Final = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number; what has more is written as text."""


class Sheets:
    """The sheets of a workbook, written row by row. Text is stored as text, so that nothing in a document can become a
    formula.
    """

    workbook = True
    apart = True

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._book = Workbook(write_only=True)
        self._first = 0

    def open(self, name: str, columns: Sequence[Column], *, main: bool = False) -> "Sheet":
        """Begin a table's sheet, those that are main before the others."""
        place = self._first if main else None
        self._first += main
        return Sheet(self._book, name, columns, place)

    def name_of(self, column: str) -> str:
        """A head takes any name."""
        return column

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


class Sheet:
    """A table under its columns' names and, where they have them, labels; where a sheet is full, the rows go on in
    another, numbered one.
    """

    def __init__(self, book: Any, name: str, columns: Sequence[Column], place: int | None) -> None:
        self._book = book
        self._name = _NOT_IN_A_NAME.sub("_", name)
        self._columns = columns
        self._heads = 2 if any(column.label for column in columns) else 1
        self._count = 0
        self._begin(place)

    def append(self, row: Sequence[object], marked: Collection[int] = (), /) -> None:
        """Add a row, coloured where it is marked."""
        if self._rows == MAX_ROWS:
            self._begin(None)
        self._rows += 1
        self._sheet.append([self._stored(value, marked=number in marked) for number, value in enumerate(row)])
        last = get_column_letter(len(self._columns))
        self._sheet.auto_filter.ref = f"A{self._heads}:{last}{self._rows}"

    def close(self) -> None:
        """The workbook closes its sheets."""

    def _begin(self, place: int | None) -> None:
        self._count += 1
        number = "" if self._count == 1 else f" {self._count}"
        self._sheet = self._book.create_sheet(self._name[: _LONGEST_NAME - len(number)] + number, place)
        labelled = self._heads == 2
        self._sheet.freeze_panes = "C3" if labelled else "A2"
        for index, column in enumerate(self._columns, start=1):
            self._sheet.column_dimensions[get_column_letter(index)].width = WIDTHS.get(column.name, 12)
        self._rows = self._heads
        names = [column.name for column in self._columns]
        if labelled:
            self._sheet.row_dimensions[2].height = _LABEL_HEIGHT
            self._sheet.append([self._head(name, _NAME) for name in names])
            names = [column.label or column.name for column in self._columns]
        self._sheet.append([self._head(name, _HEAD) for name in names])

    def _head(self, name: str, font: Any) -> Any:
        cell = WriteOnlyCell(self._sheet, name)
        cell.font = font
        if font is _HEAD and self._heads == 2:
            cell.alignment = _WRAPPED
        return cell

    def _stored(self, value: object, *, marked: bool) -> object:
        match value:
            case CellState():
                value = None
            case tuple():
                value = "; ".join(map(str, value))
            case int() if abs(value) >= _EXACT:
                value = str(value)
        if not isinstance(value, str):
            return self._coloured(WriteOnlyCell(self._sheet, value)) if marked else value
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        # The library takes a text that opens with "=" for a formula unless the type is set after the value.
        cell.data_type = "s"
        return self._coloured(cell) if marked else cell

    def _coloured(self, cell: Any) -> Any:
        cell.fill = TO_REVIEW
        return cell
