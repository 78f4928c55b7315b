"""Whether an element of a web page can be seen, from what is declared for it; and what the controls of forms show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from selectolax.lexbor import LexborNode
from tinycss2.color3 import RGBA, parse_color

from gkllm.documents.stylesheet import Declared

Attributes = Mapping[str, str | None]

_UNTYPED = ""
_TEXTS = frozenset(
    (
        *(_UNTYPED, "text", "number", "search", "tel", "url", "email"),
        *("date", "month", "week", "time", "datetime", "datetime-local"),
    )
)
_BUTTONS = frozenset(("button", "submit", "reset"))
_KNOWN = frozenset(
    (*_TEXTS, *_BUTTONS, "password", "checkbox", "radio", "file", "image", "range", "color", "hidden")
)


def entered(control: LexborNode, attributes: Attributes, *, in_cell: bool) -> str | None:
    """What an `input` or a `select` shows, null where it shows something other than one text."""
    return _typed(attributes, in_cell=in_cell) if control.tag == "input" else _chosen(control, attributes)


def _typed(attributes: Attributes, *, in_cell: bool) -> str | None:
    kind = (attributes.get("type") or _UNTYPED).strip().lower()
    if kind not in _KNOWN:
        kind = _UNTYPED
    if kind in _TEXTS or (kind in _BUTTONS and in_cell):
        return attributes.get("value") or (None if attributes.get("placeholder") else "")
    return "" if kind == "hidden" or kind in _BUTTONS else None


def _chosen(select: LexborNode, attributes: Attributes) -> str | None:
    if "multiple" in attributes or (attributes.get("size") or "1").strip() not in ("", "0", "1"):
        return None
    options = select.css("option")
    chosen = [option for option in options if "selected" in option.attributes] or options[:1]
    return chosen[-1].text() if chosen else ""


_LENGTH = re.compile(r"\s*([+-]?\d*\.?\d+)\s*([a-z%]*)")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "cm": 38.0,
    "mm": 3.8,
    "in": 96.0,
    "vw": 13.0,
}
_FAR = -500.0
"""Px beside the window; pages put what they hide thousands beside it, and hang paragraphs out by some thirty."""
_SLIVER = 1.0
"""Px that show nothing of a letter; pages leave one where text is for screen readers alone."""
_LEGIBLE = 4.0
_FAINT = 0.05
_SAME_COLOUR = 0.04
"""Difference in each of red, green and blue, of 1, that nobody sees."""
_NO_LETTERS = re.compile(
    r"(?:inset\(\s*(?:50|100)%|rect\(\s*[01](?:px)?[ ,]+[01](?:px)?[ ,]+[01](?:px)?[ ,]+[01](?:px)?)"
)
_SHIFTED = re.compile(r"translate(?:x|y|3d)?\(\s*(-[\d.]+[a-z%]+)|scale(?:x|y)?\(\s*0(?:\.0+)?\s*[,)]")
WHITE = RGBA(1, 1, 1, 1)
_BLACK = RGBA(0, 0, 0, 1)
_INKING = frozenset(("visibility", "font-size", "color", "background-color", "background-image"))
_COLOURS = frozenset(("bgcolor", "background", "color", "text"))
_ROWS = frozenset(("td", "th", "tr", "table", "tbody", "thead", "tfoot"))
"""Their width and height grow with what they hold."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What an element hands down: whether its letters are visible, their size in px, their colour, what is behind.

    `ground` is null where a picture is.
    """

    visible: bool = True
    size: float = 16.0
    colour: RGBA = _BLACK
    ground: RGBA | None = WHITE

    @property
    def seen(self) -> bool:
        """Whether letters can be seen, their colour aside."""
        return self.visible and self.size > 0

    @property
    def tiny(self) -> bool:
        """Whether letters are too small to be read, unless the browser has a least size."""
        return self.size < _LEGIBLE

    @property
    def camouflaged(self) -> bool:
        """Whether letters have the colour of what is behind them."""
        if self.colour.alpha <= _FAINT:
            return True
        pairs = zip(self.colour[:3], self.ground[:3], strict=True) if self.ground else ()
        return self.ground is not None and all(abs(own - other) <= _SAME_COLOUR for own, other in pairs)


INK = Ink()


@dataclass(frozen=True, slots=True)
class Look:
    """How an element is seen, from what is declared for it.

    `removed`: nothing within it can be seen, whatever is declared there. `struck` and `raised`: its text is shown,
    but is not a cell's number. `inked`: it hands down another ink. `before` and `after` are put beside its text.
    """

    declared: Declared
    removed: bool = False
    struck: bool = False
    raised: bool = False
    inked: bool = False
    before: str = ""
    after: str = ""


PLAIN = Look(())


@lru_cache(maxsize=1024)
def look_of(declared: Declared, tag: str) -> Look:
    """How an element of this tag is seen."""
    given = dict(declared)
    apart = tag not in ("td", "th")
    look = Look(
        declared,
        removed=_is_removed(tag, given),
        struck=apart and "line-through" in given.get("text-decoration", ""),
        raised=apart and given.get("vertical-align") in ("super", "sub"),
        inked=not _INKING.isdisjoint(given),
        before=given.get("before", ""),
        after=given.get("after", ""),
    )
    return PLAIN if look == replace(PLAIN, declared=declared) else look


@lru_cache(maxsize=1024)
def ink_under(ink: Ink, declared: Declared) -> Ink:
    """The ink within an element for which this is declared, under one with the ink given; the same where it is."""
    given = dict(declared)
    visible, size, colour, ground = ink.visible, ink.size, ink.colour, ink.ground
    if (visibility := given.get("visibility")) in ("visible", "hidden", "collapse"):
        visible = visibility == "visible"
    printed = given.get("font-size", "")
    if (length := _length(printed)) is not None:
        share = {"%": length / 100, "em": length / _PIXELS["em"]}.get(printed.lstrip("0123456789. "))
        size = length if share is None else share * size
    colour = _colour(given.get("color")) or colour
    if (behind := _colour(given.get("background-color"))) is not None and behind.alpha > _FAINT:
        ground = behind
    if given.get("background-image", "none") != "none":
        ground = None
    found = Ink(visible, size, colour, ground)
    return ink if found == ink else found


def painted(tag: str, attributes: Attributes) -> Declared:
    """The colours that HTML's own attributes give, as declarations."""
    if _COLOURS.isdisjoint(attributes):
        return ()
    found = [
        ("background-color", attributes.get("bgcolor")),
        ("background-image", attributes.get("background")),
    ]
    found.append(("color", attributes.get({"font": "color", "body": "text"}.get(tag, ""))))
    return tuple((name, value.strip().lower()) for name, value in found if value)


def _is_removed(tag: str, declared: Mapping[str, str]) -> bool:
    if declared.get("display") == "none" or declared.get("mso-hide") == "all":
        return True
    opacity = _length(declared.get("opacity"))
    if (opacity is not None and opacity <= _FAINT) or _is_shifted(declared):
        return True
    if tag in _ROWS:
        return False
    if _NO_LETTERS.match(declared.get("clip-path", "")) or (
        declared.get("position") in ("absolute", "fixed") and _NO_LETTERS.match(declared.get("clip", ""))
    ):
        return True
    sizes = (_length(declared.get(side)) for side in ("width", "height", "max-width", "max-height"))
    sliver = any(size is not None and size <= _SLIVER for size in sizes)
    return sliver and declared.get("overflow", "").startswith(("hidden", "clip"))


def _is_shifted(declared: Mapping[str, str]) -> bool:
    sides = ["text-indent", "margin-left"]
    if declared.get("position") in ("absolute", "fixed", "relative"):
        sides += ["left", "top", "right"]
    if any((length := _length(declared.get(side))) is not None and length <= _FAR for side in sides):
        return True
    moved = _SHIFTED.search(declared.get("transform", ""))
    return moved is not None and (moved[1] is None or (_length(moved[1]) or 0.0) <= _FAR)


def _length(value: str | None) -> float | None:
    """A length in px, a share of something as its number."""
    match = _LENGTH.match(value) if value else None
    return float(match[1]) * _PIXELS.get(match[2], 1.0) if match else None


@lru_cache(maxsize=1024)
def _colour(value: str | None) -> RGBA | None:
    """The colour that stands in a value, null where there is none or the one inherited."""
    for part in (value, *(value.split() if value and " " in value and "(" not in value else ())):
        colour = parse_color(part) if part else None
        if isinstance(colour, RGBA):
            return colour
    return None
