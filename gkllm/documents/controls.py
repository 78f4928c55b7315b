"""What the controls of a web page's forms show."""

from collections.abc import Mapping

from selectolax.lexbor import LexborNode

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


def input_text(attributes: Attributes, *, in_cell: bool) -> str | None:
    """The text that an `input` shows, null where it shows something other than text."""
    kind = (attributes.get("type") or _UNTYPED).strip().lower()
    if kind not in _KNOWN:
        kind = _UNTYPED
    if kind in _TEXTS or (kind in _BUTTONS and in_cell):
        return attributes.get("value") or (None if attributes.get("placeholder") else "")
    return "" if kind == "hidden" or kind in _BUTTONS else None


def select_text(select: LexborNode, attributes: Attributes) -> str | None:
    """The choice that a `select` shows, null where it shows a list."""
    if "multiple" in attributes or (attributes.get("size") or "1").strip() not in ("", "0", "1"):
        return None
    options = select.css("option")
    chosen = [option for option in options if "selected" in option.attributes] or options[:1]
    return chosen[-1].text() if chosen else ""
