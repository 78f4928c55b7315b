"""Tables in the elements of the Text Encoding Initiative, which some extractors write: `row` and `cell`."""

import re

_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>row|cell|lb|head)\b(?P<attributes>[^<>]*?)(?P<empty>/?)>")
_CELL = re.compile(r"<cell\b")
_NAMES = {"row": "tr", "cell": "td", "lb": "br", "head": "h2"}
_SPANS = {"cols": "colspan", "rows": "rowspan"}
_SPAN = re.compile(r"\b(cols|rows)(?=\s*=)")


def as_html(markup: str) -> str:
    """The markup with such elements as those of a web page; a page that has no such cell is left as it is."""
    return _ELEMENT.sub(_renamed, markup) if _CELL.search(markup) else markup


def _renamed(element: re.Match[str]) -> str:
    name = _NAMES[element["name"]]
    attributes = _SPAN.sub(lambda span: _SPANS[span[1]], element["attributes"])
    closing = f"</{name}>" if element["empty"] and name != "br" else ""
    return f"<{element['end']}{name}{attributes}>{closing}"
