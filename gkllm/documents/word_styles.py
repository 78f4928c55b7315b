"""What a Word file says of a run of text (it may be hidden, struck through or raised), of its tables and of its fields.

What a field shows is its result; of fields within each other, the outermost one's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from gkllm.documents.zipped import attribute_of, part_of, parts_of, value_of

_OFF = frozenset(("0", "false", "off", "none"))
_TOGGLES = ("vanish", "strike", "dstrike", "webHidden")
_STATED = ("vertAlign", "color")
_WHITE = re.compile(r"(?:f.){3}|white")
_LEGIBLE = 2
"""Digits of a legible size in half points."""
_RAISED = frozenset(("superscript", "subscript"))
_LONGEST_CHAIN = 30
"""Styles that may be based on each other; Word refuses more than eleven."""


@dataclass(frozen=True, slots=True)
class RunLook:
    """How a run's text is shown; `faint` where it is white, tiny, or not shown in a browser."""

    hidden: bool = False
    struck: bool = False
    raised: bool = False
    faint: bool = False

    @property
    def apart(self) -> bool:
        """Whether the text may not be a part of a number beside it."""
        return self.struck or self.raised or self.faint


_PLAIN = RunLook()


class WordStyles:
    """The styles of one file; null where it has none."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._defaults: dict[str, str] = {}
        self._looks: dict[tuple[str, str], dict[str, str]] = {}
        everywhere = part_of(part_of(part_of(root, "docDefaults"), "rPrDefault"), "rPr")
        self._everywhere = _declared(everywhere)
        for style in root if root is not None else ():
            name = attribute_of(style, "styleId")
            if style.tag == "style" and name:
                self._styles.setdefault(name, style)
                if attribute_of(style, "default") not in (None, *_OFF):
                    self._defaults.setdefault(attribute_of(style, "type") or "", name)

    def look(self, run: Element | None, paragraph: Element | None) -> RunLook:
        """How a run with these properties is shown in a paragraph with those.

        A switch that a paragraph's style and a character's style both turn on is off (ECMA-376, toggle properties);
        what the run itself says holds.
        """
        own = _declared(run)
        if not own and not self._styles and not self._everywhere:
            return _PLAIN
        levels = [
            self._of_style(paragraph, "pStyle", "paragraph"),
            self._of_style(run, "rStyle", "character"),
        ]

        def on(name: str) -> bool:
            if name in own:
                return own[name] not in _OFF
            styled = sum(level.get(name, "off") not in _OFF for level in levels) % 2 == 1
            return styled or self._everywhere.get(name, "off") not in _OFF

        def stated(name: str) -> str:
            return next((level[name].lower() for level in (own, *reversed(levels)) if name in level), "")

        faint = on("webHidden") or _WHITE.fullmatch(stated("color")) is not None or stated("sz") != ""
        return RunLook(on("vanish"), on("strike") or on("dstrike"), stated("vertAlign") in _RAISED, faint)

    def _of_style(self, properties: Element | None, reference: str, family: str) -> dict[str, str]:
        named = part_of(properties, reference)
        name = (value_of(named) if named is not None else None) or self._defaults.get(family, "")
        if not name:
            return {}
        known = self._looks.get((family, name))
        if known is None:
            known = {}
            for style in self._chain(name):
                known = {**_declared(part_of(style, "rPr")), **known}
            self._looks[family, name] = known
        return known

    def _chain(self, name: str) -> Iterator[Element]:
        """The style and those it is based on, nearest first."""
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            base = part_of(style, "basedOn")
            name = (value_of(base) if base is not None else None) or ""


def _declared(properties: Element | None) -> dict[str, str]:
    if properties is None:
        return {}
    return {
        kind: (value_of(child) or "on")
        for child in properties
        if (kind := child.tag) in _TOGGLES
        or kind in _STATED
        or (kind == "sz" and len(value_of(child) or "") < _LEGIBLE)
    }


TICKED, UNTICKED = "☑", "☐"
_UNTICKED_VALUES = frozenset(("0", "false", "off"))
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
        return TICKED if state is not None and value_of(state) not in _UNTICKED_VALUES else UNTICKED
    return None


def is_shaded(properties: Element | None) -> bool:
    """Whether a cell has a background of its own."""
    shading = part_of(properties, "shd")
    fill = (attribute_of(shading, "fill") or "auto").lower() if shading is not None else "auto"
    return fill not in ("auto", "ffffff")


def number_of(element: Element | None, default: int) -> int:
    """The whole number that an element holds."""
    value = value_of(element) if element is not None else None
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else default


def extent(table: Element) -> tuple[int, int]:
    """How many rows the table has, and how many cells the longest; tables inside it do not count."""
    rows = longest = 0
    for row in _inner(table, "tr"):
        rows += 1
        longest = max(longest, sum(1 for _ in _inner(row, "tc")))
    return rows, longest


def _inner(element: Element, kind: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, content controls and the like looked through."""
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if child.tag == kind:
            yield child
        elif child.tag not in ("tbl", "tr", "tc", "p"):
            waiting.extend(reversed(child))
