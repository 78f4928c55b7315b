"""Reports as tidy CSV: one row a cell. Violations are in JSON and Excel output, not here.

UTF-8 with a byte order mark, without which Excel takes the file for the system's old encoding.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from gkllm.export.rows import CellRow, cell_rows
from gkllm.report import Report

_ACTIVE = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[-+]+|[-+]?[\d.,]+%?")
"""Signed numbers and dashes: no spreadsheet computes anything from them, and they stay as printed."""


class CsvExporter:
    """A heading, then a row for every cell of every report."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._stream.write(b"\xef\xbb\xbf" + _lines([CellRow._fields]))

    def write(self, report: Report) -> None:
        """Add a report's cells."""
        self._stream.write(_lines([_field(value) for value in row] for row in cell_rows(report)))

    def finish(self) -> None:
        """Nothing follows the last row."""


def inert(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    if _ACTIVE.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def _field(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return inert("; ".join(map(str, value)))
        case str():
            return inert(value)
        case _:
            return str(value)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
