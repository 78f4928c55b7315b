"""Reports as data: JSON, JSON lines, CSV, Excel, Parquet and Stata, to a file or to standard output."""

from gkllm.export.formats import BINARY, SUFFIXES, Exporter, Format, format_of, open_exporter
from gkllm.export.resume import Standing, resume
from gkllm.export.tables import Wide
from gkllm.export.writing import Destination, Writing, open_destination

__all__ = [
    "BINARY",
    "SUFFIXES",
    "Destination",
    "Exporter",
    "Format",
    "Standing",
    "Wide",
    "Writing",
    "format_of",
    "open_destination",
    "open_exporter",
    "resume",
]
