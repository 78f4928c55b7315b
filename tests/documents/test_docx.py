"""Word files: the final text of revised documents, merged cells, nested tables, text boxes."""

import io
import shutil
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from gkllm.documents.document import Document
from gkllm.documents.formats import open_document
from gkllm.errors import DocumentError, DocumentTooLarge, EmptyDocument, MissingExtra, UnsupportedFormat
from gkllm.facts import DoubtKind
from tests.documents.grids import assert_spans

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return stream.getvalue()


def word_file(body: str, prologue: str = "") -> bytes:
    part = f"{prologue}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    return packed({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": part})


def opened(body: str) -> Document:
    document = open_document(word_file(body), "report.docx")
    assert document.media_type.endswith("wordprocessingml.document")
    assert document.encoding is None
    assert_spans(document.text, list(document.grids))
    return document


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else paragraph(run(content))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def in_cell(content: str) -> tuple[str, DoubtKind | None]:
    """What a cell with this content prints, and the doubt about it."""
    row = cell("规章") + cell(content) + cell("5")
    found = opened(table(row)).grids[0].rows[0].cells[1]
    return found.raw, found.doubt.kind if found.doubt else None


def moved(kind: str, text: str) -> str:
    return f"<w:{kind}><w:r><w:t>{text}</w:t></w:r></w:{kind}>"


def rows(body: str) -> list[list[str]]:
    return [[found.raw for found in row.cells] for grid in opened(body).grids for row in grid.rows]


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        ("<w:p><w:del><w:r><w:delText>0</w:delText></w:r></w:del>" + moved("ins", "1") + "</w:p>", "1"),
        (paragraph(moved("moveFrom", "3"), moved("moveTo", "4")), "4"),
        (paragraph(run("6"), run("7", "<w:del/>")), "6"),
        (paragraph(run("6"), run("7", "<w:vanish/>")), "6"),
        (paragraph(run("6"), run("7", '<w:vanish w:val="0"/>')), "67"),
        (paragraph(run("1"), run("2")), "12"),
        (paragraph(run("1")) + paragraph(run("2")), "1 2"),
        ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>1</w:t></w:r></w:p>" + paragraph(run("2")), "12"),
        (paragraph(moved("fldSimple", "8"), "<w:r><w:instrText>SUM(9)</w:instrText></w:r>"), "8"),
        (paragraph(moved("hyperlink", "8")), "8"),
        (f"<w:sdt><w:sdtPr><w:t>9</w:t></w:sdtPr><w:sdtContent>{paragraph(run('8'))}</w:sdtContent></w:sdt>", "8"),
        ("<w:p><w:r><w:noBreakHyphen/><w:t>14</w:t></w:r></w:p>", "-14"),
    ],
)  # fmt: skip
def test_a_cell_prints_its_final_text(content: str, printed: str) -> None:
    assert in_cell(content) == (printed, None)


def test_what_is_struck_or_raised_is_left_out_and_doubted() -> None:
    struck = paragraph(run("4", "<w:strike/>"), run("5"))
    assert in_cell(struck) == ("5", DoubtKind.STRUCK_LEFT_OUT)
    raised = paragraph(run("5"), run("1", '<w:vertAlign w:val="superscript"/>'))
    assert in_cell(raised) == ("5", DoubtKind.RAISED_LEFT_OUT)
    numbered = '<w:p><w:pPr><w:tabs><w:tab/></w:tabs><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    assert in_cell(numbered) == ("", DoubtKind.AUTOMATIC_NUMBER)
    assert in_cell(numbered.replace('"1"', '"0"')) == ("", None)
    assert in_cell("<w:p><w:r><w:drawing/></w:r></w:p>") == ("", DoubtKind.PICTURE)


def test_a_text_box_is_read_once_where_it_is_anchored() -> None:
    box = f"<wps:txbx><w:txbxContent>{paragraph(run('7'))}</w:txbxContent></wps:txbx>"
    anchored = (
        f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert in_cell(f"<w:p><w:r>{anchored}</w:r></w:p>") == ("7", None)


def test_merged_cells_stand_once_and_know_their_columns() -> None:
    document = opened(
        table(
            cell("组", '<w:vMerge w:val="restart"/>') + cell("甲") + cell("1", '<w:gridSpan w:val="2"/>'),
            cell("", "<w:vMerge/>") + cell("乙") + cell("2") + cell("3"),
            cell("丙", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>") + cell("4") + cell("5"),
        )
    )
    printed = [
        [(found.raw, found.left, found.right) for found in row.cells] for row in document.grids[0].rows
    ]
    assert printed == [
        [("组", 0, 1), ("甲", 1, 2), ("1", 2, 4)],
        [("乙", 1, 2), ("2", 2, 3), ("3", 3, 4)],
        [("丙", 0, 2), ("4", 2, 3), ("5", 3, 4)],
    ]
    assert document.grids[0].rows[1].covered == ((0, 1),)


def test_a_row_or_a_cell_that_a_revision_deleted_is_gone() -> None:
    deleted = f"<w:trPr><w:del/></w:trPr>{cell('乙')}{cell('8')}{cell('8')}"
    assert rows(table(cell("甲") + cell("9", "<w:cellDel/>") + cell("1") + cell("2"), deleted)) == [
        ["甲", "1", "2"]
    ]


def test_rows_before_which_columns_are_left_out_stand_further_right() -> None:
    document = opened(
        table(cell("甲") + cell("1") + cell("2"), '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("3"))
    )
    assert [(found.left, found.right) for found in document.grids[0].rows[1].cells] == [(1, 2)]


def test_a_table_in_a_cell_is_a_table_of_its_own_or_text() -> None:
    inner = table(cell("规章") + cell("1") + cell("2"), cell("甲") + cell("3") + cell("4"))
    assert rows(table(cell("附") + cell(inner + paragraph()))) == [
        ["附"],
        ["规章", "1", "2"],
        ["甲", "3", "4"],
    ]
    assert in_cell(table(cell("7")) + paragraph()) == ("7", None)


def test_headers_and_notes_are_no_text() -> None:
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{paragraph(run('正文'))}</w:body></w:document>",
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{paragraph(run('页眉'))}</w:hdr>",
        "word/footnotes.xml": f"<w:footnotes {NAMESPACES}>{paragraph(run('脚注'))}</w:footnotes>",
    }
    assert open_document(packed(parts), "a").text == "正文\n"


def test_a_body_may_have_another_name() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document2.xml"/></Relationships>'
    )
    body = f"<w:document {NAMESPACES}><w:body>{paragraph(run('正文'))}</w:body></w:document>"
    parts = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": relations, "word/document2.xml": body}
    assert open_document(packed(parts), "a").text == "正文\n"


@pytest.mark.parametrize(
    ("content", "error", "reason"),
    [
        (word_file(paragraph()), EmptyDocument, "the document has no text"),
        (word_file("<w:p>"), UnsupportedFormat, "its XML is damaged"),
        (word_file("", '<!DOCTYPE w [<!ENTITY a "b">]>'), UnsupportedFormat, "its XML declares entities"),
        (packed({"[Content_Types].xml": "", "word/styles.xml": ""}), UnsupportedFormat, "the Word file has no body"),
        (word_file(paragraph(run("一")))[:-40], UnsupportedFormat, "the zip container is"),
        (packed({"xl/workbook.xml": ""}), UnsupportedFormat, "its XML is damaged"),
        (packed({"a.txt": "x"}), UnsupportedFormat, "a zip archive"),
        (COMPOUND + "Workbook".encode("utf-16-le") + bytes(9), UnsupportedFormat, "the workbook is damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_reason(
    content: bytes, error: type[DocumentError], reason: str
) -> None:
    with pytest.raises(error, match=rf"^a\.docx: {reason}"):
        open_document(content, "a.docx")


def deep(levels: int) -> bytes:
    return word_file("<w:p>" * levels + run("1") + "</w:p>" * levels)


def packed_body(content: bytes) -> bytes:
    return packed({"[Content_Types].xml": "", "word/document.xml": content})


HOSTILE = {
    "a part of zeros": lambda: packed_body(bytes(19_000_000)),
    "a part too large": lambda: packed_body(bytes(21_000_000)),
    "very many entries": lambda: packed({f"word/{n:0120d}": "" for n in range(15_000)}, zipfile.ZIP_STORED),
    "very many cells": lambda: word_file(table(*[cell("1") * 1000] * 31)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_at_once(kind: str) -> None:
    content = HOSTILE[kind]()
    begun = time.process_time()
    with pytest.raises(DocumentTooLarge, match=r"^a: "):
        open_document(content, "a")
    assert time.process_time() - begun < 4


def test_deep_nesting_is_read_without_recursion() -> None:
    begun = time.process_time()
    assert open_document(deep(60_000), "a").text.strip() == "1"
    assert time.process_time() - begun < 4


def test_a_row_outside_of_every_table_is_text() -> None:
    row = "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
    assert open_document(word_file(row), "a").text.strip() == "1"


def test_an_old_word_file_needs_libreoffice_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    old = COMPOUND + "WordDocument".encode("utf-16-le") + bytes(9)
    with pytest.raises(
        MissingExtra,
        match=r"^a\.doc: a \.doc file is read through LibreOffice, which is not installed: save it as \.docx$",
    ):
        open_document(old, "a.doc")


NEEDS_LIBREOFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")


@NEEDS_LIBREOFFICE
def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gkllm.documents.converted._TIMEOUT", 0.05)
    with pytest.raises(DocumentTooLarge, match=r"^a\.rtf: LibreOffice took more than 0\.05 s to convert it$"):
        open_document(b"{\\rtf1 x}", "a.rtf")


@NEEDS_LIBREOFFICE
def test_a_rich_text_file_is_read_through_libreoffice(tmp_path: Path) -> None:
    row = r"\trowd\cellx2000\cellx4000\cellx6000\intbl a1\cell 2\cell 3\cell\row"
    content = (r"{\rtf1\ansi title\par " + row + row + r"\pard end\par}").encode()
    document = open_document(content, "a.rtf")
    assert document.media_type == "application/rtf"
    assert [[found.raw for found in line.cells] for line in document.grids[0].rows] == [["a1", "2", "3"]] * 2
    assert document.text.split()[0] == "title"
