"""Builds a document's text and notes where every cell's printed string lies in it."""

from collections.abc import Mapping

from evals.generator.noise import PrintedCell


class TextWriter:
    """Appends text; offsets are code points into the finished `text`."""

    def __init__(self, cells: Mapping[str, PrintedCell]) -> None:
        self.cells = cells
        self.spans: dict[str, tuple[int, int]] = {}
        self._parts: list[str] = []
        self._length = 0

    @property
    def text(self) -> str:
        """Everything written so far."""
        return "".join(self._parts)

    def write(self, text: str) -> None:
        """Appends text that belongs to no cell."""
        self._parts.append(text)
        self._length += len(text)

    def cell(self, cell_id: str) -> None:
        """Appends a cell's content; white space around what is printed is left out of its span."""
        content = self.cells[cell_id].content
        if printed := content.strip():
            start = self._length + content.index(printed)
            self.spans[cell_id] = (start, start + len(printed))
        self.write(content)
