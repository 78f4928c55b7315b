"""Tables as CSV: UTF-8 with a byte order mark, without which Excel takes the file for the system's old encoding."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from gkllm.export.tables import Column
from gkllm.report import CellState, Section

_ACTIVE = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[-+]+|[-+]?[\d.,]+%?")
"""Signed numbers and dashes: no spreadsheet computes anything from them, and they stay as printed."""
_SECTIONS = TypeAdapter(tuple[Section, ...])


class CsvRows:
    """A heading, then a line a row; a report's sections are JSON."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._stream = stream
        self._sections = [column.kind == "sections" for column in columns]
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._stream.write(b"\xef\xbb\xbf")
        self._write([column.name for column in columns])

    def append(self, row: Sequence[object], _marked: Collection[int] = (), /) -> None:
        """Add a line; nothing in it can be marked."""
        self._write(map(_field, row, self._sections))

    def close(self) -> None:
        """Nothing follows the last line."""

    def _write(self, fields: Iterable[str]) -> None:
        self._writer.writerow(fields)
        self._stream.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


def inert(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    if _ACTIVE.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def _field(value: Any, sections: bool) -> str:
    match value:
        case None | CellState():
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() if sections:
            return _SECTIONS.dump_json(value).decode()
        case tuple():
            return inert("; ".join(map(str, value)))
        case str():
            return inert(value)
        case _:
            return str(value)
