"""Inputs made to break a reader: each is a line at most, and the file after it is read."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from gkllm.export.formats import JsonLinesExporter
from gkllm.report import Report
from tests.cli.pages import clean_page
from tests.documents.pdfs import pdf

REPOSITORY = Path(__file__).parents[2]
_PNG = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, content: bytes) -> bytes:
    summed = zlib.crc32(kind + content)
    return len(content).to_bytes(4, "big") + kind + content + summed.to_bytes(4, "big")


def _png(width: int, height: int) -> bytes:
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress((b"\x00" + b"\xff" * width) * height)
    return _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _nested_mail(depth: int) -> bytes:
    head = "".join(
        f'Content-Type: multipart/related; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth)
    )
    return f"MIME-Version: 1.0\r\n{head}Content-Type: text/html\r\n\r\n<p>\r\n".encode()


def _zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as container:
        for name, part in parts.items():
            container.writestr(name.replace("_", "/"), part)
    return content.getvalue()


def _page_with(cell: str) -> bytes:
    return clean_page().replace("| 1 |", f"| {cell} |", 1).encode()


def _docx(body: bytes) -> bytes:
    word = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return _zipped(**{"[Content_Types].xml": b"<Types/>", "word_document.xml": word + body})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing.txt": lambda: b"",
    "blanks.txt": lambda: b" \n" * 10_000,
    "zeros.txt": lambda: bytes(100_000),
    "random.txt": lambda: bytes(range(256)) * 400,
    "surrogates.txt": lambda: b"\xff\xfe" + b"\x00\xd8" * 5_000,
    "one-line.txt": lambda: "信息公开年度报告".encode() * 50_000,
    "tabs.txt": lambda: b"\t" * 300_000,
    "pipes.md": lambda: b"|" * 300_000,
    "digits.md": lambda: _page_with("9" * 4_301),
    "digits-309.md": lambda: _page_with("9" * 309),
    "digits-in-words.md": lambda: clean_page().encode() + f"\n本年新收申请{'9' * 5_000}件。\n".encode(),
    "decimals.md": lambda: _page_with("1." + "3" * 5_000),
    "exponents.md": lambda: _page_with("1e999999999"),
    "numerals.md": lambda: _page_with("九" * 5_000),
    "commas.csv": lambda: b"," * 300_000,
    "quotes.csv": lambda: b'"' * 100_001,
    "field.csv": lambda: b"a," + b"x" * 200_000,
    "divs.html": lambda: b"<html>" + b"<div>" * 100_000 + b"x",
    "tables.html": lambda: b"<html>" + b"<table><tr><td>" * 5_000 + b"x",
    "spans.html": lambda: b"<table><tr><td rowspan=999999999 colspan=999999999>1<td>2</table>",
    "entities.html": lambda: b"<html><p>" + b"&#x110000;&#xd800;&#0;" * 1_000,
    "charset.html": lambda: b"<html><meta charset='rot13'><p>x",
    "deep.mht": lambda: _nested_mail(3_000),
    "boundary.mht": lambda: b'Content-Type: multipart/related; boundary=""\r\n\r\n--\r\n',
    "cut.docx": lambda: _docx(b"")[:100],
    "not-xml.docx": lambda: _docx(b"<<<<"),
    "deep.docx": lambda: _docx(b"<w:tbl><w:tr><w:tc>" * 3_000),
    "laughs.docx": lambda: _zipped(
        **{"word_document.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'}
    ),
    "bomb.docx": lambda: _zipped(**{"word_document.xml": bytes(19_000_000)}),
    "bomb.zip": lambda: _zipped(**{f"{number}.txt": bytes(15_000_000) for number in range(3)}),
    "names.zip": lambda: _zipped(**{".._.._etc.txt": b"x", "a\x00b.txt": b"x"}),
    "cut.zip": lambda: b"PK\x03\x04",
    "head.pdf": lambda: b"%PDF-1.7",
    "cut.pdf": lambda: pdf(lambda canvas: None)[:300],
    "many.pdf": lambda: (
        b"%PDF-1.7\n" + b"1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9999999>>endobj\n"
    ),
    "none.tif": lambda: b"II*\x00",
    "loop.tif": lambda: b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00",
    "rich.rtf": lambda: b"{\\rtf" + b"{" * 100_000,
    "office.doc": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(4_000)
    ),
    "office.odt": lambda: _zipped(**{"mimetype": b"x", "content.xml": b"<"}),
    "sheet.xls.txt": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000),
}
PICTURES = {
    "pixel.png": _png(1, 1),
    "line.png": _png(3_000, 1),
    "head.png": _PNG,
    "none.jpg": b"\xff\xd8\xff",
}


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Path]:
    """A folder of everything, in which the last file by name can be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content())
    for name, picture in PICTURES.items():
        (folder / name).write_bytes(picture)
    (folder / "zz-good.md").write_text(clean_page(), encoding="utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.txt")
        os.mkfifo(folder / "pipe.zip")
        (folder / "loop.txt").symlink_to("loop.txt")
        (folder / "null.txt").symlink_to("/dev/zero")
    yield folder


def gkllm(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["extract", *map(str, arguments)])


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx", ".parquet"])
def test_whatever_stands_in_a_folder_the_last_file_is_read(
    hostile: Path, suffix: str, tmp_path: Path
) -> None:
    output = tmp_path / f"o{suffix}"
    pictures = [hostile / name for name in PICTURES] if suffix == ".jsonl" else []
    done = gkllm(hostile, *pictures, "-o", output)
    assert (done.exit_code, done.stdout, done.exception and type(done.exception)) == (1, "", SystemExit)
    said = done.stderr.splitlines()
    assert all(line.startswith("gkllm: ") for line in said)
    if suffix == ".jsonl":
        read = {json.loads(line)["source"]["name"] for line in output.read_bytes().splitlines()}
        assert str(hostile / "zz-good.md") in read
        for name in (*HOSTILE, *PICTURES):
            place = str(hostile / name)
            told = any(place in line for line in said) or any(one.startswith(place) for one in read)
            assert told, f"{name} is neither read nor named"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("a defect\n in two lines"), "RuntimeError: a defect in two lines"),
        (RecursionError("x"), "it is nested too deeply"),
        (MemoryError(), "the memory does not suffice"),
        (KeyError(), "KeyError"),
    ],
)
@pytest.mark.parametrize("step", ["gkllm.ahead.open_document", "gkllm.pipeline.interpret"])
def test_any_error_is_one_failed_outcome(
    error: Exception, reason: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, name = step.rpartition(".")
    real = getattr(sys.modules[module], name)
    calls = iter([error])

    def broken(*arguments: object) -> object:
        if (raised := next(calls, None)) is not None:
            raise raised
        return real(*arguments)

    monkeypatch.setattr(step, broken)
    monkeypatch.chdir(tmp_path)
    for file in ("a.md", "b.md"):
        Path(file).write_text(clean_page(), encoding="utf-8")
    done = gkllm("a.md", "b.md", "-o", "o.jsonl")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[0] == f"gkllm: a.md: cannot be read ({reason})"
    assert [json.loads(line)["source"]["name"] for line in Path("o.jsonl").read_bytes().splitlines()] == [
        "b.md"
    ]


def test_a_report_that_cannot_be_written_is_a_failure_and_the_next_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    real, calls = JsonLinesExporter.write, iter([True])

    def broken(self: JsonLinesExporter, report: Report) -> None:
        if next(calls, False):
            raise OverflowError("too large")
        real(self, report)

    monkeypatch.setattr(JsonLinesExporter, "write", broken)
    for file in ("a.md", "b.md"):
        Path(file).write_text(clean_page(), encoding="utf-8")
    done = gkllm("a.md", "b.md", "-o", "o.jsonl")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "gkllm: a.md: cannot be written (OverflowError: too large)",
        "gkllm: o.jsonl: 1 report written; 1 input not read; 0 reports there have broken relations; "
        "0 cells need review",
    ]


def test_a_rules_file_that_is_nested_too_deeply_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(clean_page(), encoding="utf-8")
    (tmp_path / "r.toml").write_text("x = " + "[" * 50_000, encoding="utf-8")
    done = gkllm(tmp_path / "a.md", "--rules", tmp_path / "r.toml")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "nested too deeply" in done.stderr


BUSY = """
import sys
import gkllm.extraction
import gkllm.pipeline
from gkllm.ahead import Worker
from gkllm.checking.programme import solved
from tests.checking.test_solver import spin

real = gkllm.pipeline.interpret

def interpret(*arguments):
    if interpret.calls:
        print("busy", flush=True)
        {work}
    interpret.calls += 1
    return real(*arguments)

interpret.calls = 0
gkllm.pipeline.interpret = interpret
gkllm.extraction.Worker = lambda threaded: Worker(threaded={threaded})
from gkllm.cli import main
main()
"""


@pytest.mark.parametrize("threaded", [False, True])
@pytest.mark.parametrize("work", ["solved(spin)", "spin()"])
def test_an_interrupt_ends_a_run_at_once_and_keeps_what_was_finished(
    work: str, threaded: bool, tmp_path: Path
) -> None:
    for file in ("a.md", "b.md"):
        (tmp_path / file).write_text(clean_page(), encoding="utf-8")
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            BUSY.format(work=work, threaded=threaded),
            "extract",
            "a.md",
            "b.md",
            "-o",
            "o.jsonl",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"busy\n"
        time.sleep(0.5)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read().decode()
        assert process.wait(timeout=20) == 130
        assert time.monotonic() - begun < 5
    assert told == "gkllm: interrupted: 1 of 2 inputs are finished\n"
    assert len((tmp_path / "o.jsonl").read_bytes().splitlines()) == 1
