"""Which formats there are, and the writer of each; those that need no other library are written here."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Literal, Protocol

from pydantic import TypeAdapter

from gkllm.report import Report, Section
from gkllm.report.rows import TABLE, table_rows

Format = Literal["json", "jsonl", "csv", "xlsx", "parquet"]

SUFFIXES: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}
"""The format a file's suffix (in lower case) stands for."""


class Exporter(Protocol):
    """Writes reports to a binary stream, one after the other, and does not keep them."""

    def write(self, report: Report) -> None:
        """Add one report."""

    def finish(self) -> None:
        """Write what follows the last report. The stream stays open."""


def open_exporter(format_: Format, stream: BinaryIO, *, single: bool) -> Exporter:
    """The writer of a format. `single` says that JSON is one report's object rather than an array of reports.

    `xlsx` and `parquet` need a stream that can seek.

    Raises:
        ConfigurationError: the package a format needs is not installed.
    """
    # Each format's module is imported only when asked for: a sheet's libraries take longer to load than a
    # report takes to read.
    match format_:
        case "json":
            return JsonExporter(stream, single=single)
        case "jsonl":
            return JsonLinesExporter(stream)
        case "csv":
            return CsvExporter(stream)
        case "xlsx":
            from gkllm.export.xlsx import XlsxExporter

            return XlsxExporter(stream)
        case "parquet":
            from gkllm.export.parquet import ParquetExporter

            return ParquetExporter(stream)


class JsonLinesExporter:
    """One compact JSON object a line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, report: Report) -> None:
        """Add one line, and hand it to the system at once so that it outlives this process."""
        self._stream.write(report.to_json().encode() + b"\n")
        self._stream.flush()

    def finish(self) -> None:
        """Nothing follows the last line."""


class JsonExporter:
    """One report's object, or an array of reports; with `single` an array all the same where a second report comes."""

    def __init__(self, stream: BinaryIO, *, single: bool) -> None:
        self._stream = stream
        self._single = single
        self._empty = True
        self._first: bytes | None = None

    def write(self, report: Report) -> None:
        """Add one report."""
        text = report.to_json(indent=2).encode()
        if self._single and self._empty:
            self._first, self._empty = text, False
            return
        if self._first is not None:
            self._stream.write(b"[\n" + self._first)
            self._first, self._single = None, False
        self._stream.write(b"[\n" if self._empty else b",\n")
        self._empty = False
        self._stream.write(text)

    def finish(self) -> None:
        """Close the array, which is empty where no report was written."""
        if self._single:
            self._stream.write(b"" if self._first is None else self._first + b"\n")
        else:
            self._stream.write(b"[]\n" if self._empty else b"\n]\n")


_ACTIVE = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[-+]+|[-+]?[\d.,]+%?")
"""Signed numbers and dashes: no spreadsheet computes anything from them, and they stay as printed."""


_SECTIONS = TypeAdapter(tuple[Section, ...])


class CsvExporter:
    """A heading, then a row for every cell of every report; a report's sections are JSON in its first row.

    UTF-8 with a byte order mark, without which Excel takes the file for the system's old encoding.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._stream.write(b"\xef\xbb\xbf" + _lines([TABLE]))

    def write(self, report: Report) -> None:
        """Add a report's cells."""
        rows = ((*map(_field, row), _sections(sections)) for row, sections in table_rows(report))
        self._stream.write(_lines(rows))

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


def _sections(sections: tuple[Section, ...] | None) -> str:
    return "" if sections is None else _SECTIONS.dump_json(sections).decode()


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
