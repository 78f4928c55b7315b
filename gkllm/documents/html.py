"""A web page becomes a document: its visible text in order, and the cells of its tables, wherever they nest."""

import hashlib
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gkllm.documents.composing import Composer
from gkllm.documents.document import Document
from gkllm.documents.markup import as_html, is_written_in_lines, refuse_costly_markup, report_start
from gkllm.documents.stylesheet import Stylesheet
from gkllm.documents.text import decode, rebuild_grids
from gkllm.documents.values import first_labelled_figures, has_figures
from gkllm.documents.visibility import INK, PLAIN, Attributes, Ink, Look, entered, ink_under, look_of, painted
from gkllm.errors import EmptyDocument
from gkllm.facts import Doubt, DoubtKind

_SKIPPED = frozenset(
    (
        *("head", "script", "style", "noscript", "template", "del", "xml", "title", "meta", "link"),
        *("colgroup", "rt", "rp", "datalist", "dialog", "desc", "defs", "symbol"),
    )
)
_DRAWN = frozenset(("object", "embed", "iframe", "audio", "video", "canvas", "meter", "progress", "applet"))
"""Elements that show something other than the text they hold."""
_DRAWN_TEXT = frozenset(("svg", "math", "bdo"))
"""Their text is shown, laid out in ways that this module does not follow."""
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "legend"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "li", "main", "nav", "ol", "p", "pre", "section", "summary"),
        "ul",
    )
)
_STRUCTURE = frozenset(("table", "thead", "tbody", "tfoot", "tr"))
_CELLS = frozenset(("td", "th"))
_SPAN = re.compile(r"\s*\+?(\d{1,6})")

_DROPPED = {
    **dict.fromkeys(("s", "strike"), DoubtKind.STRUCK_LEFT_OUT),
    **dict.fromkeys(("sup", "sub"), DoubtKind.RAISED_LEFT_OUT),
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
    markup = as_html(markup)
    refuse_costly_markup(markup, name)
    doubts = [Doubt.of(DoubtKind.BYTES_DAMAGED, encoding=encoding)] if damaged else []
    tree = LexborHTMLParser(markup)
    lines_meant = is_written_in_lines(markup)
    sheet = Stylesheet(tree, markup, name)
    page = _Page(tree, name, sheet, lines_meant=lines_meant)
    if page.hidden_tables and not has_figures(page.grids):
        everything = _Page(tree, name, sheet, lines_meant=lines_meant, show_hidden=True)
        if has_figures(everything.grids):
            page = everything
            doubts.append(Doubt(DoubtKind.TABLES_HIDDEN))
    elif page.hidden_rows:
        doubts.append(Doubt.of(DoubtKind.ROWS_HIDDEN, rows=page.hidden_rows))
    if not page.text.strip():
        raise EmptyDocument("{name}: the page shows no text", name=name)
    grids = page.grids
    if scanned := not has_figures(grids):
        grids = rebuild_grids(page.text)
        if page.pictures:
            doubts.append(Doubt.of(DoubtKind.PICTURES_SHOWN, pictures=page.pictures))
    digest = hashlib.sha256(content).hexdigest()
    start = report_start(tree, page.text[: first_labelled_figures(page.grids)])
    part = (start, len(page.text))
    text = page.text
    return Document(name, "text/html", digest, encoding, text, tuple(grids), tuple(doubts), part, scanned)


class _Page:
    """The walk over a page's tree, in the order of its text."""

    def __init__(
        self,
        tree: LexborHTMLParser,
        name: str,
        sheet: Stylesheet,
        *,
        lines_meant: bool,
        show_hidden: bool = False,
    ) -> None:
        self._composer = Composer(name)
        self._sheet = sheet
        self._linked = tree.css_first("link[rel~=stylesheet i]") is not None
        self._inks: list[tuple[int, Ink]] = [(0, INK)]
        self._lines_meant = int(lines_meant)
        self._show_hidden = show_hidden
        self._inlined: set[int] = set()
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
            if not inside:
                self._end_ink(node)
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
        look = PLAIN
        if attributes or self._sheet.reaches:
            declared = self._sheet.of(node, attributes.get("style") or "")
            look = look_of(declared, tag) if declared else PLAIN
            if not self._shown(node, tag, attributes, look):
                return False
            if look.before:
                self._write(look.before)
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
        else:
            return self._replaced(node, tag, attributes)
        return True

    def _end_ink(self, node: LexborNode) -> None:
        if len(self._inks) > 1 and self._inks[-1][0] == node.mem_id:
            self._inks.pop()

    def _replaced(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Take in an element that shows something of its own; whether to go on with what it contains."""
        in_cell = self._composer.in_cell
        if tag == "img":
            self.pictures += 1
            self._composer.doubt(DoubtKind.PICTURE)
        elif tag in _DRAWN or tag in _DRAWN_TEXT:
            self._composer.doubt(DoubtKind.PICTURE)
            return in_cell and tag in _DRAWN_TEXT
        elif tag == "input" or (tag == "select" and in_cell):
            shown = entered(node, attributes, in_cell=in_cell)
            if shown is None:
                self._composer.doubt(DoubtKind.PICTURE)
            self._write(shown or "")
            return False
        return in_cell or tag not in ("button", "select")

    def _text(self, node: LexborNode) -> None:
        parent = node.parent
        if parent is None or parent.tag not in _STRUCTURE:
            self._write(node.text_content or "")

    def _write(self, text: str) -> None:
        ink = self._inks[-1][1]
        if ink is not INK and not self._show_hidden and not text.isspace():
            if not ink.seen:
                return
            # Where further sheets are linked, they may set another background.
            if ink.camouflaged and not self._linked:
                return
            if ink.camouflaged or ink.tiny:
                self._composer.doubt(DoubtKind.CAMOUFLAGED)
        if self._lines_meant:
            self._composer.write_lines(text)
        else:
            self._composer.write(text)

    def _shown(self, node: LexborNode, tag: str, attributes: Attributes, look: Look) -> bool:
        """Whether the element's text is part of what the page says."""
        above = ink = self._inks[-1][1]
        if colours := painted(tag, attributes):
            ink = ink_under(ink, colours)
        if look.inked:
            ink = ink_under(ink, look.declared)
        if not self._show_hidden and ("hidden" in attributes or look.removed or not ink.visible):
            holds_table = tag == "table" or node.css_first("table") is not None
            if "hidden" in attributes or look.removed or holds_table:
                self.hidden_tables += holds_table
                self.hidden_rows += tag == "tr"
                return False
        if tag == "tr" and attributes.get("height") == "0" and not (node.text() or "").strip():
            # Word ends a table of misaligned columns with a row that only sets their widths.
            return False
        if look.struck or look.raised:
            self._composer.doubt(DoubtKind.STRUCK_LEFT_OUT if look.struck else DoubtKind.RAISED_LEFT_OUT)
            if self._composer.in_cell:
                return False
        if ink is not above:
            self._inks.append((node.mem_id, ink))
        return True

    def _enter_table(self, node: LexborNode, tag: str, attributes: Attributes) -> None:
        composer = self._composer
        if tag == "table":
            rows, cells = _extent(node) if composer.in_cell else (2, 2)
            if cells <= 1:
                self._inlined.add(node.mem_id)
                composer.end_line()
            else:
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
        if self._sheet.writes and (declared := self._sheet.of(node, "")):
            self._write(look_of(declared, tag or "").after)
        self._end_ink(node)
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
