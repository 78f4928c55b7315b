"""`gkllm extract` of files that hold several reports, of archives, and of their resumption."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.generator import NoiseLevel, generate
from gkllm.cli import app
from tests.rendering.docx import render_docx
from tests.rendering.html import render_html


@pytest.fixture(autouse=True)
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of two reports, and an archive of a page and a Word file."""
    monkeypatch.chdir(tmp_path)
    first, second = (generate(seed, layout="word_dump", noise=NoiseLevel.CLEAN) for seed in (1, 2))
    Path("two.txt").write_text(f"{first.text}\n{second.text}", encoding="utf-8")
    with zipfile.ZipFile("all.zip", "w") as archive:
        archive.writestr("2024/甲.html", render_html(first, "merged", "word"))
        archive.writestr("乙.docx", render_docx(second, "compact"))


def gkllm(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app, ["extract", *arguments], input=stdin)


def names(path: str) -> list[str]:
    return [
        json.loads(line)["source"]["name"] for line in Path(path).read_text(encoding="utf-8").splitlines()
    ]


def test_one_file_of_two_reports_is_an_array() -> None:
    done = gkllm("two.txt", "--format", "json")
    assert done.exit_code == 0
    assert [report["source"]["name"] for report in json.loads(done.stdout)] == ["two.txt#1", "two.txt#2"]


def test_the_reports_of_an_archive_come_in_its_order(tmp_path: Path) -> None:
    assert gkllm("all.zip", "two.txt", "-o", "o.jsonl").exit_code == 0
    assert names("o.jsonl") == ["all.zip/2024/甲.html", "all.zip/乙.docx", "two.txt#1", "two.txt#2"]
    piped = gkllm("-", "--format", "json", stdin=(tmp_path / "all.zip").read_bytes())
    assert [report["source"]["name"] for report in json.loads(piped.stdout)] == [
        "standard input/2024/甲.html", "standard input/乙.docx",
    ]  # fmt: skip


@pytest.mark.parametrize("standing", [0, 1, 2, 3, 4])
def test_resume_adds_the_reports_that_do_not_stand_even_of_one_file(standing: int) -> None:
    gkllm("all.zip", "two.txt", "-o", "o.jsonl")
    whole = Path("o.jsonl").read_bytes().splitlines(keepends=True)
    Path("o.jsonl").write_bytes(b"".join(whole[:standing]))
    done = gkllm("all.zip", "two.txt", "-o", "o.jsonl", "--resume")
    assert done.exit_code == 0
    assert Path("o.jsonl").read_bytes().splitlines(keepends=True) == whole


def test_resume_tells_files_of_the_same_bytes_apart(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        Path(name).write_bytes(Path("two.txt").read_bytes())
    assert gkllm("a.txt", "-o", "o.jsonl").exit_code == 0
    for _ in range(2):
        assert gkllm("./a.txt", str(tmp_path / "b.txt"), "-o", "o.jsonl", "--resume").exit_code == 0
        assert [Path(name).name for name in names("o.jsonl")] == ["a.txt#1", "a.txt#2", "b.txt#1", "b.txt#2"]


def test_the_view_shows_each_report_with_lines_of_its_own_text() -> None:
    done = gkllm("two.txt")
    assert done.exit_code == 0
    assert "two.txt#1" in done.stdout and "two.txt#2" in done.stdout


def test_a_damaged_member_costs_the_others_nothing() -> None:
    with zipfile.ZipFile("all.zip", "a") as archive:
        archive.writestr("丙.docx", b"PK\x03\x04")
    done = gkllm("all.zip", "-o", "o.jsonl")
    assert done.exit_code == 1
    assert len(names("o.jsonl")) == 2
    assert done.stderr.splitlines()[0] == "gkllm: all.zip/丙.docx: the zip container is cut off or damaged"
