"""Reports as the output contract's JSON."""

from typing import BinaryIO

from gkllm.report import Report


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
