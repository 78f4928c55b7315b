"""Which formats there are, and the writer of each."""

from typing import BinaryIO, Literal, Protocol

from gkllm.report import Report

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
            from gkllm.export.json import JsonExporter

            return JsonExporter(stream, single=single)
        case "jsonl":
            from gkllm.export.jsonl import JsonLinesExporter

            return JsonLinesExporter(stream)
        case "csv":
            from gkllm.export.csv import CsvExporter

            return CsvExporter(stream)
        case "xlsx":
            from gkllm.export.xlsx import XlsxExporter

            return XlsxExporter(stream)
        case "parquet":
            from gkllm.export.parquet import ParquetExporter

            return ParquetExporter(stream)
