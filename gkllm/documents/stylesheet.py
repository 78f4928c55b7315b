"""What the style sheets in a web page declare for its elements, as far as it decides what is seen.

tinycss2 takes the sheets apart and selectolax matches their selectors; sheets that a page only links to are not read.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

from gkllm.errors import DocumentTooLarge

Declared = tuple[tuple[str, str], ...]
"""Properties with their values as written, in small letters; `before` and `after` with the text that the sheet puts
there.
"""
_Weighed = tuple[tuple[str, tuple[int, str]], ...]

_PROPERTIES = (
    *("display", "visibility", "opacity", "font-size", "font", "color", "background", "background-color"),
    *(
        "background-image",
        "position",
        "left",
        "top",
        "right",
        "text-indent",
        "margin-left",
        "width",
        "height",
    ),
    *("max-width", "max-height", "overflow", "clip", "clip-path", "transform", "text-decoration"),
    *("text-decoration-line", "vertical-align", "mso-hide", "content", "filter", "content-visibility"),
    "-webkit-text-fill-color",
)
_RELEVANT = re.compile(rf"(?<![\w-])(?:{'|'.join(_PROPERTIES)})\s*:", re.IGNORECASE)
_TELLING = re.compile(
    r"none|hidden|collapse|opacity|content\s*:|clip|through|super|sub\b|translate|scale|background|-\s?\d{3}|font\s*:\s*0"
    r"|(?:size|width|height)\s*:\s*[01](?!\d)|color\s*:\s*(?:#[c-f]|rgb|hsl|transparent|\w*(?:white|snow|ivory|azure|lin|seashell))",
    re.IGNORECASE,
)
"""A sheet without any of these hides nothing, marks nothing and writes nothing."""
_MAX_SHEET = 1_000_000
_MAX_RULES = 20_000
"""The largest frameworks have some ten thousand."""
_MAX_MATCHING = 100_000_000
"""Selectors times characters of the page; some hundred selectors over a page of 200 KB take a tenth of a second."""
_LIKE = {"text-decoration-line": "text-decoration", "-webkit-text-fill-color": "color"}
_SCREEN = 1280
"""Width in px of the window that a page is read in: an office's screen."""
_FEATURE = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([\d.]+)\s*(px|em|rem)\s*\)")
_STATES = re.compile(r":(?:hover|focus|active|target|visited|checked)")
_PSEUDO = re.compile(r"::?(before|after)\s*$", re.IGNORECASE)
_OTHER_PSEUDO = re.compile(r"::")
_NAMED = re.compile(r"[.#]([\w-]+)")
_ARGUMENTS = re.compile(r"\([^()]*\)")
_IMPORTANT = 1_000_000_000
_INLINE = 100_000_000


class Stylesheet:
    """The declarations of a page's own sheets, by element. `name` is the file's, for errors."""

    def __init__(self, tree: LexborHTMLParser, markup: str, name: str) -> None:
        sheets = [node.text() for node in tree.css("style") if _on_screen(node.attributes.get("media"))]
        sheets = [sheet for sheet in sheets if _TELLING.search(sheet)]
        if sum(map(len, sheets)) > _MAX_SHEET or sum(sheet.count("{") for sheet in sheets) > _MAX_RULES:
            raise DocumentTooLarge("{name}: more style sheets than any report has", name=name)
        self._weighed: dict[int, dict[str, tuple[int, str]]] = {}
        self._budget = _MAX_MATCHING
        self._name = name
        self.writes = False
        order = 0
        for sheet in sheets:
            for selectors, declarations in _rules(tinycss2.parse_stylesheet(sheet, True, True)):
                order += 1
                self._apply(tree, markup, selectors, declarations, order)

        self.reaches = bool(self._weighed)
        self._declared = {element: tuple(known.items()) for element, known in self._weighed.items()}

    def of(self, node: LexborNode, style: str) -> Declared:
        """What is declared for the element by the sheets and by its `style` attribute."""
        sheet = self._declared.get(node.mem_id) if self._declared else None
        return _cascade(sheet, style) if sheet or style else ()

    def _apply(
        self,
        tree: LexborHTMLParser,
        markup: str,
        selectors: Iterable[str],
        declarations: Iterable[tuple[str, str, bool]],
        order: int,
    ) -> None:
        for selector in selectors:
            pseudo = _PSEUDO.search(selector)
            base = selector[: pseudo.start()] if pseudo else selector
            if _STATES.search(base) or _OTHER_PSEUDO.search(base) or not _may_match(base, markup):
                continue
            self._budget -= len(markup)
            if self._budget < 0:
                raise DocumentTooLarge(
                    "{name}: its style sheets have more rules than any report's", name=self._name
                )
            try:
                nodes = tree.css(base.strip() or "*")
            except SelectolaxError:
                continue
            weight = _specificity(base) * 10_000 + min(order, 9_999)
            for node in nodes:
                known = self._weighed.setdefault(node.mem_id, {})
                if pseudo:
                    self.writes = True
                    written = _written(node, declarations)
                    _put(known, pseudo[1].lower(), written, weight)
                    continue
                for name, value, important in declarations:
                    _put(known, name, value, weight + important * _IMPORTANT)


@lru_cache(maxsize=1024)
def _cascade(sheet: _Weighed | None, style: str) -> Declared:
    weighed = dict(sheet or ())
    for name, value, important in _declarations(style) if style else ():
        _put(weighed, name, value, _INLINE + important * _IMPORTANT)
    return tuple((name, value) for name, (_, value) in weighed.items())


def _put(known: dict[str, tuple[int, str]], name: str, value: str, weight: int) -> None:
    if name not in known or known[name][0] <= weight:
        known[name] = (weight, value)


def _rules(rules: Iterable[Node]) -> Iterator[tuple[list[str], tuple[tuple[str, str, bool], ...]]]:
    """The selectors and relevant declarations of every rule that holds on a screen, in their order."""
    waiting = list(rules)[::-1]
    while waiting:
        rule = waiting.pop()
        if isinstance(rule, QualifiedRule):
            declarations = _declarations(tinycss2.serialize(rule.content))
            if declarations:
                yield _selectors(rule.prelude), declarations
        elif isinstance(rule, AtRule) and rule.content is not None and _holds(rule):
            waiting += tinycss2.parse_rule_list(rule.content, True, True)[::-1]


def _holds(rule: AtRule) -> bool:
    if rule.lower_at_keyword == "media":
        return _on_screen(tinycss2.serialize(rule.prelude))
    return rule.lower_at_keyword in ("supports", "layer")


def _on_screen(media: str | None) -> bool:
    """Whether a list of media queries holds for an office's screen; what is not understood does not."""
    return not (media or "").strip() or any(map(_query_holds, (media or "").lower().split(",")))


def _query_holds(query: str) -> bool:
    features = _FEATURE.findall(query)
    words = set(_FEATURE.sub(" ", query).split()) - {"and", "only", "screen", "all"}
    if words - {"not", "print", "speech"}:
        return False
    fits = all(
        (_pixels(number, unit) <= _SCREEN) == (bound == "min" or _pixels(number, unit) == _SCREEN)
        for bound, number, unit in features
    )
    return (fits and not words & {"print", "speech"}) != ("not" in words)


def _pixels(number: str, unit: str) -> float:
    return float(number) * (1 if unit == "px" else 16) if number.count(".") < 2 else 0.0


def _selectors(prelude: list[Node]) -> list[str]:
    found: list[list[Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            found.append([])
        else:
            found[-1].append(node)
    return [tinycss2.serialize(nodes).strip() for nodes in found]


@lru_cache(maxsize=1024)
def _declarations(style: str) -> tuple[tuple[str, str, bool], ...]:
    """(property, value, important) of the relevant declarations; shorthands give what they stand for."""
    if not _RELEVANT.search(style):
        return ()
    found: list[tuple[str, str, bool]] = []
    for node in tinycss2.parse_blocks_contents(style, True, True):
        if isinstance(node, Declaration) and node.lower_name in _PROPERTIES:
            value = " ".join(tinycss2.serialize(node.value).split())
            if node.lower_name != "content":
                value = value.lower()
            found += [(name, part, node.important) for name, part in _longhands(node.lower_name, value)]
    return tuple(found)


def _longhands(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "font":
        size = re.search(r"(?<![\w.-])(\d*\.?\d+(?:[a-z]+|%)?)(?:\s*/|\s)", value)
        if size:
            yield "font-size", size[1]
    elif name == "background":
        yield "background-image", "url" if re.search(r"url\(|gradient", value) else "none"
        yield "background-color", re.sub(r"url\([^)]*\)", " ", value).strip()
    elif name == "filter":
        if opacity := re.search(r"opacity\(\s*([\d.]+%?)", value):
            yield "opacity", opacity[1]
    elif name == "content-visibility":
        yield "display", "none" if value == "hidden" else "inline"
    elif name in _LIKE:
        yield _LIKE[name], value
    else:
        yield name, value


def _may_match(selector: str, markup: str) -> bool:
    """Whether every class and id that the selector asks for stands somewhere in the page beside the sheet itself.

    It spares most rules of a large framework's sheet the search through the tree.
    """
    names = _NAMED.findall(_ARGUMENTS.sub("", selector))
    return all(re.search(rf"(?<![.#\w-]){re.escape(name)}(?![\w-])", markup) for name in names)


def _specificity(selector: str) -> int:
    """Ids, then classes and attributes, then elements, each counted to 99."""
    bare = re.sub(r":(?:not|is)\(", " ", selector)
    ids = len(re.findall(r"#[\w-]+", bare))
    classes = len(re.findall(r"\.[\w-]+|\[|(?<!:):[\w-]+", bare))
    elements = len(re.findall(r"(?<![\w.#:\[=\"'-])[a-zA-Z][\w-]*", bare))
    return min(ids, 9) * 900 + min(classes, 29) * 30 + min(elements, 29)


def _written(node: LexborNode, declarations: Iterable[tuple[str, str, bool]]) -> str:
    """The text that `content` puts beside an element; counters and pictures as U+FFFD, which nobody can read."""
    values = {name: value for name, value, _ in declarations}
    content = values.get("content", "none")
    hidden = values.get("display") == "none" or values.get("visibility") == "hidden"
    if hidden or content in ("none", "normal", '""', "''"):
        return ""
    written = ""
    for part in tinycss2.parse_component_value_list(content, True):
        if part.type == "string":
            written += part.value
        elif part.type == "function" and part.lower_name == "attr":
            written += node.attributes.get(tinycss2.serialize(part.arguments).strip().lower()) or ""
        elif part.type != "whitespace":
            written += "\ufffd"
    return written
