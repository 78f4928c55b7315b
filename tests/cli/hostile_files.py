"""Files made to break a reader, some two hundred: each format swollen, nested, repeated, lied about or damaged."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

import openpyxl
import xlwt

from evals.generator import NoiseLevel, generate
from tests.cli.pages import clean_page
from tests.documents.pdfs import pdf
from tests.rendering.docx import render_docx
from tests.rendering.html import render_html

Make = Callable[[], bytes]
_FULL = 19_900_000
"""Just under what is read at all."""
_TITLE = "某局2023年政府信息公开年度报告\n"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def filled(unit: str, size: int = _FULL, before: str = "", after: str = "") -> Make:
    """The unit over and over, up to a size in bytes."""
    return lambda: (before + unit * (size // max(1, len(unit.encode()))) + after).encode()


def page(unit: str, size: int = _FULL, before: str = "", after: str = "") -> Make:
    return filled(
        unit, size, f"<!DOCTYPE html><html><head><title>{_TITLE}</title></head><body>{before}", after
    )


def zipped(parts: dict[str, bytes | Make], method: int = zipfile.ZIP_DEFLATED) -> Make:
    def make() -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as container:
            for name, part in parts.items():
                container.writestr(name, part if isinstance(part, bytes) else part())
        return stream.getvalue()

    return make


def word(unit: str, size: int = _FULL, before: str = "", after: str = "", **parts: Make) -> Make:
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
    unit: str, size: int = _FULL, before: str = "<sheetData>", after: str = "</sheetData>", **parts: Make
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
    for row in range(40):
        book.active.append(["规章", *range(8)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _truth() -> object:
    return generate(3, layout="word_dump", noise=NoiseLevel.CLEAN)


PAGES: dict[str, Make] = {
    "cells": page("<td>1</td>", before="<table><tr>"),
    "rows": page("<tr></tr>", before="<table>"),
    "paragraphs": page("<p>x</p>"),
    "words": page("政府信息公开"),
    "bold": page("<b>"),
    "divs": page("<div>"),
    "tables": page("<table><tr><td>"),
    "lists": page("<ul><li>", 3_000_000),
    "breaks": page("<br>"),
    "spaces": page(" "),
    "wide-spaces": page("　"),
    "zeros": page("\0"),
    "entities": page("&nbsp;"),
    "ampersands": page("&"),
    "angles": page("<"),
    "comments": page("<!--"),
    "scripts": page("<script>"),
    "areas": page("<textarea>1</textarea>"),
    "options": page("<option>1", before="<table><tr><td><select>"),
    "inputs": page("<input value=1>", before="<table><tr><td>"),
    "svg": page("<svg><g>", 6_000_000),
    "pictures": page("<img src=a>"),
    "attributes": page(" a=1", before="<p", after=">x"),
    "many-attributes": lambda: b"<html><p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">x",
    "one-attribute": page("x", before="<p title='", after="'>x"),
    "style": page("color:red;", 5_000_000, before="<p style='", after="'>x"),
    "styles": page("<p style='display:none'>1</p>"),
    "classes": page("c ", 5_000_000, before="<style>.c .c{display:none}</style><p class='", after="'>x"),
    "sheet": lambda: (
        b"<html><style>"
        + b"".join(b".a%d .b%d{display:none}" % (n, n) for n in range(60_000))
        + b"</style>"
        + b"<p class='a1 b2'>1</p>" * 5_000
    ),
    "selectors": lambda: (
        b"<html><style>"
        + b"div * div * div * div * .x{display:none}" * 3_000
        + b"</style>"
        + b"<div>" * 400
        + b"<b class=x>1</b>" * 3_000
    ),
    "nots": page(":not(", 200_000, before="<style>", after="</style><p>1"),
    "medias": page("@media screen{", 2_000_000, before="<style>", after="</style><p>1"),
    "braces": page("{", 5_000_000, before="<style>", after="</style><p>1"),
    "rules": page("p{color:red}", before="<style>", after="</style><p>1"),
    "spans": page("<tr><td rowspan=60000 colspan=900>1", before="<table>"),
    "colspans": page("<tr><td colspan=1000>1<td colspan=1000>2", 400_000, before="<table>"),
    "raised": page("<sup>1</sup>2"),
    "struck": page("<s>1</s>2"),
}
WORDS: dict[str, str] = {
    "titles": _TITLE,
    "headings": "一、总体情况\n",
    "six-headings": "一、甲\n二、乙\n三、丙\n四、丁\n五、戊\n六、己\n",
    "claims": "全年收到政府信息公开申请5件，其中自然人3件。\n",
    "unended": "全年收到政府信息公开申请，",
    "none": "未收到，无，没有，",
    "labels": "一、本年新收政府信息公开申请数量\n",
    "rows": "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n",
    "pipes": "| 规章 | 1 | 2 | 3 |\n",
    "commas": "规章,1,2,3\n",
    "tabs": "规章\t1\t2\t3\n",
    "brackets": "（",
    "quotes": '"',
    "digits": "1",
    "spaced-digits": "1 ",
    "numerals": "一",
    "dates": "2023年1月1日\n",
    "pages": "- 1 -\n\f",
    "feeds": "\f",
    "returns": "\r",
    "blanks": " \n",
    "years": "2023年",
    "dots": "......",
    "dashes": "—",
    "nothing": "\n",
    "rules": "+----+----+\n",
    "bars": "|",
    "hashes": "#",
    "cells": "1\n",
    "joined": "\u200d",
    "radicals": "⽔務",
}
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
    "chunks.docx": lambda: word(
        "<w:altChunk r:id='a'/>",
        200_000,
        **{
            "_rels/document.xml.rels": lambda: (
                f"<Relationships><Relationship Id='a' Type='{_RELATED}/aFChunk' Target='c.html'/></Relationships>".encode()
            ),
            "c.html": page("<td>1</td>", 200_000, before="<table><tr>"),
        },
    )(),
    "big-chunk.docx": lambda: word(
        "<w:altChunk r:id='a'/>",
        30,
        **{
            "_rels/document.xml.rels": lambda: (
                f"<Relationships><Relationship Id='a' Type='{_RELATED}/aFChunk' Target='c.html'/></Relationships>".encode()
            ),
            "c.html": page("<b>"),
        },
    )(),
    "styles.docx": word(
        "<w:p><w:r><w:rPr><w:rStyle w:val='s0'/></w:rPr><w:t>1</w:t></w:r></w:p>",
        4_000_000,
        **{
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
        "".join(f" xmlns:n{n}='u'" for n in range(200_000)), 1_000_000_000 // 10**6, before="<w:p", after="/>"
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
        t=filled("<si><t>1</t></si>", before="<sst>", after="</sst>"),
    ),
    "runs.xlsx": sheet(
        "<row><c t='s'><v>0</v></c></row>",
        1_000_000,
        t=filled("<r><rPr><strike/></rPr><t>1</t></r>", before="<sst><si>", after="</si></sst>"),
    ),
    "formats.xlsx": sheet(
        "<row><c s='0'><v>1</v></c></row>",
        500_000,
        y=filled(
            ";",
            1_000_000,
            before="<styleSheet><numFmts><numFmt numFmtId='200' formatCode='",
            after="'/></numFmts><cellXfs><xf numFmtId='200'/></cellXfs></styleSheet>",
        ),
    ),
    "long-format.xlsx": sheet(
        "<row><c s='0'><v>1</v></c></row>",
        500_000,
        y=filled(
            "0",
            1_000_000,
            before="<styleSheet><numFmts><numFmt numFmtId='200' formatCode='0.",
            after="'/></numFmts><cellXfs><xf numFmtId='200'/></cellXfs></styleSheet>",
        ),
    ),
    "percents.xlsx": sheet(
        "<row><c s='0'><v>1e300</v></c></row>",
        50_000,
        y=filled(
            "%",
            20_000,
            before="<styleSheet><numFmts><numFmt numFmtId='200' formatCode='0",
            after="'/></numFmts><cellXfs><xf numFmtId='200'/></cellXfs></styleSheet>",
        ),
    ),
    "numbers.xlsx": sheet(
        "<row><c><v>1e308</v></c><c><v>nan</v></c><c><v>-inf</v></c><c t='d'><v>x</v></c></row>", 200_000
    ),
    "nested.xlsx": sheet("<a>", 2_000_000),
    "laughs.xlsx": zipped({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}),
    "bomb.xlsx": zipped({"xl/workbook.xml": bytes(19_000_000)}),
}
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
    "base64.mht": filled(
        "QUFB\r\n",
        before='Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    ),
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
        yield f"{name}.txt", filled(unit, before=_TITLE)
        yield f"few-{name}.txt", filled(unit, 300_000, before=_TITLE, after=clean_page())
    yield from OFFICE.items()
    yield from ARCHIVES.items()
    for suffix, make in DAMAGED.items():
        yield from ((f"damaged-{number}.{suffix}", damaged(make, number)) for number in range(_TIMES))
