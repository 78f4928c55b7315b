"""A file that holds several reports: what is decided about one of them is never taken to be about another."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.generator import NoiseLevel, generate
from gkllm.cli import app
from gkllm.report import PartInfo, Report
from gkllm.results import read_results
from gkllm.review.corrected import apply_decisions
from gkllm.review.log import Decision, DecisionLog
from gkllm.review.standing import compute_stats, fold, stale_decisions
from tests.forms import FORMS
from tests.review.desk import (
    RESULT_TOTAL,
    YINZHOU,
    YINZHOU_QUEUE,
    copies,
    logged,
    make_decision,
    open_session,
    write_results,
    yinzhou,
)

FIRST, SECOND = (PartInfo(number=number, of=2) for number in (1, 2))


def part_of(report: Report, part: PartInfo) -> Report:
    name = f"{report.source.name}#{part.number}"
    return report.model_copy(update={"source": report.source.model_copy(update={"name": name, "part": part})})


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """The results of one file that holds the same report twice."""
    return write_results(tmp_path, *(part_of(yinzhou(), part) for part in (FIRST, SECOND)))


def decided(path: Path, *decisions: Decision) -> list[int | float | None]:
    """What becomes of the cell in each report."""
    applied = apply_decisions(read_results(path), fold(decisions), FORMS)
    return [
        cell.value
        for one in applied
        for cell in one.report.cells
        if cell.id == RESULT_TOTAL and cell.confidence == 1
    ]


def test_a_decision_is_applied_to_its_own_report(results: Path) -> None:
    assert decided(results, make_decision(RESULT_TOTAL, 3, part=SECOND)) == [3]
    both = [make_decision(RESULT_TOTAL, value, part=part) for value, part in ((3, FIRST), (66, SECOND))]
    assert decided(results, *both) == [3, 66]
    stats = compute_stats(fold([*both, make_decision(RESULT_TOTAL, 6, "bob", part=SECOND)]))
    assert (stats.conflicts, [agreement.both for agreement in stats.agreement]) == (1, [1])


def test_every_cell_of_every_report_is_reached(results: Path) -> None:
    session = open_session(results)
    reached = sorted((str(item.ref.report)[64:], item.ref.cell) for item in session.queue)
    assert reached == sorted((number, cell) for number in ("#1", "#2") for cell in YINZHOU_QUEUE)
    session.decide(session.queue[:1], session.proposal, make_decision(RESULT_TOTAL, 6).reason, 1.0)
    assert len(session.queue) == 5 and logged(results)[0].part in (FIRST, SECOND)
    assert session.undo() == logged(results)[0].ref and len(session.queue) == 6


@pytest.mark.parametrize("part", [None, PartInfo(number=2, of=3)])
def test_a_decision_that_does_not_say_which_report_is_named_and_never_applied(
    results: Path, part: PartInfo | None, tmp_path: Path
) -> None:
    decision = make_decision(RESULT_TOTAL, 3, part=part)
    assert decided(results, decision) == []
    assert stale_decisions(fold([decision]), read_results(results)).unattributed == (decision,)
    log = DecisionLog(tmp_path / "other.jsonl")
    log.append([decision])
    done = CliRunner().invoke(
        app, ["review", str(results), "--apply", "-o", str(tmp_path / "o.jsonl"), "--log", str(log.path)]
    )
    assert "or does not say of which report, " in done.stderr
    assert "0 cells decided" in done.stderr


def test_a_log_from_before_parts_is_read_and_applied_to_a_file_of_one_report(tmp_path: Path) -> None:
    line = json.loads(make_decision(RESULT_TOTAL, 3).model_dump_json())
    del line["part"]
    log = tmp_path / "old.jsonl"
    log.write_text(json.dumps(line, separators=(",", ":")) + "\n", encoding="utf-8")
    (entry,) = DecisionLog(log).read().entries
    assert isinstance(entry, Decision)
    assert decided(write_results(tmp_path, yinzhou()), entry) == [3]


def test_a_report_of_several_goes_from_review_to_check_and_to_a_fixture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = generate(2, layout="word_dump", noise=NoiseLevel.CLEAN)
    Path("two.txt").write_text(f"{YINZHOU.read_text(encoding='utf-8')}\n{other.text}", encoding="utf-8")

    def gkllm(*arguments: str, answers: str = "") -> str:
        done = CliRunner().invoke(app, list(arguments), input=answers)
        assert done.exit_code == 0, (done.stderr, done.exception)
        return done.stderr + done.stdout

    gkllm("extract", "two.txt", "-o", "r.json", "--reader", "rules")
    before = {report["source"]["name"]: report for report in json.loads(Path("r.json").read_bytes())}
    assert list(before) == ["two.txt#1", "two.txt#2"]
    said = gkllm("review", "r.json", "--plain", "--reviewer", "alice", answers="c\n" * 60)
    assert "cannot be found" not in said and "0 cells are open" in said
    gkllm("review", "r.json", "--apply", "-o", "c.json")
    gkllm("review", "r.json", "--apply", "-o", "c.jsonl")
    after = {report["source"]["name"]: report for report in json.loads(Path("c.json").read_bytes())}
    for name, report in after.items():
        touched = {cell["id"] for cell in report["cells"] if "review" in cell["readers"]}
        assert touched == {cell["id"] for cell in before[name]["cells"] if cell["needs_review"]}
    assert "two.txt#1" in gkllm("check", "c.json")
    for name, folder in (("c.json", "fixtures"), ("c.jsonl", "others")):
        gkllm("fixture", "new", name, "-o", folder)
    assert Path("fixtures/two.truth.json").read_bytes() == Path("others/two.truth.json").read_bytes()
    assert "1 of 1 fixtures are sound" in gkllm("fixture", "check", "fixtures")
    half = [report for report in after.values() if report["source"]["part"]["number"] == 1]
    Path("half.json").write_text(json.dumps(half), encoding="utf-8")
    refused = CliRunner().invoke(app, ["fixture", "new", "half.json", "-o", "half"])
    assert refused.exit_code == 2 and "every report of a document" in refused.stderr


def test_the_most_valuable_comes_first_whichever_report_it_is_of(tmp_path: Path) -> None:
    """Across the files of a folder and the reports of a store alike."""
    folder, store = tmp_path / "results", tmp_path / "reports.db"
    folder.mkdir()
    for number, report in enumerate(copies(yinzhou(), 4, needing=6)):
        doubted = tuple(
            cell.model_copy(update={"confidence": (11 + (5 * number + 7 * place) % 17) / 30})
            for place, cell in enumerate(report.cells)
        )
        source = report.source.model_copy(update={"name": f"{number}.txt"})
        one = report.model_copy(update={"cells": doubted, "source": source})
        path = write_results(folder, one, name=f"{number}.json")
        done = CliRunner().invoke(app, ["export", str(path), "-o", str(store)])
        assert done.exit_code == 0, done.stderr

    queues = [open_session(place).queue for place in (folder, store)]
    for queue in queues:
        together: dict[int, float] = {}
        for item in queue:
            together[item.group] = together.get(item.group, 0.0) + item.worth
        assert list(together.values()) == sorted(together.values(), reverse=True)
        asked_of = [item.ref.report for item in queue]
        changes = sum(one != other for one, other in pairwise(asked_of))
        assert len(set(asked_of)) == 4 and changes > 4, "reports come by turns"
    worths = [[item.worth for item in queue] for queue in queues]
    assert worths[0] == worths[1]
