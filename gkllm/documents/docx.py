"""A Word file becomes a document: the final text of its body, revisions accepted, and the cells of its tables."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gkllm.documents.composing import Composer, has_figures
from gkllm.documents.document import Document
from gkllm.documents.text import rebuild_grids
from gkllm.documents.zipped import open_container, parse_xml, read_part
from gkllm.errors import EmptyDocument, UnsupportedFormat
from gkllm.facts import DoubtKind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIN_PART = "word/document.xml"
_RELATIONS = "_rels/.rels"
_MAIN_TARGET = re.compile(r"/officeDocument$")
_SKIPPED = frozenset(
    (
        *(
            "rPr",
            "pPrChange",
            "sdtPr",
            "sdtEndPr",
            "tblPr",
            "tblGrid",
            "trPr",
            "tcPr",
            "sectPr",
            "tblPrEx",
            "rt",
        ),
        *("del", "moveFrom", "delText", "delInstrText", "instrText", "Fallback", "fldData"),
    )
)
"""Properties, field codes, and what revisions took away. Of alternative contents the first is read."""
_DRAWINGS = frozenset(("drawing", "pict", "object"))
_OFF = frozenset(("0", "false", "off", "none"))


def read_docx(content: bytes, name: str) -> Document:
    """The document in a Word file's bytes. Headers, footers, notes and comments are no part of its text.

    Raises:
        EmptyDocument: the body has no text.
        DocumentTooLarge: the body unpacks to more, or has more cells, than any report.
        UnsupportedFormat: the file is damaged, encrypted or declares entities.
    """
    body = _Body(_main_part(content, name), name)
    if not body.text.strip():
        raise EmptyDocument(f"{name}: the document has no text")
    grids, warnings = body.grids, list[str]()
    if not has_figures(grids):
        grids = rebuild_grids(body.text)
        if body.pictures:
            warnings.append(
                f"the document shows {body.pictures} pictures; a table in a picture is not read here"
            )
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, MEDIA_TYPE, digest, None, body.text, tuple(grids), tuple(warnings))


def _main_part(content: bytes, name: str) -> Element:
    container = open_container(content, name)
    entries = {entry.filename: entry for entry in container.infolist()}
    path = MAIN_PART if MAIN_PART in entries else _main_path(container, entries, name)
    if path not in entries:
        raise UnsupportedFormat(f"{name}: the Word file has no body")
    return parse_xml(read_part(container, entries[path], name), name)


def _main_path(container: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> str:
    if _RELATIONS not in entries:
        return MAIN_PART
    for relation in parse_xml(read_part(container, entries[_RELATIONS], name), name):
        if _MAIN_TARGET.search(relation.get("Type", "")):
            return relation.get("Target", "").lstrip("/")
    return MAIN_PART


class _Body:
    """The walk over a body's elements, in the order of its text."""

    def __init__(self, root: Element, name: str) -> None:
        self._composer = Composer(name)
        self._inlined: set[int] = set()
        self._tables: list[bool] = []
        self.pictures = 0
        self._walk(root)
        self.text, self.grids = self._composer.compose()

    def _walk(self, root: Element) -> None:
        stack: list[tuple[Element, bool]] = [(root, False)]
        while stack:
            element, leaving = stack.pop()
            if leaving:
                self._leave(element)
            elif self._enter(element):
                stack.append((element, True))
                stack.extend((child, False) for child in reversed(element))

    def _enter(self, element: Element) -> bool:
        """Take in what the element opens; whether to go on with what it contains."""
        kind = _kind(element)
        if kind in _SKIPPED:
            return False
        if kind in ("tbl", "tr", "tc"):
            return self._enter_table(element, kind)
        if kind in _DRAWINGS:
            return self._enter_drawing(element)
        if kind == "r":
            return self._enter_run(element)
        if kind == "p":
            self._enter_paragraph(element)
        elif kind == "AlternateContent":
            self._drop_other_choices(element)
        else:
            self._character(kind, element)
        return True

    def _character(self, kind: str, element: Element) -> None:
        """Write what stands for text in a run."""
        if kind == "t":
            self._composer.write_lines(element.text or "")
        elif kind == "tab":
            self._composer.write_lines(" " if self._composer.in_cell else "\t")
        elif kind in ("br", "cr"):
            self._composer.break_line()
        elif kind == "noBreakHyphen":
            self._composer.write_lines("-")
        elif kind == "sym":
            self._composer.doubt(DoubtKind.PICTURE)

    def _enter_paragraph(self, element: Element) -> None:
        numbering = _part(_part(_part(element, "pPr"), "numPr"), "numId")
        if numbering is not None and _value(numbering) != "0":
            self._composer.doubt(DoubtKind.AUTOMATIC_NUMBER)

    def _leave(self, element: Element) -> None:
        kind = _kind(element)
        if kind == "p":
            if not _has(_part(_part(element, "pPr"), "rPr"), "del", "moveFrom"):
                self._composer.end_line()
        elif kind == "tbl":
            if self._tables.pop():
                self._composer.end_line()
            else:
                self._composer.close_table()
        elif kind in ("tr", "tc") and not self._tables[-1]:
            if kind == "tr":
                self._composer.close_row()
            else:
                self._composer.close_cell()
        elif kind == "txbxContent":
            self._composer.end_line()

    def _enter_table(self, element: Element, kind: str) -> bool:
        composer = self._composer
        if kind == "tbl":
            rows, cells = _extent(element) if composer.in_cell else (2, 2)
            self._tables.append(cells <= 1)
            if cells <= 1:
                composer.end_line()
            else:
                composer.open_table(spliced=rows == 1)
            return True
        if not self._tables:
            return True
        properties = _part(element, f"{kind}Pr")
        if _has(properties, "del", "cellDel"):
            return False
        if self._tables[-1]:
            composer.end_line()
            return True
        if kind == "tr":
            composer.open_row()
            composer.pass_columns(_number(_part(properties, "gridBefore"), 0), covered=False)
            return True
        return self._enter_cell(properties)

    def _enter_cell(self, properties: Element | None) -> bool:
        across = _number(_part(properties, "gridSpan"), 1)
        down, beside = _part(properties, "vMerge"), _part(properties, "hMerge")
        if beside is not None and _value(beside) != "restart":
            self._composer.widen_cell(across)
            return False
        if down is not None and _value(down) != "restart":
            self._composer.pass_columns(across, covered=True)
            return False
        self._composer.open_cell(across)
        return True

    def _enter_run(self, element: Element) -> bool:
        properties = _part(element, "rPr")
        if properties is None:
            return True
        if _on(properties, "vanish") or _has(properties, "del", "moveFrom"):
            return False
        struck = _on(properties, "strike") or _on(properties, "dstrike")
        position = _part(properties, "vertAlign")
        raised = position is not None and _value(position) == "superscript"
        if not (struck or raised) or not self._composer.in_cell:
            return True
        if "".join(element.itertext()).strip():
            self._composer.doubt(DoubtKind.STRUCK_LEFT_OUT if struck else DoubtKind.RAISED_LEFT_OUT)
        return False

    def _enter_drawing(self, element: Element) -> bool:
        """Text boxes are read where they are anchored; anything else that is drawn is a picture."""
        if any(_kind(part) == "txbxContent" for part in element.iter()):
            self._composer.end_line()
            return True
        self.pictures += 1
        self._composer.doubt(DoubtKind.PICTURE)
        return False

    @staticmethod
    def _drop_other_choices(element: Element) -> None:
        choices = [child for child in element if _kind(child) == "Choice"]
        for other in choices[1:]:
            element.remove(other)


def _kind(element: Element) -> str:
    """The element's name without its namespace, which differs between the transitional and the strict format."""
    return element.tag.rpartition("}")[2]


def _part(element: Element | None, kind: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in element if _kind(child) == kind), None)


def _has(element: Element | None, *kinds: str) -> bool:
    return element is not None and any(_kind(child) in kinds for child in element)


def _value(element: Element) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == "val"), None)


def _on(properties: Element, kind: str) -> bool:
    """Whether a switch of the run is on; one that stands without a value is."""
    switch = _part(properties, kind)
    return switch is not None and _value(switch) not in _OFF


def _number(element: Element | None, default: int) -> int:
    value = _value(element) if element is not None else None
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else default


def _extent(table: Element) -> tuple[int, int]:
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
        if _kind(child) == kind:
            yield child
        elif _kind(child) not in ("tbl", "tr", "tc", "p"):
            waiting.extend(reversed(child))
