"""Reports as data: JSON, JSON lines, CSV, Excel and Parquet, to a file or to standard output."""

from gkllm.export.destination import Destination, open_destination
from gkllm.export.formats import SUFFIXES, Exporter, Format, open_exporter
from gkllm.export.resume import Standing, resume

__all__ = [
    "SUFFIXES",
    "Destination",
    "Exporter",
    "Format",
    "Standing",
    "open_destination",
    "open_exporter",
    "resume",
]
