"""`gkllm review` as a command: what it prints, what it refuses, and a real terminal."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gkllm.cli import app
from gkllm.cli.review_run import ReviewRequest, run_review
from gkllm.report import Report
from gkllm.review.log import DecisionLog
from tests.review.desk import (
    FIXTURES,
    RESULT_TOTAL,
    YINZHOU_QUEUE,
    logged,
    make_decision,
    write_results,
    yinzhou,
)

REPOSITORY = FIXTURES.parent


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


def review(*arguments: str | Path, answers: str = "") -> Done:
    result = CliRunner().invoke(app, ["review", *map(str, arguments)], input=answers)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return write_results(tmp_path, yinzhou())


def test_plain_prompts_review_to_an_empty_queue_and_apply_writes_the_report(
    results: Path, tmp_path: Path
) -> None:
    answers = "a\nn\nn not so sure\na\ny\nc\nt 22 22\n2\nu\nt 22\n"
    done = review(results, "--reviewer", "alice", answers=answers)
    assert done.returncode == 0, done.stderr
    assert "Is 6 printed, although a relation is broken then?" in done.stdout
    assert "'22 22' is no number" in done.stdout and "Nothing is open" in done.stdout
    assert [d.cell for d in logged(results)] == [*YINZHOU_QUEUE, YINZHOU_QUEUE[-1]]

    output = tmp_path / "corrected.json"
    applied = review(results, "--apply", "-o", output)
    assert applied.returncode == 0 and applied.stdout == ""
    assert "3 cells decided, 0 still need review" in applied.stderr
    report = Report.model_validate_json(json.dumps(json.loads(output.read_text(encoding="utf-8"))[0]))
    cells = {cell.id: cell for cell in report.cells}
    assert {cells[cell].confidence for cell in YINZHOU_QUEUE} == {1.0}
    assert not any(cell.needs_review for cell in report.cells)
    assert {v.verdict.value for v in report.violations} == {"source_inconsistency"}
    assert len(report.sections) == 2 and report.sections == yinzhou().sections
    assert json.loads(results.read_text(encoding="utf-8")) == json.loads(yinzhou().to_json())


def test_the_end_of_the_input_ends_the_review_and_keeps_what_was_decided(results: Path) -> None:
    done = review(results, "--reviewer", "alice", answers="c\n")
    assert done.returncode == 0 and "2 cells are open" in done.stderr
    assert [d.cell for d in logged(results)] == [RESULT_TOTAL]


def test_the_queue_is_listed_as_data_and_no_log_is_made(results: Path) -> None:
    done = review(results, "--list", "--sample", "2")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[2] for row in rows[1:] if "drawn at random" not in row[-1]] == YINZHOU_QUEUE
    assert len(rows) == 6 and {len(row) for row in rows} == {10}
    assert [path.name for path in results.parent.iterdir()] == [results.name]


def test_statistics_are_printed_with_their_denominators(results: Path) -> None:
    review(results, "--reviewer", "alice", "--sample", "3", answers="c\n" * 6)
    done = review(results, "--stats")
    assert "alice\t6\t" in done.stdout and "3/3" in done.stdout
    assert "drawn at random among confident cells" in done.stdout


def test_stale_and_contradicting_decisions_are_named(results: Path, tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "other.jsonl")
    log.append(
        [
            make_decision(RESULT_TOTAL, 3, document="0" * 64),
            make_decision(RESULT_TOTAL, 3),
            make_decision(RESULT_TOTAL, 6, "bob"),
        ]
    )
    done = review(results, "--apply", "-o", tmp_path / "out.jsonl", "--log", log.path)
    assert "stale: 1 decision is of a document that has changed" in done.stderr
    assert "reviewers disagree on 1 cell," in done.stderr and "0 cells decided" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "words", "status"),
    [
        ("truth.json", '{"cells": []}', "not a report of this version of gkllm", 1),
        ("broken.json", '{"schema_version": 1', "not JSON", 1),
        ("lines.jsonl", "{}\n{}\n", "line 1: not a report", 1),
        ("empty.jsonl", "", "holds no report", 1),
        ("table.csv", "a,b\n", "not JSON", 1),
        ("none.json", None, "no such file", 1),
    ],
)
def test_what_are_no_results_is_said_in_a_line(
    tmp_path: Path, name: str, content: str | None, words: str, status: int
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = review(tmp_path / name)
    assert done.returncode == status and done.stdout == ""
    assert words in done.stderr and len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.glob("*review*"))


def test_results_of_another_version_of_the_contract_are_refused(tmp_path: Path) -> None:
    path = write_results(tmp_path, yinzhou().model_copy(update={"schema_version": 2}), name="r.json")
    assert "version 2 of the output contract" in review(path).stderr


def test_a_folder_is_reviewed_without_what_is_no_report_in_it(results: Path) -> None:
    (results.parent / "notes.json").write_text("{}", encoding="utf-8")
    done = review(results.parent, "--reviewer", "alice", answers="c\n")
    assert done.returncode == 0 and "notes.json: not a report" in done.stderr
    assert (results.parent / "gkllm-review.jsonl").exists()
    (results.parent / "empty").mkdir()
    assert review(results.parent / "empty").returncode == 1


def test_a_log_of_another_version_is_refused_before_any_work(results: Path) -> None:
    log = results.with_name("results.review.jsonl")
    log.write_text('{"log_version":7,"entry":"decision"}\n', encoding="utf-8")
    for options in ([], ["--list"], ["--stats"], ["--apply", "-o", results.with_name("o.json")]):
        done = review(results, *options, answers="c\n")
        assert done.returncode == 1 and done.stdout == ""
        assert "version 7 of the log" in done.stderr
    assert log.read_text(encoding="utf-8").count("\n") == 1


def test_a_source_that_is_gone_is_said_and_one_can_go_on(results: Path) -> None:
    named = yinzhou().source.model_copy(update={"name": "away/report.txt"})
    write_results(results.parent, yinzhou().model_copy(update={"source": named}))
    done = review(results, "--reviewer", "alice", answers="c\n")
    assert "1 of 1 documents cannot be found" in done.stderr
    assert len(logged(results)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX permissions")
def test_a_folder_that_may_not_be_written_is_said_before_any_work(
    short_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = ReviewRequest(str(write_results(short_folder, yinzhou())), plain=True, reviewer="alice")
    is_root = os.geteuid() == 0
    if is_root:
        # Root may write anywhere.
        try:
            os.seteuid(65534)
        except OSError:
            pytest.skip("there is no other user than root")
        os.seteuid(0)
    short_folder.chmod(0o555)
    if is_root:
        os.seteuid(65534)
    try:
        status = run_review(request)
    finally:
        if is_root:
            os.seteuid(0)
        short_folder.chmod(0o755)
    said = capsys.readouterr()
    assert status == 1 and said.out == ""
    assert "decisions cannot be kept" in said.err and "--log PATH" in said.err


@pytest.mark.parametrize(
    "options",
    [["--apply"], ["-o", "out.json"], ["--apply", "--stats", "-o", "out.json"], ["--apply", "-o", "out.txt"]],
)
def test_options_that_make_no_sense_are_wrong_usage(results: Path, options: list[str]) -> None:
    assert review(results, *options).returncode == 2


def test_results_are_never_written_over(results: Path) -> None:
    before = results.read_bytes()
    assert review(results, "--apply", "-o", results).returncode == 2
    assert results.read_bytes() == before


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
