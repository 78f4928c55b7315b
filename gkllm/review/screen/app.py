"""The review screen: the queue, the document, the cell, its relations; keys that decide."""

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Static

from gkllm.errors import LogUnusable
from gkllm.language import later, said
from gkllm.report import CellState
from gkllm.review.corrected import broken
from gkllm.review.describe import describe_cell, describe_relations, in_words, verdict_line
from gkllm.review.log import Content, Reason
from gkllm.review.queue import Item
from gkllm.review.screen.dialogs import (
    ConfirmDialog,
    HelpDialog,
    TextDialog,
    bind_keys,
    group_dialog,
    value_dialog,
)
from gkllm.review.screen.queue_view import QueueView, heading
from gkllm.review.screen.source_view import SourceView
from gkllm.review.session import Session
from gkllm.review.source_lines import FoundSource
from gkllm.terminal.grid import quoted
from gkllm.terminal.words import printable

_NEXT = later("q leaves. gkllm review RESULTS --apply -o FILE then writes the corrected reports.")
_DARK, _LIGHT = "textual-dark", "textual-light"


class ReviewApp(App[None]):
    """One reviewer's session on the screen.

    `sources` tells, by the document's hash, where each document is; `messages` were found out before work began.
    """

    CSS_PATH = "review.tcss"
    TITLE = "gkllm review"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", show=False)]

    def __init__(
        self,
        session: Session,
        sources: dict[str, FoundSource],
        messages: Sequence[str] = (),
        light: bool = False,
    ) -> None:
        super().__init__()
        self._session = session
        self._messages = messages
        self._shown_at = time.monotonic()
        self._decided = 0
        self._sought = ""
        bind_keys(self)
        self.theme = _LIGHT if light else _DARK
        self._queue = QueueView(session)
        self._source = SourceView(sources)
        self._heading = Static(id="heading")
        self._about = Static()
        self._sides = Static()

    def compose(self) -> ComposeResult:
        """Four panes between a line of state and a line of keys."""
        yield self._heading
        with Horizontal(id="above"):
            yield self._queue
            yield self._source
        with Horizontal(id="below"):
            with VerticalScroll(id="cell"):
                yield self._about
            with VerticalScroll(id="relations"):
                yield self._sides
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Name the panes, and say what was found out before work begins."""
        for pane, title in (
            ("queue", said("Queue")),
            ("cell", said("Cell")),
            ("relations", said("Relations: v holds, x broken, ? open")),
        ):
            self.query_one(f"#{pane}").border_title = title
        self._queue.focus()
        self._queue.update_queue()
        for message in self._messages:
            self.notify(printable(message), severity="warning", timeout=10, markup=False)

    def on_queue_view_moved(self) -> None:
        """Show the item under the cursor."""
        self._shown_at = time.monotonic()
        with self.batch_update():
            self._show()

    def action_accept(self) -> None:
        """Accept the proposal."""
        if item := self._item():
            self._propose(item, self._session.proposal(item), Reason.ACCEPTED)

    def action_confirm(self) -> None:
        """Accept the proposal although a relation is broken."""
        if item := self._item():
            self._commit([item], self._session.proposal, Reason.CONFIRMED)

    def action_candidate(self, number: int) -> None:
        """Choose a candidate by its number."""
        item = self._item()
        if item is None:
            return
        candidates = self._session.cell(item).candidates
        if number > len(candidates):
            self.notify(said("There is no candidate {number}.", number=number), severity="warning")
            return
        content = Content(value=candidates[number - 1].value, state=CellState.REPORTED)
        self._propose(item, content, Reason.CANDIDATE)

    def action_mark(self, state: str) -> None:
        """Say that the cell holds no number, and why."""
        if item := self._item():
            self._propose(item, Content(value=None, state=CellState(state)), Reason.MARKED)

    def action_type(self) -> None:
        """Open the cell: show what is known of it, and ask for the value."""
        item = self._item()
        if item is None:
            return

        def done(content: Content | None) -> None:
            if content is not None:
                self._commit([item], lambda _: content, Reason.TYPED)

        self.push_screen(value_dialog(self._session, item), done)

    def action_group(self) -> None:
        """Accept the proposals of the whole group, once they were seen."""
        item = self._item()
        if item is None:
            return
        group = self._session.group(item)
        if len(group) == 1:
            self.notify(said("This cell is alone in its group."), severity="warning")
            return
        dialog, reason = group_dialog(self._session, group)

        def done(meant: bool | None) -> None:
            if meant:
                self._commit(group, self._session.proposal, reason)

        self.push_screen(dialog, done)

    def action_skip(self) -> None:
        """Put the cell off."""
        if item := self._item():
            self._session.skip(item)
            self._queue.update_queue()

    def action_undo(self) -> None:
        """Take back the last decision, and go to its cell."""
        try:
            ref = self._session.undo()
        except LogUnusable as error:
            self.notify(str(error), severity="error", timeout=30, markup=False)
            return
        if ref is None:
            self.notify(said("There is no decision of yours to take back."), severity="warning")
            return
        self._decided -= 1
        self._queue.update_queue()
        places = (place for place, item in enumerate(self._session.asked) if item.ref == ref)
        self._queue.cursor = next(places, self._queue.cursor)

    def action_note(self) -> None:
        """Ask for a note."""
        item = self._item()
        if item is None:
            return

        def done(text: str | None) -> None:
            if text and text.strip():
                try:
                    self._session.note(item, text.strip())
                except LogUnusable as error:
                    self.notify(str(error), severity="error", timeout=30, markup=False)
                self._show()

        self.push_screen(TextDialog(said("Note about this cell")), done)

    def action_next_report(self) -> None:
        """Go to the first cell of another report."""
        item = self._item()
        self._go(
            lambda other: item is not None and other.ref.report != item.ref.report,
            said("No other report is in the queue."),
        )

    def action_search(self) -> None:
        """Ask for a text and go to the next cell that has it."""

        def done(text: str | None) -> None:
            if text is None:
                return
            self._sought = text.strip().lower() or self._sought
            self._go(
                lambda item: self._sought in self._session.words(item),
                said("Nothing in the queue has {sought!r}.", sought=self._sought),
            )

        self.push_screen(TextDialog(said("Search labels, reports and printed strings")), done)

    def action_theme(self) -> None:
        """Change between light and dark."""
        self.theme = _DARK if self.theme == _LIGHT else _LIGHT

    def action_help(self) -> None:
        """Show every key."""
        self.push_screen(HelpDialog())

    def _item(self) -> Item | None:
        item = self._queue.item
        if item is None:
            self.notify(said("Nothing is open."))
        return item

    def _go(self, wanted: Callable[[Item], bool], otherwise: str) -> None:
        if (place := self._session.find(self._queue.cursor, wanted)) is None:
            self.notify(otherwise, severity="warning", markup=False)
        else:
            self._queue.cursor = place

    def _propose(self, item: Item, content: Content, reason: Reason) -> None:
        """Decide, but ask first where a relation is broken then."""
        report, form = self._session.report(item), self._session.form(item)
        found = broken(self._session.sides(item, content))
        if not found:
            self._commit([item], lambda _: content, reason)
            return

        def done(meant: bool | None) -> None:
            if meant:
                kept = Reason.CONFIRMED if reason is Reason.ACCEPTED else reason
                self._commit([item], lambda _: content, kept)

        lines = [verdict_line(report, form, residual) for residual in found]
        asked = later("{raw} is printed. Is {content} right, although a relation is broken then?")
        title = said(asked, raw=quoted(self._session.cell(item).raw), content=in_words(content))
        self.push_screen(ConfirmDialog(title, lines), done)

    def _commit(self, items: list[Item], content: Callable[[Item], Content], reason: Reason) -> None:
        items = [one for item in items for one in self._session.settled_by(item, content(item))]
        try:
            self._session.decide(items, content, reason, time.monotonic() - self._shown_at)
        except LogUnusable as error:
            self.notify(str(error), severity="error", timeout=30, markup=False)
            return
        self._decided += len(items)
        self._queue.update_queue()

    def _show(self) -> None:
        item = self._queue.item
        self._show_heading()
        if item is None:
            self._about.update(f"{said('Nothing is open. Every decision is kept.')}\n{said(_NEXT)}")
            self._sides.update("")
            self._source.show_nothing()
            return
        session, report, form = self._session, self._session.report(item), self._session.form(item)
        cell = session.cell(item)
        about = describe_cell(report, form, cell, session.about(item))
        self._about.update(Text("\n").join(about))
        content = session.proposal(item)
        sides = describe_relations(report, form, cell, content, session.sides(item, content))
        self._sides.update(Text("\n").join(sides))
        for static in (self._about, self._sides):
            if isinstance(static.parent, VerticalScroll):
                static.parent.scroll_home(animate=False)
        self._source.show_cell(report, form, cell)

    def _show_heading(self) -> None:
        words = heading(self._session, self._queue.cursor, self._decided)
        self._heading.update(Text(words, no_wrap=True, overflow="ellipsis"))
