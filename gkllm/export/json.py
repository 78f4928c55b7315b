"""Reports as the output contract's JSON."""

from typing import BinaryIO

from gkllm.report import Report


class JsonExporter:
    """One report's object, or an array of reports."""

    def __init__(self, stream: BinaryIO, *, single: bool) -> None:
        self._stream = stream
        self._single = single
        self._empty = True

    def write(self, report: Report) -> None:
        """Add one report."""
        if not self._single:
            self._stream.write(b"[\n" if self._empty else b",\n")
        self._empty = False
        self._stream.write(report.to_json(indent=2).encode())

    def finish(self) -> None:
        """Close the array, which is empty where no report was written."""
        if self._single:
            self._stream.write(b"" if self._empty else b"\n")
        else:
            self._stream.write(b"[]\n" if self._empty else b"\n]\n")
