"""The benchmark runs and says what it should; how fast the machine is, is not tested."""

import re
from pathlib import Path

import pytest

from tests.benchmark.__main__ import main
from tests.benchmark.speed import FIXTURES, extract_to_json, reports_in

LINES = [
    r"load to JSON +[\d.]+ reports/s  \([\d.]+ ms each\)",
    r"decode and dump +[\d.]+ reports/s  \(extracting takes [\d.]+ times\)",
    r"mixed text +[\d.]+ reports/s  \([\d.]+ ms each, [\d.]+ times decode and dump\)",
    r"batch +[\d.]+ reports/s with one worker, [\d.]+ with two "
    r"\([\d.]+ times; [\d.]+ and [\d.]+ ms of the processor each\)",
    r"store +[\d.]+ ms to add a report, [\d.]+ ms to read it back, [\d.]+ kB",
    r"JSON lines +[\d.]+ ms to add a report, [\d.]+ ms to read it back, [\d.]+ kB",
    *(
        rf"check {name} +[\d.]+ ms  \([\d.]+ ms at the 99th percentile of 2\)"
        for name in ("clean", "one error", "two errors")
    ),
    r"HTML to JSON +[\d.]+ reports/s  \([\d.]+ times the bare library's [\d.]+ ms\)",
    r"DOCX to JSON +[\d.]+ reports/s  \([\d.]+ times the bare library's [\d.]+ ms\)",
    r"six-page PDF +[\d.]+ s  \([\d.]+ times of PDFium's text, [\d.]+ s\)",
    r"gkllm --help +[\d.]+ s  \([\d.]+ times of import typer, [\d.]+ s\)",
    r"peak memory +[\d.]+ MiB after 1 reports, [\d.]+ MiB after 2",
]


def test_every_measure_has_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = ["--batches", "1", "--repeats", "1", "--starts", "1", "--checked", "2"]
    tiny += ["--pages", "1", "--scans", "0", "--few", "1", "--many", "2", "--batch", "8", "--stored", "4"]
    assert main(["--fixtures", str(tmp_path), *tiny]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(LINES)
    assert all(re.fullmatch(pattern, line) for pattern, line in zip(LINES, lines, strict=True)), lines


def test_the_published_word_dumps_are_the_work(tmp_path: Path) -> None:
    published = reports_in(FIXTURES, tmp_path)
    assert [path.parent for path in published] == [FIXTURES] * 2 and not list(tmp_path.iterdir())
    assert [text.startswith('{"schema_version":1') for text in extract_to_json(published)] == [True, True]


def test_without_them_generated_ones_are(tmp_path: Path) -> None:
    assert {path.parent for path in reports_in(tmp_path / "none", tmp_path)} == {tmp_path}
