"""Reports as JSON lines: one report a line, each complete as soon as it is written."""

from typing import BinaryIO

from gkllm.report import Report


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
