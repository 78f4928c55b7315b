"""Review line by line, where there is no screen to draw on; and what is typed for a cell, as a value."""

import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from rich.text import Text

from gkllm.errors import GkllmError
from gkllm.form import Form
from gkllm.language import later, said
from gkllm.reading.numerals import read_text
from gkllm.report import CellState, Report
from gkllm.review.corrected import broken
from gkllm.review.describe import (
    describe_cell,
    describe_relations,
    in_words,
    place_of,
    verdict_line,
)
from gkllm.review.log import LONGEST_NOTE, Content, Reason
from gkllm.review.queue import Item
from gkllm.review.session import Session

_LARGEST = 10**15
"""Beyond any figure of the form, and still exact in every format the reports are written to."""


class NotAValue(GkllmError):
    """What was typed is no value of this cell."""


def typed_content(report: Report, form: Form, cell: str, text: str) -> Content:
    """The value that `text` states: one number, as plain as it can be typed.

    Raises:
        NotAValue: it is no number, or one that this cell cannot hold.
    """
    place = place_of(report, form, cell)
    if place is None:
        raise NotAValue("the form has no cell {cell}", cell=cell)
    kind, unit = place.column.kind, place.column.unit
    plain = unicodedata.normalize("NFKC", text).strip()
    read = read_text(plain, kind, unit)
    if read.state is not CellState.REPORTED or len(plain.split()) > 1:
        raise NotAValue("{typed!r} is no number; states have keys of their own", typed=text.strip())
    value = next((r.value for r in read.readings if r.reading != "duplicated_run"), read.readings[0].value)
    if kind != "money" and not float(value).is_integer():
        raise NotAValue("this cell counts something: only whole numbers")
    if value < 0 and kind != "signed":
        raise NotAValue("this cell cannot be negative")
    if abs(value) > _LARGEST:
        raise NotAValue("this number is too large")
    return Content(value=value, state=CellState.REPORTED)


_STATES = {
    "b": CellState.BLANK,
    "o": CellState.NONE,
    "-": CellState.NOT_APPLICABLE,
    "x": CellState.UNREADABLE,
    "d": CellState.MISSING,
}
_HELP = later("""\
a           accept the proposal
1 to 9      choose that candidate
t NUMBER    the value that is printed
c           confirm as printed although a relation is broken
b o - x d   blank, 无, not applicable, unreadable, absent from the document
g           accept the proposals of the whole group
s           put the cell off
u           take back the last decision
n TEXT      keep a note about the cell
/ TEXT      go to the next cell whose labels, report or print have the text
r           go to the next report
q           leave; every decision is kept already""")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a line asks for, once it is understood."""

    content: Content
    reason: Reason


class PlainReview:
    """A session over two streams of lines. The end of the input ends it."""

    def __init__(self, session: Session, source: TextIO, sink: TextIO) -> None:
        self._session = session
        self._source = source
        self._sink = sink
        self._place = 0
        self._shown_at = time.monotonic()
        self._commands: dict[str, Callable[[Item, str], object]] = {
            "g": self._group,
            "s": self._skip,
            "u": self._undo,
            "n": self._note,
            "/": self._search,
            "r": self._next_report,
        }

    def run(self) -> None:
        """Ask about one cell after the other until the queue is empty, q, or the end of the input."""
        while self._session.asked or self._takes_back():
            self._place = min(self._place, len(self._session.asked) - 1)
            item = self._session.asked[self._place]
            self._show(item)
            line = self._ask("> ")
            if line is None or line == "q":
                return
            self._obey(item, line)

    def _takes_back(self) -> bool:
        """Whether the reviewer, with nothing left open, takes back the last decision."""
        self._say(said("Nothing is open. Every decision is kept."))
        return self._ask(said("u takes back the last, anything else leaves: ")) == "u" and self._undo()

    def _obey(self, item: Item, line: str) -> None:
        head, rest = line[:1], line[1:].strip()
        if head in self._commands and (not rest or head in "n/"):
            self._commands[head](item, rest)
            return
        try:
            wish = self._understand(item, line)
        except NotAValue as error:
            self._say(str(error))
            return
        if wish is None:
            self._say(said(_HELP))
        elif wish.reason is Reason.CONFIRMED or self._meant(item, wish):
            reason = wish.reason
            if reason is Reason.ACCEPTED and self._broken(item, wish.content):
                reason = Reason.CONFIRMED
            self._decide(self._session.settled_by(item, wish.content), lambda _: wish.content, reason)

    def _understand(self, item: Item, line: str) -> _Wish | None:
        session = self._session
        if line in ("a", ""):
            return _Wish(session.proposal(item), Reason.ACCEPTED) if line else None
        if line == "c":
            return _Wish(session.proposal(item), Reason.CONFIRMED)
        if line in _STATES:
            return _Wish(Content(value=None, state=_STATES[line]), Reason.MARKED)
        if line[:1] == "t":
            typed = typed_content(session.report(item), session.form(item), item.ref.cell, line[1:])
            return _Wish(typed, Reason.TYPED)
        candidates = session.cell(item).candidates
        if line.isdecimal() and 1 <= int(line) <= len(candidates):
            value = candidates[int(line) - 1].value
            return _Wish(Content(value=value, state=CellState.REPORTED), Reason.CANDIDATE)
        return None

    def _broken(self, item: Item, content: Content) -> list[Text]:
        report, form = self._session.report(item), self._session.form(item)
        return [verdict_line(report, form, r) for r in broken(self._session.sides(item, content))]

    def _meant(self, item: Item, wish: _Wish) -> bool:
        """Whether the value is meant, which is asked where it breaks a relation."""
        found = self._broken(item, wish.content)
        if not found:
            return True
        for line in found:
            self._say(line.plain)
        answer = self._ask(
            said(
                "Is {content} printed, although a relation is broken then? y or n: ",
                content=in_words(wish.content),
            )
        )
        return answer is not None and answer.lower().startswith("y")

    def _decide(self, items: list[Item], content: Callable[[Item], Content], reason: Reason) -> None:
        self._session.decide(items, content, reason, time.monotonic() - self._shown_at)

    def _group(self, item: Item, _: str) -> None:
        group = self._session.group(item)
        for other in group:
            name = self._session.labels(other)[0]
            self._say(said("{label}: {value}", label=name, value=in_words(self._session.proposal(other))))
        found = [line for other in group for line in self._broken(other, self._session.proposal(other))]
        for plain in dict.fromkeys(line.plain for line in found):
            self._say(plain)
        answer = self._ask(said("Accept these {count} cells as they are read? y or n: ", count=len(group)))
        if answer is not None and answer.lower().startswith("y"):
            reason = Reason.CONFIRMED if found else Reason.ACCEPTED
            self._decide(group, self._session.proposal, reason)

    def _skip(self, item: Item, _: str) -> None:
        self._session.skip(item)

    def _undo(self, *_: object) -> bool:
        ref = self._session.undo()
        if ref is None:
            self._say(said("There is no decision of yours to take back."))
            return False
        self._go(lambda other: other.ref == ref)
        return True

    def _note(self, item: Item, text: str) -> None:
        if len(text) > LONGEST_NOTE:
            self._say(said("A note has at most {longest_note} characters.", longest_note=LONGEST_NOTE))
        elif text:
            self._session.note(item, text)

    def _search(self, _: Item, text: str) -> None:
        wanted = text.lower()
        if not self._go(lambda item: wanted in self._session.words(item)):
            self._say(said("Nothing in the queue has {text!r}.", text=text))

    def _next_report(self, item: Item, _: str) -> None:
        if not self._go(lambda other: other.ref.report != item.ref.report):
            self._say(said("No other report is in the queue."))

    def _go(self, wanted: Callable[[Item], bool]) -> bool:
        place = self._session.find(self._place, wanted)
        if place is None:
            return False
        self._place = place
        return True

    def _show(self, item: Item) -> None:
        session, report, form = self._session, self._session.report(item), self._session.form(item)
        cell = session.cell(item)
        self._say(said("\n[{number} of {count}]", number=self._place + 1, count=len(session.asked)))
        for line in describe_cell(report, form, cell, session.about(item)):
            self._say(line.plain)
        content = session.proposal(item)
        for line in describe_relations(report, form, cell, content, session.sides(item, content)):
            self._say(f"  {line.plain}")
        self._shown_at = time.monotonic()

    def _ask(self, question: str) -> str | None:
        self._sink.write(question)
        self._sink.flush()
        line = self._source.readline()
        return line.strip() if line else None

    def _say(self, line: str) -> None:
        self._sink.write(line + "\n")
