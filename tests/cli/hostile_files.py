"""Files made to break a reader, some two hundred: each format swollen, nested, repeated, lied about or damaged."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from random import Random
from types import MappingProxyType

import openpyxl
import xlwt

from evals.generator import NoiseLevel, generate
from tests.cli.hostile_pages import FULL, PAGES, TITLE, WORDS, Make, filled, page, zipped
from tests.cli.pages import clean_page
from tests.documents.pdfs import pdf
from tests.rendering.docx import render_docx
from tests.rendering.html import render_html

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


Parts = Mapping[str, Make]
NO_PARTS: Parts = MappingProxyType({})


def word(unit: str, size: int = FULL, before: str = "", after: str = "", parts: Parts = NO_PARTS) -> Make:
    head = f'<w:document xmlns:w="{_WORD}" xmlns:r="{_RELATED}"><w:body>{before}'
    body = filled(unit, size, head, f"{after}</w:body></w:document>")
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": body,
            **{f"word/{k}": v for k, v in parts.items()},
        }
    )


def sheet(
    unit: str,
    size: int = FULL,
    before: str = "<sheetData>",
    after: str = "</sheetData>",
    parts: Parts = NO_PARTS,
) -> Make:
    body = filled(unit, size, f'<worksheet xmlns="{_SHEET}">{before}', f"{after}</worksheet>")
    book = f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATED}"><sheets><sheet name="a" r:id="s"/></sheets></workbook>'
    relations = "".join(
        f'<Relationship Id="{key}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("s", "worksheet", "s.xml"),
            ("t", "sharedStrings", "t.xml"),
            ("y", "styles", "y.xml"),
        )
    )
    return zipped(
        {
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>".encode(),
            "xl/s.xml": body,
            **{f"xl/{name}.xml": part for name, part in parts.items()},
        }
    )


def damaged(make: Make, seed: int) -> Make:
    """The file with some bytes changed, left out or doubled."""

    def broken() -> bytes:
        rng, content = Random(seed), bytearray(make())
        for _ in range(rng.choice((1, 5, 50))):
            at = rng.randrange(len(content))
            length = rng.choice((1, 4, 64))
            content[at : at + length] = rng.choice(
                (b"", rng.randbytes(length), bytes(length), content[at : at + 200])
            )
        return bytes(
            content[: rng.choice((len(content), len(content) // 2))] if rng.random() < 0.2 else content
        )

    return broken


def _paths(count: int) -> bytes:
    def draw(canvas: object) -> None:
        for number in range(count):
            canvas.line(number % 500, number % 700, number % 500 + 9, number % 700)  # type: ignore[attr-defined]

    return pdf(draw)


def _letters(count: int) -> bytes:
    def draw(canvas: object) -> None:
        for number in range(count):
            canvas.drawString(number % 500, number * 7 % 800, "12")  # type: ignore[attr-defined]

    return pdf(draw)


def _old_workbook() -> bytes:
    book = xlwt.Workbook()
    plain = book.add_sheet("a")
    for row in range(40):
        for column in range(9):
            plain.write(row, column, row * column if column else "规章")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for _row in range(40):
        book.active.append(["规章", *range(8)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _truth() -> object:
    return generate(3, layout="word_dump", noise=NoiseLevel.CLEAN)


def _format(unit: str, size: int, before: str) -> Make:
    """Styles with one number format."""
    head = f"<styleSheet><numFmts><numFmt numFmtId='200' formatCode='{before}"
    return filled(unit, size, head, "'/></numFmts><cellXfs><xf numFmtId='200'/></cellXfs></styleSheet>")


def _chunk(content: Make) -> dict[str, Make]:
    """A page that a Word file embeds."""
    relation = f"<Relationship Id='a' Type='{_RELATED}/aFChunk' Target='c.html'/>"
    relations = f"<Relationships>{relation}</Relationships>".encode()
    return {"_rels/document.xml.rels": lambda: relations, "c.html": content}


_OPEN = "<w:tbl><w:tr><w:tc><w:p>"
OFFICE: dict[str, Make] = {
    "paragraphs.docx": word("<w:p><w:r><w:t>1</w:t></w:r></w:p>"),
    "cells.docx": word(
        "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>", before="<w:tbl><w:tr>", after="</w:tr></w:tbl>"
    ),
    "rows.docx": word("<w:tr/>", before="<w:tbl>", after="</w:tbl>"),
    "text.docx": word("政府信息公开", before="<w:p><w:r><w:t>", after="</w:t></w:r></w:p>"),
    "runs.docx": word("<w:r/>", before="<w:p>", after="</w:p>"),
    "deep.docx": word("<w:sdt>", 2_000_000),
    "nested.docx": lambda: word(
        _OPEN, 40_000, after="</w:p></w:tc></w:tr></w:tbl>" * (40_000 // len(_OPEN))
    )(),
    "fields.docx": word("<w:r><w:fldChar w:fldCharType='begin'/></w:r>", before="<w:p>", after="</w:p>"),
    "breaks.docx": word("<w:r><w:br/></w:r>", before="<w:p>", after="</w:p>"),
    "chunks.docx": word(
        "<w:altChunk r:id='a'/>", 200_000, parts=_chunk(page("<td>1</td>", 200_000, before="<table><tr>"))
    ),
    "big-chunk.docx": word("<w:altChunk r:id='a'/>", 30, parts=_chunk(page("<b>"))),
    "styles.docx": word(
        "<w:p><w:r><w:rPr><w:rStyle w:val='s0'/></w:rPr><w:t>1</w:t></w:r></w:p>",
        4_000_000,
        parts={
            "styles.xml": lambda: (
                f"<w:styles xmlns:w='{_WORD}'>".encode()
                + b"".join(
                    b"<w:style w:styleId='s%d'><w:basedOn w:val='s%d'/><w:rPr><w:vanish/></w:rPr></w:style>"
                    % (n, n + 1)
                    for n in range(100_000)
                )
                + b"</w:styles>"
            )
        },
    ),
    "attributes.docx": word(" w:a='1'", before="<w:p", after="/>"),
    "namespaces.docx": lambda: word(
        "".join(f" xmlns:n{n}='u'" for n in range(200_000)), 4_000_000, before="<w:p", after="/>"
    )(),
    "flat.xml": filled(
        "<pkg:part pkg:name='/a'><pkg:xmlData/></pkg:part>",
        before="<?xml version='1.0'?><pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>",
        after="</pkg:package>",
    ),
    "old.xml": filled(
        "<w:p><w:r><w:t>1</w:t></w:r></w:p>",
        before="<?xml version='1.0'?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'><w:body>",
        after="</w:body></w:wordDocument>",
    ),
    "rows.xlsx": sheet("<row><c><v>1</v></c></row>"),
    "blank-rows.xlsx": sheet("<row/>"),
    "cells.xlsx": sheet("<c><v>1</v></c>", before="<sheetData><row>", after="</row></sheetData>"),
    "far.xlsx": sheet(
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        60,
        before="<sheetData><row r='1'><c r='A1'><v>1</v></c></row>",
    ),
    "merges.xlsx": sheet(
        "<mergeCell ref='A1:XFD1048576'/>",
        before="<sheetData><row r='1'><c r='A1'><v>1</v></c></row></sheetData><mergeCells>",
        after="</mergeCells>",
    ),
    "one-merge.xlsx": sheet(
        "<mergeCell ref='A1:XFD1048576'/>",
        40,
        before="<sheetData><row r='1'><c r='A1'><v>1</v></c></row></sheetData><mergeCells>",
        after="</mergeCells>",
    ),
    "columns.xlsx": sheet("<col min='1' max='16384' hidden='1'/>", before="<cols>", after="</cols>"),
    "strings.xlsx": sheet(
        "<row><c t='s'><v>9</v></c></row>",
        1_000,
        parts={"t": filled("<si><t>1</t></si>", before="<sst>", after="</sst>")},
    ),
    "runs.xlsx": sheet(
        "<row><c t='s'><v>0</v></c></row>",
        1_000_000,
        parts={"t": filled("<r><rPr><strike/></rPr><t>1</t></r>", before="<sst><si>", after="</si></sst>")},
    ),
    "formats.xlsx": sheet(
        "<row><c s='0'><v>1</v></c></row>",
        500_000,
        parts={"y": _format(";", 1_000_000, "")},
    ),
    "long-format.xlsx": sheet(
        "<row><c s='0'><v>1</v></c></row>",
        500_000,
        parts={"y": _format("0", 1_000_000, "0.")},
    ),
    "percents.xlsx": sheet(
        "<row><c s='0'><v>1e300</v></c></row>",
        50_000,
        parts={"y": _format("%", 20_000, "0")},
    ),
    "numbers.xlsx": sheet(
        "<row><c><v>1e308</v></c><c><v>nan</v></c><c><v>-inf</v></c><c t='d'><v>x</v></c></row>", 200_000
    ),
    "nested.xlsx": sheet("<a>", 2_000_000),
    "laughs.xlsx": zipped({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}),
    "bomb.xlsx": zipped({"xl/workbook.xml": bytes(19_000_000)}),
}
_MAIL = 'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
ARCHIVES: dict[str, Make] = {
    "entries.zip": lambda: zipped({f"{n}.txt": b"x" for n in range(18_000)})(),
    "reports.zip": lambda: zipped({f"{n}.md": clean_page().encode() for n in range(40)})(),
    "folders.zip": zipped({"/".join("a" * 200) + "/b.txt": b"x"}),
    "long-names.zip": lambda: zipped({f"{n}{'x' * 30_000}.txt": b"x" for n in range(50)})(),
    "bombs.zip": lambda: zipped({f"{n}.txt": bytes(19_000_000) for n in range(30)})(),
    "spaces.zip": lambda: zipped({f"{n}.txt": b" " * 990_000 for n in range(200)})(),
    "archives.zip": lambda: zipped({f"{n}.zip": zipped({"a.txt": b"x"}) for n in range(300)})(),
    "up.zip": zipped({"../../a.txt": b"x", "/etc/passwd.txt": b"x", "C:\\a.txt": b"x"}),
    "bz2.zip": zipped({"a.txt": bytes(15_000_000)}, zipfile.ZIP_BZIP2),
    "lzma.zip": zipped({"a.txt": bytes(15_000_000)}, zipfile.ZIP_LZMA),
    "pages.zip": lambda: zipped(
        {f"{n}.html": b"<html><a href='%d.html'>a</a>" % (n + 1) for n in range(3_000)}
    )(),
    "mails.mht": filled(
        'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n', 3_000_000, "MIME-Version: 1.0\r\n"
    ),
    "parts.mht": filled(
        "--b\r\nContent-Type: text/html\r\n\r\n<p>1\r\n",
        before='Content-Type: multipart/related; boundary="b"\r\n\r\n',
    ),
    "headers.mht": filled(
        "X: y\r\n", before="", after='Content-Type: multipart/related; boundary="b"\r\n\r\n'
    ),
    "base64.mht": filled("QUFB\r\n", before=f"{_MAIL}Content-Transfer-Encoding: base64\r\n\r\n"),
    "pages.pdf": lambda: pdf(*[lambda canvas: None] * 1_000),
    "lines.pdf": partial(_paths, 150_000),
    "letters.pdf": partial(_letters, 60_000),
    "picture.png": lambda: (
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x08\0\0\0\0" + bytes(4)
    ),
    "packed.tif": lambda: b"II*\0\x08\0\0\0" + zlib.compress(bytes(1_000_000)),
    "rich.rtf": filled("{\\b ", before="{\\rtf1"),
}
DAMAGED: dict[str, Make] = {
    "html": lambda: render_html(_truth(), "merged", "word"),  # type: ignore[arg-type]
    "docx": lambda: render_docx(_truth(), "merged"),  # type: ignore[arg-type]
    "xlsx": _workbook,
    "xls": _old_workbook,
    "pdf": lambda: pdf(lambda canvas: canvas.drawString(90, 90, "12")),
    "md": lambda: clean_page().encode(),
}
_TIMES = 12


def hostile_files() -> Iterator[tuple[str, Make]]:
    """Every file's name and how it is made."""
    yield from ((f"{name}.html", make) for name, make in PAGES.items())
    for name, unit in WORDS.items():
        yield f"{name}.txt", filled(unit, before=TITLE)
        yield f"few-{name}.txt", filled(unit, 300_000, before=TITLE, after=clean_page())
    yield from OFFICE.items()
    yield from ARCHIVES.items()
    for suffix, make in DAMAGED.items():
        yield from ((f"damaged-{number}.{suffix}", damaged(make, number)) for number in range(_TIMES))
