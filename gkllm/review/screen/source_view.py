"""The document on the right, the cell under review marked in its row and its table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import work
from textual.geometry import Offset, Size
from textual.markup import escape
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gkllm.form import CellId, Form
from gkllm.language import later, said
from gkllm.report import Cell, Report, ReportId
from gkllm.review.describe import row_label
from gkllm.review.source_lines import (
    FoundSource,
    Marks,
    Piece,
    PrintedLine,
    marks_of,
    open_source,
    printed_lines,
    stored_lines,
)
from gkllm.terminal.words import printable

_KEPT_OPEN = 16
_AS_STORED = {
    "gone": later("As printed (the document is gone)"),
    "changed": later("As printed (the document is changed)"),
    "unreadable": later("As printed (the document cannot be read)"),
}


class SourceView(ScrollView, can_focus=True):
    """Printed lines, scrolled so that the marked cell is seen.

    `sources` tells, by its hash, where each document is. A document is opened beside the screen's own work, since
    opening one may take seconds; one that is not at hand is replaced by the printed strings that its report keeps.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "source--text",
        "source--outside",
        "source--row",
        "source--cell",
        "source--head",
    }

    def __init__(self, sources: Mapping[str, FoundSource]) -> None:
        super().__init__(id="source")
        self._sources = sources
        self._opened: dict[str, list[PrintedLine] | None] = {}
        self._stored: tuple[tuple[ReportId | None, str], list[PrintedLine]] = ((None, ""), [])
        self._wanted: tuple[Report, Form, Cell] | None = None
        self._lines: Sequence[PrintedLine] = ()
        self._marks = Marks()
        self._row = self._column = ""
        self._head: int | None = None

    def show_cell(self, report: Report, form: Form, cell: Cell) -> None:
        """Show a cell in its document, or in the stored strings of its table."""
        self._wanted = (report, form, cell)
        self._row, self._column = row_label(report, form, cell.id)
        document = report.source.sha256
        found = self._sources.get(document, FoundSource("gone"))
        lines = self._opened.get(document)
        if lines is not None:
            name = printable(Path(report.source.name).name)
            self.border_title = escape(said("{name}, column {column}", name=name, column=self._column))
            self.show(lines, marks_of(report, cell))
        elif found.path is not None and document not in self._opened:
            self.border_title = said("Opening the document")
            self.show((), Marks())
            self._open(document, found.path)
        else:
            state = found.state if found.path is None else "unreadable"
            self.border_title = said(_AS_STORED[state])
            table = CellId(cell.id).table
            if self._stored[0] != (report.source.id, table):
                self._stored = ((report.source.id, table), stored_lines(report, form, table))
            self.show(self._stored[1], Marks(cell_id=cell.id))

    def show_nothing(self) -> None:
        """No cell is under review."""
        self._wanted, self.border_title = None, ""
        self.show((), Marks())

    @work(thread=True, group="open", exit_on_error=False)
    def _open(self, document: str, path: Path) -> None:
        opened = open_source(path, document)
        lines = printed_lines(opened) if opened else None
        self.app.call_from_thread(self._take, document, lines)

    def _take(self, document: str, lines: list[PrintedLine] | None) -> None:
        while len(self._opened) >= _KEPT_OPEN:
            self._opened.pop(next(iter(self._opened)))
        self._opened[document] = lines
        if self._wanted is not None and self._wanted[0].source.sha256 == document:
            self.show_cell(*self._wanted)

    def show(self, lines: Sequence[PrintedLine], marks: Marks) -> None:
        """Show these lines with these marks."""
        if lines is not self._lines:
            self._lines = lines
            width = max((sum(cell_len(piece.text) for piece in line) for line in lines), default=0)
            self.virtual_size = Size(width, len(lines))
        self._marks = marks
        self._head = self._headings()
        if self.size:
            self._bring_into_view()
        else:
            self.call_after_refresh(self._bring_into_view)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the view, `y` counting from its top."""
        offset, width = self.scroll_offset, self.size.width
        index = y + int(offset.y)
        # The headings of the columns stay in sight above the rows that stand under them.
        pinned = y == 0 and self._head is not None and self._head < index
        if pinned and self._head is not None:
            index = self._head
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[index]
        style = "source--text" if self._marks.in_table(line) else "source--outside"
        if self._marks.on_row(line):
            style = "source--row"
        if pinned:
            style = "source--head"
        plain = self.get_component_rich_style(style)
        marked = self.get_component_rich_style("source--cell")
        segments: list[Segment] = []
        for piece in line:
            for text, on_cell in self._parts(piece):
                segments.append(Segment(text, marked if on_cell else plain))
        strip = Strip(segments)
        x = int(offset.x)
        if not x or not self._marks.on_row(line):
            return strip.crop_extend(x, x + width, plain)
        # So does the name of a row whose beginning is scrolled away.
        name = Strip([Segment(f"{self._row} … ", plain)]).crop(0, width // 2)
        return Strip.join([name, strip.crop_extend(x + name.cell_length, x + width, plain)])

    def _parts(self, piece: Piece) -> list[tuple[str, bool]]:
        """The piece, cut where the marked cell begins and ends in it."""
        if not self._marks.on_cell(piece):
            return [(piece.text, False)]
        span = self._marks.cell
        if span is None or len(piece.text) != piece.end - piece.start:
            return [(piece.text, True)]
        first, last = max(0, span.start - piece.start), max(0, span.end - piece.start)
        parts = [(piece.text[:first], False), (piece.text[first:last], True), (piece.text[last:], False)]
        return [part for part in parts if part[0]]

    def _bring_into_view(self) -> None:
        place = self._place()
        if place is None:
            return
        height, width = self.size.height, self.size.width
        left = 0 if place.x < width * 3 // 4 else place.x - width * 2 // 3
        self.scroll_to(left, max(0, place.y - height // 2), animate=False, force=True, immediate=True)

    def _place(self) -> Offset | None:
        """Where the marked cell begins, else its row, else its table."""
        for seen in (self._has_cell, self._marks.on_row, self._marks.in_table):
            for y, line in enumerate(self._lines):
                if seen(line):
                    return Offset(self._x_of(line), y)
        return None

    def _headings(self) -> int | None:
        """The line with the column's heading over the marked cell, null where none is printed."""
        place, wanted = self._place(), "".join(self._column.split())
        above = range(place.y - 1, -1, -1) if place is not None and wanted else ()
        lines = ((y, "".join("".join(piece.text for piece in self._lines[y]).split())) for y in above)
        return next((y for y, text in lines if wanted in text), None)

    def _has_cell(self, line: PrintedLine) -> bool:
        return any(self._marks.on_cell(piece) for piece in line)

    def _x_of(self, line: PrintedLine) -> int:
        x = 0
        for piece in line:
            for text, on_cell in self._parts(piece):
                if on_cell:
                    return x
                x += cell_len(text)
        return 0
