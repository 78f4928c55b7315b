"""Which formats there are, and the writer of each; those that need no other library are written here."""

from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol

from gkllm.errors import ConfigurationError
from gkllm.export.tables import CELLS, Beside, Findings, TableFiles, Tables, Wide, columns_of
from gkllm.report import Report
from gkllm.report.rows import SectionRow, SourceRow, section_rows, source_row, table_rows

Format = Literal["json", "jsonl", "csv", "xlsx", "parquet", "dta"]

SUFFIXES: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".dta": "dta",
}
"""The format a file's suffix (in lower case) stands for."""
WIDE: Final[tuple[Format, ...]] = ("csv", "xlsx", "parquet", "dta")
"""The formats that may have a row a report."""
BINARY: Final[frozenset[Format]] = frozenset({"xlsx", "parquet", "dta"})
"""The formats that are not for a terminal."""


def format_of(path: Path) -> Format:
    """The format that a path's suffix tells.

    Raises:
        ConfigurationError: it tells none.
    """
    format_ = SUFFIXES.get(path.suffix.lower())
    if format_ is None:
        raise ConfigurationError(
            "the suffix of {output} tells no format: add --format, or use one of {suffixes}",
            output=path,
            suffixes=", ".join(SUFFIXES),
        )
    return format_


class Exporter(Protocol):
    """Writes reports to a binary stream, one after the other, and does not keep them."""

    def write(self, report: Report) -> None:
        """Add one report."""

    def finish(self) -> None:
        """Write what follows the last report. The stream stays open."""


def require_wide(format_: Format) -> None:
    """Nothing, where a format may have a row a report.

    Raises:
        ConfigurationError: it may not.
    """
    if format_ not in WIDE:
        raise ConfigurationError(
            "{name} has no wide layout: take one of {formats}", name=format_, formats=", ".join(WIDE)
        )


def open_exporter(
    format_: Format,
    stream: BinaryIO,
    *,
    single: bool,
    wide: Wide | None = None,
    beside: Beside | None = None,
) -> Exporter:
    """The writer of a format. `single` says that JSON is one report's object rather than an array of reports.

    Formats of rows have a row a cell or, with `wide`, a row a report. Their further tables go `beside` the stream, and
    are left out where that is null.
    `xlsx` and `parquet` need a stream that can seek.

    Raises:
        ConfigurationError: the package a format needs is not installed, or the format has no wide layout.
    """
    if wide is not None:
        require_wide(format_)
    match format_:
        case "json":
            return JsonExporter(stream, single=single)
        case "jsonl":
            return JsonLinesExporter(stream)
    tables = _open_tables(format_, stream, beside, labels=wide is not None and wide.labels)
    if wide is not None:
        from gkllm.export.wide import WideExporter

        return WideExporter(tables, wide.forms)
    return LongExporter(tables)


def _open_tables(format_: Format, stream: BinaryIO, beside: Beside | None, *, labels: bool) -> Tables:
    # Each format's module is imported only when asked for: a sheet's libraries take longer to load than a
    # report takes to read.
    match format_:
        case "xlsx":
            from gkllm.export.xlsx import Sheets

            return Sheets(stream)
        case "parquet":
            from gkllm.export.parquet import ParquetRows

            return TableFiles(stream, beside, ParquetRows, labels=labels)
        case "dta":
            from gkllm.export.dta import DtaFiles

            return DtaFiles(stream, beside)
        case _:
            from gkllm.export.tables import CsvRows

            return TableFiles(stream, beside, CsvRows, labels=labels)


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
