"""A Word file becomes a document: the final text of its body, revisions accepted, and the cells of its tables."""

import hashlib
import re
from xml.etree.ElementTree import Element

from gkllm.documents.composing import Composer
from gkllm.documents.document import Document
from gkllm.documents.text import rebuild_grids
from gkllm.documents.values import has_figures
from gkllm.documents.word_package import WordPackage, open_package
from gkllm.documents.word_styles import WordFields, WordStyles, extent, is_shaded, number_of
from gkllm.documents.zipped import SIGNATURE, attribute_of, part_of, parts_of, value_of
from gkllm.errors import DocumentError, EmptyDocument
from gkllm.facts import Doubt, DoubtKind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
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
        *(
            "del",
            "moveFrom",
            "delText",
            "delInstrText",
            "fldData",
            "footnote",
            "endnote",
        ),
    )
)
"""Properties, field codes, notes, and what revisions took away. Of alternative contents the first is read."""
_CLOSED = frozenset(("p", "tbl", "tr", "tc", "txbxContent"))
"""Whose end matters."""
_DRAWINGS = frozenset(("drawing", "pict", "object"))
_REFERENCES = ("footnoteReference", "endnoteReference", "footnote", "endnote")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_TAKEN_AWAY = ("Deletion", "MoveFrom", "Move From")
"""What Word 2003 calls revisions that a final text does without."""


def read_docx(content: bytes, name: str) -> Document:
    """The document in a Word file's bytes. Headers, footers, notes and comments are no part of its text.

    Raises:
        EmptyDocument: the body has no text.
        DocumentTooLarge: the body unpacks to more, or has more cells, than any report.
        UnsupportedFormat: the file is damaged, encrypted or declares entities.
    """
    return _read(content, name, embedded=False)


def _read(content: bytes, name: str, *, embedded: bool) -> Document:
    body = _Body(open_package(content, name), name, embedded=embedded)
    if not body.text.strip():
        raise EmptyDocument("{name}: the document has no text", name=name)
    grids, doubts = body.grids, body.doubts
    if scanned := not has_figures(grids):
        grids = rebuild_grids(body.text)
        if body.pictures:
            doubts.append(Doubt.of(DoubtKind.PICTURES_SHOWN, pictures=body.pictures))
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, MEDIA_TYPE, digest, None, body.text, tuple(grids), tuple(doubts), None, scanned)


def _open_chunk(content: bytes, name: str) -> Document:
    """The document in a file that stands in a Word file: one that is a Word file itself embeds nothing further."""
    if content.startswith(SIGNATURE):
        return _read(content, name, embedded=True)
    from gkllm.documents.formats import open_document

    return open_document(content, name)


class _Body:
    """The walk over a body's elements, in the order of its text."""

    def __init__(self, package: WordPackage, name: str, *, embedded: bool) -> None:
        self._composer = Composer(name)
        self._package, self._name, self._embedded = package, name, embedded
        self._styles = WordStyles(package.styles)
        self._fields = WordFields()
        self._tables: list[bool] = []
        self._paragraphs: list[Element | None] = []
        self._cells: list[tuple[int, Element | None]] = []
        self.pictures = 0
        self.doubts: list[Doubt] = []
        self._walk(package.body)
        self.text, self.grids = self._composer.compose()

    def _walk(self, root: Element) -> None:
        stack: list[Element | str] = [root]
        while stack:
            element = stack.pop()
            if isinstance(element, str):
                self._leave(element)
            elif self._enter(element):
                if element.tag in _CLOSED:
                    stack.append(element.tag)
                stack.extend(reversed(element))

    def _enter(self, element: Element) -> bool:
        """Take in what the element opens; whether to go on with what it contains."""
        kind = element.tag
        if kind in _SKIPPED:
            return False
        if kind in ("fldChar", "instrText"):
            return self._enter_field(element)
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
        elif kind == "altChunk":
            self._enter_chunk(element)
        elif kind == "annotation" and (attribute_of(element, "type") or "").endswith(_TAKEN_AWAY):
            return False
        elif kind in ("sup", "sub") and self._composer.in_cell:
            self._composer.doubt(DoubtKind.RAISED_LEFT_OUT)
            return False
        elif not self._fields.in_code:
            self._character(kind, element)
        return True

    def _enter_field(self, element: Element) -> bool:
        if element.tag == "instrText":
            self._fields.instruct(element.text or "")
        else:
            choice = self._fields.mark(element, attribute_of(element, "fldCharType"))
            self._composer.write_lines(choice or "")
        return False

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
        elif kind in ("sym", "oMath"):
            self._composer.doubt(DoubtKind.PICTURE)

    def _enter_paragraph(self, element: Element) -> None:
        properties = part_of(element, "pPr")
        self._paragraphs.append(properties)
        numbering = part_of(part_of(properties, "numPr"), "numId")
        if numbering is not None and value_of(numbering) != "0":
            self._composer.doubt(DoubtKind.AUTOMATIC_NUMBER)

    def _leave(self, kind: str) -> None:
        if kind == "p":
            properties = self._paragraphs.pop()
            self._fields.end_codes()
            if part_of(part_of(properties, "rPr"), "del", "moveFrom") is None:
                self._composer.end_line()
        elif kind == "tbl":
            if self._tables.pop():
                self._composer.end_line()
            else:
                self._composer.close_table()
        elif kind in ("tr", "tc") and self._tables and not self._tables[-1]:
            if kind == "tr":
                self._composer.close_row()
            else:
                self._composer.close_cell()
                self._fields.cut_back(self._cells.pop()[0])
        elif kind == "txbxContent":
            self._composer.end_line()

    def _enter_table(self, element: Element, kind: str) -> bool:
        composer = self._composer
        if kind == "tbl":
            rows, cells = extent(element) if composer.in_cell else (2, 2)
            self._tables.append(cells <= 1)
            if cells <= 1:
                composer.end_line()
            else:
                composer.open_table(spliced=rows == 1)
            return True
        if not self._tables:
            return True
        properties = part_of(element, f"{kind}Pr")
        if part_of(properties, "del", "cellDel", "hidden") is not None:
            return False
        if self._tables[-1]:
            composer.end_line()
            return True
        if kind == "tr":
            composer.open_row()
            composer.pass_columns(number_of(part_of(properties, "gridBefore"), 0), covered=False)
            return True
        return self._enter_cell(properties)

    def _enter_cell(self, properties: Element | None) -> bool:
        across = number_of(part_of(properties, "gridSpan"), 1)
        # Word 2003 writes them in small letters.
        down = part_of(properties, "vMerge", "vmerge")
        beside = part_of(properties, "hMerge", "hmerge")
        if beside is not None and value_of(beside) != "restart":
            self._composer.widen_cell(across)
            return False
        if down is not None and value_of(down) != "restart":
            self._composer.pass_columns(across, covered=True)
            return False
        self._composer.open_cell(across)
        self._cells.append((self._fields.depth, properties))
        return True

    def _enter_run(self, element: Element) -> bool:
        if self._composer.in_cell and part_of(element, *_REFERENCES) is not None:
            self._composer.doubt(DoubtKind.RAISED_LEFT_OUT)
            return False
        properties = part_of(element, "rPr")
        if part_of(properties, "del", "moveFrom") is not None:
            return False
        look = self._styles.look(properties, self._paragraphs[-1] if self._paragraphs else None)
        if look.hidden:
            # The marks of a field are not text, and count even where they are hidden.
            for mark in parts_of(element, "fldChar"):
                self._enter(mark)
            return False
        text = "".join(element.itertext()).strip() if look.apart and self._composer.in_cell else ""
        # White words may stand on a dark heading whose colour a table's style gives.
        faint = look.faint and not is_shaded(self._cells[-1][1]) and not _IDEOGRAPH.search(text)
        if not text or not (look.struck or look.raised or faint):
            return True
        self._composer.doubt(
            DoubtKind.STRUCK_LEFT_OUT
            if look.struck
            else DoubtKind.RAISED_LEFT_OUT
            if look.raised
            else DoubtKind.FAINT_LEFT_OUT
        )
        return False

    def _enter_chunk(self, element: Element) -> None:
        """Take in a file that stands in this one's place."""
        found = None if self._embedded else self._package.content(attribute_of(element, "id") or "")
        if found is None:
            self.doubts.append(Doubt(DoubtKind.PART_EMBEDDED))
            return
        path, content = found
        try:
            chunk = _open_chunk(content, f"{self._name}/{path}")
        except EmptyDocument:
            return
        except DocumentError as error:
            self.doubts.append(Doubt.of(DoubtKind.PART_UNREAD, error=str(error)))
        else:
            self._composer.insert(chunk.text, chunk.grids)
            self.doubts += chunk.doubts

    def _enter_drawing(self, element: Element) -> bool:
        """Text boxes are read where they are anchored; anything else that is drawn is a picture."""
        if any(part.tag == "txbxContent" for part in element.iter()):
            self._composer.end_line()
            return True
        self.pictures += 1
        self._composer.doubt(DoubtKind.PICTURE)
        return False

    @staticmethod
    def _drop_other_choices(element: Element) -> None:
        choices = [child for child in element if child.tag in ("Choice", "Fallback")]
        for other in choices[1:]:
            element.remove(other)
