"""The queue on the left: two lines a cell, drawn only where they are seen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gkllm.language import counted, said, spoken
from gkllm.review.describe import content_of, in_words, report_name
from gkllm.review.queue import Item
from gkllm.review.session import Session
from gkllm.terminal.grid import PRINT_MARK, differs_from_print, quoted
from gkllm.terminal.words import printable, reasons_of

LINES = 2
"""Lines an item takes."""
HEAD = 1
"""Lines that the names of the columns take, which stay in sight."""


def heading(session: Session, cursor: int, decided: int) -> str:
    """The line over the screen: where the reviewer is, and how far."""
    place = said("nothing open")
    if session.asked:
        place = said("{number} of {count} questions", number=cursor + 1, count=len(session.asked))
        place += counted(", {count} cell open", ", {count} cells open", len(session.queue))
    done = counted("{count} cell decided", "{count} cells decided", decided)
    return f"gkllm review  {place}  {done}  {session.reviewer}"


class QueueView(ScrollView, can_focus=True):
    """A session's queue. The cursor is the index of the item under review; it stays where items leave the queue."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"queue--head", "queue--line", "queue--second", "queue--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-10_000_000)", show=False),
        Binding("end", "move(10_000_000)", show=False),
    ]

    cursor: reactive[int] = reactive(0, always_update=True, repaint=True)

    class Moved(Message):
        """Another item is under the cursor."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="queue")
        self._session = session

    @property
    def item(self) -> Item | None:
        """The item under the cursor, null where nothing is open."""
        queue = self._session.asked
        return queue[self.cursor] if queue else None

    def update_queue(self) -> None:
        """Take up what the session's queue is now."""
        self._measure()
        self.cursor = self.cursor

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor within the queue."""
        return max(0, min(cursor, len(self._session.asked) - 1))

    def watch_cursor(self) -> None:
        """Bring the item into view, and tell."""
        if self.size.width:
            region = Region(0, self.cursor * LINES, self.size.width, LINES + HEAD)
            self.scroll_to_region(region, animate=False, force=True, immediate=True)
        self.refresh()
        self.post_message(self.Moved())

    def on_resize(self, _: Resize) -> None:
        """Lines are as wide as the view."""
        self._measure()

    def on_click(self, event: Click) -> None:
        """Put the cursor on the item that was clicked."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < HEAD:
            return
        index = (offset.y - HEAD + int(self.scroll_offset.y)) // LINES
        if 0 <= index < len(self._session.asked):
            self.cursor = index

    def action_move(self, by: int) -> None:
        """Move the cursor by so many items."""
        self.cursor = self.cursor + by

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screenful."""
        self.cursor = self.cursor + direction * max(1, (self.size.height - HEAD) // LINES)

    def render_line(self, y: int) -> Strip:
        """One line of the view, `y` counting from its top."""
        queue, width = self._session.asked, self.size.width
        if y < HEAD:
            right = said("read ⟵ printed, sure ")
            left = set_cell_size("  " + said("Cell"), max(0, width - cell_len(right)))
            return Strip([Segment(set_cell_size(left + right, width), self._style("queue--head"))], width)
        index, part = divmod(y - HEAD + int(self.scroll_offset.y), LINES)
        base = self.rich_style
        if index >= len(queue):
            return Strip.blank(width, base)
        style = self._style("queue--second" if part else "queue--line")
        if index == self.cursor:
            style += self._style("queue--cursor")
        text = self._second(queue[index]) if part else self._first(queue, index, width)
        return Strip([Segment(set_cell_size(text, width), style)], width)

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._session.asked) * LINES + HEAD)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    def _first(self, queue: Sequence[Item], index: int, width: int) -> str:
        item = queue[index]
        cell = self._session.cell(item)
        reading = in_words(content_of(cell)).split()[0]
        if differs_from_print(cell):
            reading += f" {PRINT_MARK}{quoted(cell.raw, 12)}"
        reading = f" {reading} {cell.confidence:>4.0%} "
        label = f"{self._mark(queue, index)}{self._session.labels(item)[0]}"
        room = max(0, width - cell_len(reading))
        if cell_len(label) > room:
            label = set_cell_size(label, max(0, room - 1)) + "…"
        return set_cell_size(label, room) + reading

    def _second(self, item: Item) -> str:
        report = self._session.report(item)
        reasons = reasons_of(self._session.cell(item))
        english = [self._session.labels(item)[1]] if spoken() == "en" else []
        return "  " + " · ".join(map(printable, (*english, report_name(report), *reasons[:1])))

    def _mark(self, queue: Sequence[Item], index: int) -> str:
        item = queue[index]
        if self._session.conflict(item):
            return "# "
        if item.sampled:
            return "~ "
        beside = (queue[other].group for other in (index - 1, index + 1) if 0 <= other < len(queue))
        return "| " if item.group in beside else "  "
