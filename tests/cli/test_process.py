"""The command as its own process: what it loads, how fast it starts, and how it ends."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.pages import clean_page
from tests.cli.stubs import write_reports

HEAVY = {"openai", "instructor", "numpy", "xllamacpp", "textual"}
REPOSITORY = Path(__file__).parents[2]

LOADED = """
import atexit, json, sys
atexit.register(lambda: sys.stderr.write("LOADED " + json.dumps(sorted(sys.modules))))
sys.argv = ["gkllm", *sys.argv[1:]]
from gkllm.cli import main
main()
"""

HANGING = """
import sys
from tests.cli.stubs import StubExtractor
import gkllm.cli.run
StubExtractor.hang_after = {hang_after}
StubExtractor.busy = {busy}
gkllm.cli.run.Extractor = StubExtractor
sys.argv = ["gkllm", *sys.argv[1:]]
from gkllm.cli import main
main()
"""


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, cwd=cwd, encoding="utf-8"
    )


def loaded(*arguments: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    done = run("-c", LOADED, *arguments)
    return done, set(json.loads(done.stderr.partition("LOADED ")[2]))


def best_of(count: int, *arguments: str) -> float:
    def once() -> float:
        begun = time.perf_counter()
        assert run(*arguments).returncode == 0
        return time.perf_counter() - begun

    return min(once() for _ in range(count))


def test_help_loads_nothing_heavy() -> None:
    done, modules = loaded("--help")
    assert done.returncode == 0
    assert not modules & (HEAVY | {"pydantic", "rich", "highspy", "jinja2"})


def test_help_takes_at_most_three_times_the_import_of_typer() -> None:
    assert best_of(5, "-m", "gkllm", "--help") < 3 * best_of(5, "-c", "import typer")


def test_the_rules_reader_loads_no_client_of_a_model(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(clean_page(), encoding="utf-8")
    done, modules = loaded("extract", str(page), "--reader", "rules", "--format", "json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert {cell["state"] for cell in report["cells"]} == {"reported"}
    assert report["violations"] == []
    assert not modules & HEAVY


def test_standard_input_comes_out_as_data() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gkllm", "extract", "-", "--format", "jsonl"],
        input=clean_page().encode(),
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["report"]["year"] == 2023


def processor_seconds() -> float:
    """What processes started here have used of the processor; other work on the machine does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_bad_input_is_told_in_a_line_each_within_two_seconds(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(clean_page(), encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "prose.txt").write_text("本局今年没有这些表格。\n" * 50, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "random.txt").write_bytes(bytes(range(128, 256)) * 40)
    with (tmp_path / "huge.txt").open("wb") as stream:
        stream.truncate(50_000_000)
    (tmp_path / "folder").mkdir()
    bad = ["empty.txt", "prose.txt", "picture.png", "random.txt", "huge.txt", "folder", "missing.txt"]
    begun = processor_seconds()
    done = run("-m", "gkllm", "extract", *bad, "good.md", "--format", "jsonl", cwd=tmp_path)
    assert processor_seconds() - begun < 2
    assert done.returncode == 1
    assert json.loads(done.stdout)["source"]["name"] == "good.md"
    lines = done.stderr.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [["gkllm", name] for name in bad]


def test_a_reader_that_leaves_ends_the_command_quietly(tmp_path: Path) -> None:
    for index in range(40):
        (tmp_path / f"{index}.md").write_text(clean_page(), encoding="utf-8")
    command = [sys.executable, "-m", "gkllm", "extract", str(tmp_path), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def interrupted(tmp_path: Path, hang_after: int, *arguments: str, busy: bool = False) -> str:
    """What a run says that is interrupted once `hang_after` of its files are done."""
    script = HANGING.format(hang_after=hang_after, busy=busy)
    with subprocess.Popen(
        [sys.executable, "-c", script, "extract", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"hanging\n"
        process.send_signal(signal.SIGINT)
        told = process.stderr.read().decode()
        assert process.wait(timeout=20) == 130
    return told


@pytest.mark.parametrize("output", ["o.jsonl", "o.json"])
def test_an_interrupted_run_keeps_what_was_finished(tmp_path: Path, output: str) -> None:
    write_reports(tmp_path, "a.txt", "b.txt")
    told = interrupted(tmp_path, 1, "a.txt", "b.txt", "-o", output)
    assert told == "gkllm: interrupted: 1 of 2 inputs are finished\n"
    text = (tmp_path / output).read_text(encoding="utf-8")
    reports = json.loads(text) if output == "o.json" else [json.loads(line) for line in text.splitlines()]
    assert [report["source"]["name"] for report in reports] == ["b.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt", output]


def test_an_interrupted_run_that_finished_nothing_leaves_the_earlier_file(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    (tmp_path / "o.json").write_text("before", encoding="utf-8")
    told = interrupted(tmp_path, 0, "a.txt", "-o", "o.json")
    assert told == "gkllm: interrupted: 0 of 1 inputs are finished\n"
    assert (tmp_path / "o.json").read_text(encoding="utf-8") == "before"


def test_a_run_that_never_waits_is_interrupted_too(tmp_path: Path) -> None:
    names = [f"{index}.txt" for index in range(100)]
    write_reports(tmp_path, *names)
    interrupted(tmp_path, 1, *names, "-o", "o.jsonl", busy=True)
    assert 1 <= len((tmp_path / "o.jsonl").read_bytes().splitlines()) < 50
