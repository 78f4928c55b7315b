"""What the style sheets in a web page declare for its elements, as far as it decides what is seen.

tinycss2 takes the sheets apart and selectolax matches their selectors; sheets that a page only links to are not read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
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

_PROPERTY = (
    "display|visibility|opacity|font-size|font|color|background|background-color|background-image|position|left|top|right|"
    "text-indent|margin-left|width|height|max-width|max-height|overflow|clip|clip-path|transform|text-decoration|"
    "text-decoration-line|vertical-align|mso-hide|content|filter|content-visibility|-webkit-text-fill-color"
)
_RELEVANT = re.compile(rf"(?<![\w-])(?:{_PROPERTY})\s*:", re.IGNORECASE)
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
_CALL = "var("
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_ROOTS = frozenset({":root", "html", "body", "*"})
_LONGEST_VALUE = 200
_DEEPEST = 5
"""Variables that stand for variables."""
_IMPORTANT = 1_000_000_000
_INLINE = 100_000_000


class Stylesheet:
    """The declarations of a page's own sheets, by element. `name` is the file's, for errors."""

    def __init__(self, tree: LexborHTMLParser, markup: str, name: str) -> None:
        sheets = [node.text() for node in tree.css("style") if _on_screen(node.attributes.get("media"))]
        self._name = name
        self._variables: dict[str, str] = {}
        if _CALL in markup:
            self._bound(sheets)
            self._variables = dict(pair for sheet in sheets for pair in self._defined(sheet))
            sheets = list(map(self._resolved, sheets))
        sheets = [sheet for sheet in sheets if _TELLING.search(sheet)]
        self._bound(sheets)
        self._weighed: dict[int, dict[str, tuple[int, str]]] = {}
        self._budget = _MAX_MATCHING
        self.writes = False
        order = 0
        for sheet in sheets:
            for selectors, content in self._rules(sheet):
                if declarations := _declarations(content):
                    order += 1
                    self._apply(tree, markup, selectors, declarations, order)
        self.reaches = bool(self._weighed)
        self._declared = {element: tuple(known.items()) for element, known in self._weighed.items()}

    def of(self, node: LexborNode, style: str) -> Declared:
        """What is declared for the element by the sheets and by its `style` attribute."""
        sheet = self._declared.get(node.mem_id) if self._declared else None
        return _cascade(sheet, self._resolved(style)) if sheet or style else ()

    def _bound(self, sheets: Sequence[str]) -> None:
        if sum(map(len, sheets)) > _MAX_SHEET or sum(sheet.count("{") for sheet in sheets) > _MAX_RULES:
            raise DocumentTooLarge("{name}: more style sheets than any report has", name=self._name)

    def _defined(self, sheet: str) -> Iterator[tuple[str, str]]:
        """The variables that a sheet defines for the whole page. One that is defined for a part of it stays unknown."""
        for selectors, content in self._rules(sheet):
            if not _ROOTS.isdisjoint(selectors):
                for node in tinycss2.parse_blocks_contents(content, True, True):
                    value = tinycss2.serialize(node.value).strip() if isinstance(node, Declaration) else ""
                    if value and node.name.startswith("--") and len(value) <= _LONGEST_VALUE:
                        yield node.name, value

    def _resolved(self, text: str) -> str:
        """The text with what its variables stand for; one that is not known for its fallback, if it has any."""
        for _ in range(_DEEPEST):
            if _CALL not in text:
                break
            text = _VARIABLE.sub(lambda found: self._variables.get(found[1]) or found[2] or found[0], text)
            self._bound([text])
        return text

    def _rules(self, sheet: str) -> Iterator[tuple[list[str], str]]:
        """The selectors and the content of every rule that holds on a screen, nested ones too, in their order."""
        parents: list[str] = []
        waiting = [(rule, parents) for rule in reversed(tinycss2.parse_stylesheet(sheet, True, True))]
        while waiting:
            rule, parents = waiting.pop()
            if isinstance(rule, QualifiedRule):
                selectors = self._within(parents, _selectors(rule.prelude))
            elif isinstance(rule, AtRule) and rule.content is not None and _holds(rule):
                selectors = parents
            else:
                continue
            content = tinycss2.serialize(rule.content)
            if selectors:
                yield selectors, content
            parse = tinycss2.parse_blocks_contents if selectors else tinycss2.parse_rule_list
            inner = parse(rule.content, True, True) if "{" in content else []
            waiting += [(node, selectors) for node in reversed(inner)]

    def _within(self, parents: list[str], selectors: list[str]) -> list[str]:
        """The selectors of a rule in one with the selectors `parents`."""
        if not parents:
            return selectors
        if len(parents) * len(selectors) > _MAX_RULES:
            raise DocumentTooLarge("{name}: more style sheets than any report has", name=self._name)
        nested = [one if "&" in one else f"& {one}" for one in selectors]
        self._bound([parent * one.count("&") for parent in parents for one in nested])
        return [one.replace("&", parent) for parent in parents for one in nested]

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
        if isinstance(node, Declaration) and re.fullmatch(_PROPERTY, node.lower_name):
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
