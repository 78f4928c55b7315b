"""Fields of a Word file: what they show is their result; of fields within each other, the outermost one's."""

import re
from xml.etree.ElementTree import Element

from gkllm.documents.xml import part_of, parts_of, value_of

TICKED, UNTICKED = "☑", "☐"
_OFF = frozenset(("0", "false", "off"))
_DRAWING = re.compile(r"\s*(?:EQ|SYMBOL|MACROBUTTON|GOTOBUTTON|DISPLAYBARCODE|MERGEBARCODE)\b", re.IGNORECASE)
_UNREADABLE = "\ufffd"


class WordFields:
    """The fields that are open at a place of a body's walk."""

    def __init__(self) -> None:
        self._codes: list[bool] = []
        self._choices: list[str | None] = []
        self._drawn: list[bool] = []

    @property
    def in_code(self) -> bool:
        """Whether text stands in a field's code, and is not shown."""
        return any(self._codes)

    @property
    def depth(self) -> int:
        """How many fields are open."""
        return len(self._codes)

    def instruct(self, code: str) -> None:
        """Take in a piece of a field's code; some codes draw, whatever result is kept beside them."""
        if self._codes and self._codes[-1] and _DRAWING.match(code):
            self._drawn[-1] = True

    def mark(self, mark: Element, kind: str | None) -> str | None:
        """Take in a mark (begin, separate, end) of a field; the choice that the field shows, if it shows one now."""
        if kind == "begin":
            self._codes.append(True)
            self._choices.append(_choice(part_of(mark, "ffData")))
            self._drawn.append(False)
        elif kind == "separate" and self._codes:
            self._codes[-1] = False
            self._choices[-1] = None
        elif kind == "end" and self._codes:
            self._codes.pop()
            choice = self._choices.pop()
            choice = _UNREADABLE if self._drawn.pop() else choice
            return None if self.in_code else choice
        return None

    def cut_back(self, depth: int) -> None:
        """Forget fields that were left open beyond this depth, as where the end of one was deleted."""
        del self._codes[depth:], self._choices[depth:], self._drawn[depth:]

    def end_codes(self) -> None:
        """A paragraph ends: no code goes on over its end."""
        self._codes = [False] * len(self._codes)


def _choice(form: Element | None) -> str | None:
    """What a drop-down field or a box to tick shows."""
    drop_down, box = part_of(form, "ddList"), part_of(form, "checkBox")
    if drop_down is not None:
        entries = [value_of(entry) or "" for entry in parts_of(drop_down, "listEntry")]
        chosen = part_of(drop_down, "result")
        chosen = part_of(drop_down, "default") if chosen is None else chosen
        index = value_of(chosen) if chosen is not None else "0"
        number = int(index) if index and index.isascii() and index.isdigit() and len(index) < 5 else 0
        return entries[number] if number < len(entries) else None
    if box is not None:
        state = part_of(box, "checked")
        state = part_of(box, "default") if state is None else state
        return TICKED if state is not None and value_of(state) not in _OFF else UNTICKED
    return None
