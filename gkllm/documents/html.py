"""A web page becomes a document: its visible text in order, and the cells of its tables, wherever they nest."""

import hashlib
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gkllm.documents.composing import Composer, first_labelled_figures, has_figures
from gkllm.documents.decoding import decode
from gkllm.documents.document import Document
from gkllm.documents.markup import refuse_costly_markup
from gkllm.documents.text import rebuild_grids
from gkllm.errors import EmptyDocument
from gkllm.facts import DoubtKind

_SKIPPED = frozenset(
    (
        *(
            "head",
            "script",
            "style",
            "noscript",
            "template",
            "iframe",
            "object",
            "embed",
            "svg",
            "math",
            "select",
        ),
        *(
            "audio",
            "video",
            "canvas",
            "button",
            "del",
            "xml",
            "title",
            "meta",
            "link",
            "colgroup",
            "rt",
            "rp",
        ),
    )
)
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "div",
            "dl",
        ),
        *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "ul"),
    )
)
_STRUCTURE = frozenset(("table", "thead", "tbody", "tfoot", "tr"))
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE
)
_STRUCK = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body|p|div|br)\b", re.IGNORECASE)
_SPAN = re.compile(r"\s*\+?(\d{1,6})")
_TEXT_INPUTS = frozenset((None, "", "text", "number"))
_LINE_END = re.compile(r"[\n\t]")
_MIN_TITLE = 8

_DROPPED = {
    "s": DoubtKind.STRUCK_LEFT_OUT,
    "strike": DoubtKind.STRUCK_LEFT_OUT,
    "sup": DoubtKind.RAISED_LEFT_OUT,
}
"""Elements of a cell whose text is shown but is not the cell's number."""


def read_html(content: bytes, name: str) -> Document:
    """The document in a web page's bytes.

    What a browser does not show is left out; a page that hides all its tables is read with what it hides.

    Raises:
        EmptyDocument: the page shows no text.
        DocumentTooLarge: the page nests too deeply or has more elements than any report.
        UnsupportedFormat: the bytes are not text.
    """
    markup, encoding, damaged = decode(content, name)
    refuse_costly_markup(markup, name)
    warnings = [f"some bytes are not valid {encoding}; they read as \ufffd"] if damaged else []
    tree = LexborHTMLParser(markup)
    lines_meant = not _PAGE.search(markup)
    page = _Page(tree, name, lines_meant=lines_meant)
    if page.hidden_tables and not has_figures(page.grids):
        everything = _Page(tree, name, lines_meant=lines_meant, show_hidden=True)
        if has_figures(everything.grids):
            page = everything
            warnings.append("the page hides its tables; what it hides was read")
    elif page.hidden_rows:
        warnings.append(f"the page hides {page.hidden_rows} rows of tables; they were not read")
    if not page.text.strip():
        raise EmptyDocument(f"{name}: the page shows no text")
    grids = page.grids
    if not has_figures(grids):
        grids = rebuild_grids(page.text)
        if page.pictures:
            warnings.append(f"the page shows {page.pictures} pictures; a table in a picture is not read here")
    digest = hashlib.sha256(content).hexdigest()
    start = _report_start(tree, page.text[: first_labelled_figures(page.grids)])
    part = (start, len(page.text))
    return Document(name, "text/html", digest, encoding, page.text, tuple(grids), tuple(warnings), part)


class _Page:
    """The walk over a page's tree, in the order of its text."""

    def __init__(
        self, tree: LexborHTMLParser, name: str, *, lines_meant: bool, show_hidden: bool = False
    ) -> None:
        self._composer = Composer(name)
        self._lines_meant = int(lines_meant)
        self._show_hidden = show_hidden
        self._inlined: set[int] = set()
        self._spliced: set[int] = set()
        self.hidden_tables = 0
        self.hidden_rows = 0
        self.pictures = 0
        if tree.root is not None:
            self._walk(tree.root)
        self.text, self.grids = self._composer.compose()

    def _walk(self, root: LexborNode) -> None:
        node: LexborNode | None = root
        while node is not None:
            inside = self._enter(node)
            child = node.child if inside else None
            if child is not None:
                node = child
                continue
            if inside:
                self._leave(node)
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    return
                self._leave(node)
            node = node.next if node is not None else None

    def _enter(self, node: LexborNode) -> bool:
        """Take in what the node opens; whether to go on with what it contains."""
        tag = node.tag
        if tag == "-text":
            self._text(node)
            return False
        if tag is None or tag in _SKIPPED or tag[:1] in "-_!":
            return False
        attributes = node.attributes if tag != "html" else {}
        if attributes and not self._shown(node, tag, attributes):
            return False
        if tag in _STRUCTURE or tag in _CELLS:
            self._enter_table(node, tag, attributes)
        elif tag == "br":
            self._composer.break_line()
        elif tag in _BLOCKS:
            self._composer.end_line()
            self._lines_meant += tag == "pre"
        elif tag in _DROPPED and self._composer.in_cell:
            self._composer.doubt(_DROPPED[tag])
            return False
        elif tag == "img":
            self.pictures += 1
            self._composer.doubt(DoubtKind.PICTURE)
        elif tag == "input" and attributes.get("type") in _TEXT_INPUTS:
            self._composer.write(attributes.get("value") or "")
        return True

    def _text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        parent = node.parent
        if parent is not None and parent.tag in _STRUCTURE:
            return
        if self._lines_meant:
            self._composer.write_lines(text)
        else:
            self._composer.write(text)

    def _shown(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
        """Whether the element's text is part of what the page says."""
        style = attributes.get("style") or ""
        if not self._show_hidden and ("hidden" in attributes or (style and _HIDDEN.search(style))):
            self.hidden_tables += tag == "table" or node.css_first("table") is not None
            self.hidden_rows += tag == "tr"
            return False
        if tag == "tr" and attributes.get("height") == "0" and not (node.text() or "").strip():
            # Word ends a table of misaligned columns with a row that only sets their widths.
            return False
        if style and tag not in _CELLS:
            if _STRUCK.search(style):
                self._composer.doubt(DoubtKind.STRUCK_LEFT_OUT)
                return not self._composer.in_cell
            if _RAISED.search(style) and self._composer.in_cell:
                self._composer.doubt(DoubtKind.RAISED_LEFT_OUT)
                return False
        return True

    def _enter_table(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> None:
        composer = self._composer
        if tag == "table":
            rows, cells = _extent(node) if composer.in_cell else (2, 2)
            if cells <= 1:
                self._inlined.add(node.mem_id)
                composer.end_line()
            else:
                if rows == 1:
                    self._spliced.add(node.mem_id)
                composer.open_table(spliced=rows == 1)
        elif tag == "tr":
            if self._is_inlined(node):
                composer.end_line()
            else:
                composer.open_row()
        elif tag in _CELLS and not self._is_inlined(node):
            composer.open_cell(_span(attributes.get("colspan")), _span(attributes.get("rowspan")))

    def _is_inlined(self, node: LexborNode) -> bool:
        if not self._inlined:
            return False
        table = node.parent
        while table is not None and table.tag != "table":
            table = table.parent
        return table is not None and table.mem_id in self._inlined

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag
        composer = self._composer
        if tag == "table":
            if node.mem_id in self._inlined:
                composer.end_line()
            else:
                composer.close_table()
        elif tag == "tr" and not self._is_inlined(node):
            composer.close_row()
        elif tag in _CELLS and not self._is_inlined(node):
            composer.close_cell()
        elif tag in _BLOCKS:
            composer.end_line()
            self._lines_meant -= tag == "pre"


def _extent(table: LexborNode) -> tuple[int, int]:
    """How many rows with cells the table has, and how many cells the longest; tables inside it do not count."""
    rows = longest = 0
    for row in _children(table):
        for part in _children(row) if row.tag != "tr" else (row,):
            cells = sum(1 for cell in _children(part) if cell.tag in _CELLS)
            rows += cells > 0
            longest = max(longest, cells)
    return rows, longest


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _span(printed: str | None) -> int:
    """A colspan or rowspan; 0 spans all the rest, as do numbers of many digits."""
    match = _SPAN.match(printed) if printed else None
    return (int(match[1]) or 999_999) if match else 1


def _report_start(tree: LexborHTMLParser, text: str) -> int:
    """Where the report starts in the text before its tables: at the line that the page itself names as its title."""
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
