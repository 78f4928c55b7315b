"""Word files in which fields, hidden text and marks of notes were planted: what Word shows is read, the rest marked."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from random import Random

import pytest

from evals.generator import NoiseLevel, generate
from evals.generator.scoring import Score, score, total
from gkllm.documents.formats import open_document
from tests.documents.grids import assert_spans
from tests.rendering.docx import render_docx
from tests.rendering.html import render_html
from tests.rendering.structure import FORMS
from tests.rendering.test_round_trip import read

_RUN = re.compile(r"<w:r><w:t>(\d[\d.]*)</w:t></w:r>")
_PLANTED = 8
"""Cells of a file that are changed."""
_STYLES = "".join(
    f'<w:style w:type="{family}" w:styleId="{name}"><w:basedOn w:val="{base}"/><w:rPr>{properties}</w:rPr></w:style>'
    for family, name, base, properties in (
        ("character", "Hid", "None", "<w:vanish/>"),
        ("character", "HidOn", "Hid", "<w:b/>"),
        ("character", "Shown", "Hid", '<w:vanish w:val="0"/>'),
        ("character", "Strk", "None", "<w:strike/>"),
        ("character", "Pale", "None", '<w:color w:val="FFFFFF"/>'),
        ("character", "Note", "None", '<w:vertAlign w:val="superscript"/>'),
        ("paragraph", "HidP", "None", "<w:vanish/>"),
        ("character", "Round", "Round", ""),
    )
)
Plant = Callable[[str], str]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def mark(kind: str, form: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{form}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText> {text} </w:instrText></w:r>"


def field(code_runs: str, result: str) -> str:
    return f"{mark('begin')}{code_runs}{mark('separate')}{result}{mark('end')}"


def choice(entries: Iterable[str], result: int) -> str:
    listed = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in entries)
    return f'<w:ffData><w:ddList><w:result w:val="{result}"/>{listed}</w:ddList></w:ffData>'


def after(extra: str) -> Plant:
    return lambda number: run(number) + extra


_BOX = "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
SAME: dict[str, Plant] = {
    "hidden": after(run("7", "<w:vanish/>")),
    "hidden by style": after(run("7", '<w:rStyle w:val="Hid"/>')),
    "hidden by a style's base": after(run("7", '<w:rStyle w:val="HidOn"/>')),
    "shown again by style": lambda number: run(number, '<w:rStyle w:val="Shown"/>'),
    "shown again by itself": lambda number: run(number, '<w:rStyle w:val="Hid"/><w:vanish w:val="false"/>'),
    "hidden paragraph": lambda number: (
        f"{run(number)}</w:p><w:p><w:pPr><w:pStyle w:val='HidP'/></w:pPr>{run('7')}"
    ),
    "hidden twice": lambda number: (
        "</w:p><w:p><w:pPr><w:pStyle w:val='HidP'/></w:pPr>" + run(number, '<w:rStyle w:val="Hid"/>')
    ),
    "style without end": lambda number: run(number, '<w:rStyle w:val="Round"/>'),
    "field": lambda number: field(code("= 3 + 4"), run(number)),
    "field in a field's code": lambda number: field(
        code("IF") + field(code("REF a"), run("77")) + code("= 1"), run(number)
    ),
    "field in a field's result": lambda number: field(code("IF"), field(code("REF a"), run(number))),
    "text field": lambda number: field(code("FORMTEXT"), run(number)),
    "choice": lambda number: (
        f"{mark('begin', choice(('7', number, '8'), 1))}{code('FORMDROPDOWN')}{mark('end')}"
    ),
    "only a fallback": lambda number: (
        f"<w:AlternateContent><w:Fallback>{run(number)}</w:Fallback></w:AlternateContent>"
    ),
    "content control": lambda number: (
        "<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText='7' w:value='7'/></w:dropDownList></w:sdtPr>"
        f"<w:sdtContent>{run(number)}</w:sdtContent></w:sdt>"
    ),
    "field without end": lambda number: run(number) + mark("begin") + code("PAGE"),
}
"""The truth stays, and what is planted marks no cell."""
MARKED: dict[str, Plant] = {
    "struck": lambda number: run("7", "<w:strike/>") + run(number),
    "struck by style": lambda number: run("7", '<w:rStyle w:val="Strk"/>') + run(number),
    "raised": after(run("1", '<w:vertAlign w:val="superscript"/>')),
    "raised by style": after(run("1", '<w:rStyle w:val="Note"/>')),
    "footnote": after("<w:r><w:footnoteReference w:id='2'/></w:r>"),
    "footnote with a mark of its own": after(
        "<w:r><w:footnoteReference w:customMarkFollows='1' w:id='2'/><w:t>3</w:t></w:r>"
    ),
    "white": after(run("7", '<w:color w:val="FFFFFF"/>')),
    "white by style": after(run("7", '<w:rStyle w:val="Pale"/>')),
    "nearly white": after(run("7", '<w:color w:val="FEFFFE"/>')),
    "tiny": after(run("7", '<w:sz w:val="2"/>')),
    "fraction": lambda number: f"<w:oMath><w:f>{run(number)}{run('2')}</w:f></w:oMath>",
    "drawn by its code": lambda number: field(code(f"EQ \\o({number},/)"), ""),
    "drawn by a code without result": lambda _: mark("begin") + code("SYMBOL 50") + mark("end"),
    "not in a browser": after(run("7", "<w:webHidden/>")),
    "circled": after(run("①")),
    "box": lambda _: mark("begin", _BOX) + code("FORMCHECKBOX") + mark("end"),
    "picture": lambda _: "<w:r><w:drawing/></w:r>",
    "symbol": lambda _: '<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>',
    "several amounts": lambda number: f"{run(number + '.25')}</w:p><w:p>{run('120.75')}",
}
KINDS = {**SAME, **MARKED}


def planted(content: bytes, kind: str, rng: Random) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "word/document.xml":
                part = _changed(part.decode(), kind, rng).encode()
            elif entry.filename == "word/styles.xml":
                part = part.decode().replace("</w:styles>", f"{_STYLES}</w:styles>").encode()
            new.writestr(entry, part)
    return stream.getvalue()


def _changed(body: str, kind: str, rng: Random) -> str:
    runs = [found for found in _RUN.finditer(body) if found.start() > body.index("二、主动")]
    for found in sorted(rng.sample(runs, min(_PLANTED, len(runs))), key=lambda found: -found.start()):
        body = f"{body[: found.start()]}{KINDS[kind](found[1])}{body[found.end() :]}"
    return body


def measured(kind: str, seeds: Iterable[int], noise: NoiseLevel) -> Score:
    scores = []
    for seed in seeds:
        truth = generate(seed, layout="word_dump", noise=noise)
        content = render_docx(truth, FORMS[seed % len(FORMS)], revisions=0.0)
        scores.append(score(truth, read(planted(content, kind, Random(f"{kind}/{seed}")))))
    return total(scores)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_never_read_silently(kind: str) -> None:
    found = measured(kind, [11], NoiseLevel.CLEAN)
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))
    if kind in SAME:
        assert found.wrong == 0
        assert found.flagged < 0.03 * found.cells


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_of_many_planted_files_none_is_read_silently(kind: str) -> None:
    found = measured(kind, range(4_000, 4_020), NoiseLevel.MODERATE)
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="{{id}}" Type="{_RELATED}/{{kind}}" Target="{{target}}"/></Relationships>'
)


def _embedding(name: str, part: bytes) -> bytes:
    stream = io.BytesIO()
    body = f'<w:document xmlns:w="{_WORD}" xmlns:r="{_RELATED}"><w:body><w:altChunk r:id="a"/></w:body></w:document>'
    with zipfile.ZipFile(stream, "w") as container:
        container.writestr("word/document.xml", body)
        container.writestr(
            "word/_rels/document.xml.rels", _RELATIONS.format(id="a", kind="aFChunk", target=name)
        )
        container.writestr(f"word/{name}", part)
    return stream.getvalue()


def test_an_embedded_page_is_read() -> None:
    truth = generate(21, layout="word_dump", noise=NoiseLevel.CLEAN)
    page = render_html(truth, "merged", "clean")
    saved = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + page + b"\r\n--b--\r\n"
    )
    for name, part in (("c.html", page), ("c.mht", saved), ("c.docx", render_docx(truth, "merged"))):
        content = _embedding(name, part)
        found = score(truth, read(content))
        assert (found.wrong, found.raw_mismatches) == (0, 0), name
        document = open_document(content, name)
        assert_spans(document.text, list(document.grids))


def test_a_file_that_embeds_itself_ends() -> None:
    inner = _embedding("c.docx", b"")
    with pytest.raises(Exception, match="no text"):
        read(_embedding("c.docx", _embedding("c.docx", inner)))


def test_words_xml_is_read_whatever_its_name() -> None:
    truth = generate(22, layout="word_dump", noise=NoiseLevel.CLEAN)
    content = render_docx(truth, "merged")
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        parts = {
            name: container.read(name).decode()
            for name in container.namelist()
            if name.endswith((".xml", ".rels"))
        }
    bare = {name: re.sub(r"^<\?xml[^>]*\?>\s*", "", part) for name, part in parts.items()}
    flat = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{part}</pkg:xmlData></pkg:part>'
        for name, part in bare.items()
    )
    package = f'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{flat}</pkg:package>'
    old = "http://schemas.microsoft.com/office/word/2003/wordml"
    body = re.search(r"<w:body>.*</w:body>", bare["word/document.xml"], re.DOTALL)
    assert body is not None
    small = body[0].replace("w:vMerge", "w:vmerge")
    word_2003 = (
        f'<?xml version="1.0"?><w:wordDocument xmlns:w="{old}" xmlns:r="{_RELATED}">{small}</w:wordDocument>'
    )
    for written in (package, word_2003):
        found = score(truth, read(written.encode()))
        assert (found.wrong, found.raw_mismatches) == (0, 0)
