"""Where in a web page's text the report starts: at the line that the page itself names as its title."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

_LINE_END = re.compile(r"[\n\t]")
_MIN_TITLE = 8


def report_start(tree: LexborHTMLParser, text: str) -> int:
    """The place of the title's line in the text before the page's tables; 0 where the page names none of its lines."""
    lines: list[tuple[int, str]] = []
    start = 0
    for line in _LINE_END.split(text):
        if len(solid := _solid(line)) >= _MIN_TITLE:
            lines.append((start, solid))
        start += len(line) + 1
    for titles in _titles(tree):
        named = [(start, solid) for start, solid in lines if any(solid in title for title in titles)]
        if named:
            longest = max(len(solid) for _, solid in named)
            return next(start for start, solid in named if len(solid) == longest)
    return 0


def _titles(tree: LexborHTMLParser) -> Iterator[list[str]]:
    """What the page calls itself, the surest first: its head may add the site's name, a heading may be a section's."""
    metas = (meta.attributes for meta in tree.css("meta[name]"))
    yield [
        _solid(meta.get("content") or "")
        for meta in metas
        if (meta.get("name") or "").lower() == "articletitle"
    ]
    for tags in ("title, h1", "h2, h3"):
        yield [_solid(node.text()) for node in tree.css(tags)]


def _solid(text: str) -> str:
    return "".join(text.split())
