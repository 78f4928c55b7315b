"""Markup before its tree is built: whether that would cost too much, whether its lines are meant, and where it starts.

The elements `row` and `cell` of the Text Encoding Initiative, which some extractors write, are made those of a page.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from gkllm.errors import DocumentTooLarge

_MAX_TAGS = 1_000_000
"""A report saved from Word with every run in a span of its own has some 20,000."""
_MAX_DEPTH = 800
"""Building the tree takes time in the square of the depth; a page of several layout tables is some 50 deep."""
_MAX_RESTORED = 5_000_000
"""Formatting elements left open are opened again in every block that follows (the HTML standard's "reconstruct the
active formatting elements"), so the tree may be this many times larger than the page."""
_LONG_TAG = 20_000
"""Characters; a tag with a style or a picture's address in it is longer only where it has very many attributes."""
_MAX_ATTRIBUTES = 1_000
"""Each attribute is compared with those before it."""
_ATTRIBUTES = re.compile(r"""[\s/"'][^\s/>"'=]+""")
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_UNCOUNTED = frozenset(
    (
        *(
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "wbr",
        ),
        *("p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dd", "dt", "option", "o:p"),
    )
)
"""Elements without content, and those whose end the next of their kind implies."""
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)


def refuse_costly_markup(markup: str, name: str) -> None:
    """Raise where the markup nests deeply, or has very many elements or attributes of one element.

    Raises:
        DocumentTooLarge: it does.
    """
    if markup.count("<") > 2 * _MAX_TAGS:
        raise DocumentTooLarge(
            "{name}: more than {most} elements, which no report has", name=name, most=_MAX_TAGS
        )
    for piece in markup.split("<"):
        if len(piece) > _LONG_TAG and len(_ATTRIBUTES.findall(_QUOTED.sub(" ", piece))) > _MAX_ATTRIBUTES:
            _refuse_attributes(piece, name)
    depth = deepest = formatting = most = tags = 0
    for end, tag in _TAG.findall(markup):
        tags += 1
        tag = tag.lower()
        if tag in _UNCOUNTED:
            continue
        step = -1 if end else 1
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
        if tag in _FORMATTING:
            formatting = max(0, formatting + step)
            most = max(most, formatting)
    if deepest > _MAX_DEPTH:
        raise DocumentTooLarge(
            "{name}: elements nested {deepest} deep, which no report is", name=name, deepest=deepest
        )
    if tags > _MAX_TAGS or most * tags > _MAX_RESTORED:
        raise DocumentTooLarge("{name}: more elements than any report has", name=name)


def _refuse_attributes(piece: str, name: str) -> None:
    """Raise where the piece of markup after a `<` has very many words before the tag ends."""
    tag = _QUOTED.sub(" ", piece).partition(">")[0]
    if len(_ATTRIBUTES.findall(tag)) > _MAX_ATTRIBUTES:
        raise DocumentTooLarge(
            "{name}: an element with more than {most} attributes",
            name=name,
            most=_MAX_ATTRIBUTES,
        )


_PAGE = re.compile(r"<(?:html|head|body|p|div|br)\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_LINES_A_BLOCK = 5
"""A text of more lines than this for each of its blocks is written in lines: Markdown keeps a page's outer element."""


def is_written_in_lines(markup: str) -> bool:
    """Whether the ends of the markup's lines are meant, as they are in text with a few elements in it."""
    blocks = len(_PAGE.findall(markup))
    wrapped = blocks * _LINES_A_BLOCK <= markup.count("\n") and not _CELL.search(markup)
    return wrapped or not blocks


_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>row|cell|lb|head)\b(?P<attributes>[^<>]*?)(?P<empty>/?)>")
_TEI_CELL = re.compile(r"<cell\b")
_NAMES = {"row": "tr", "cell": "td", "lb": "br", "head": "h2"}
_SPANS = {"cols": "colspan", "rows": "rowspan"}
_SPAN = re.compile(r"\b(cols|rows)(?=\s*=)")


def as_html(markup: str) -> str:
    """The markup with such elements as those of a web page; a page that has no such cell is left as it is."""
    return _ELEMENT.sub(_renamed, markup) if _TEI_CELL.search(markup) else markup


def _renamed(element: re.Match[str]) -> str:
    name = _NAMES[element["name"]]
    attributes = _SPAN.sub(lambda span: _SPANS[span[1]], element["attributes"])
    closing = f"</{name}>" if element["empty"] and name != "br" else ""
    return f"<{element['end']}{name}{attributes}>{closing}"


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
