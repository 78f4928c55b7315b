"""Records become cells: what asks for review, what a person confirmed, and cells of finished reports judged again."""

import json
from pathlib import Path

import pytest

import gkllm
from gkllm.confidence import review_threshold
from gkllm.errors import SeveralReports
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import ColumnKind
from gkllm.judge import judge, judge_again
from gkllm.reading.numerals import read_text
from gkllm.reading.placed import PlacedCell
from gkllm.rechecking import recheck
from gkllm.record import CellRecord, record_of
from gkllm.report import CellState, Report
from tests.forms import FORM

FIXTURES = Path(__file__).parents[1] / "fixtures"
KINDS: tuple[ColumnKind, ...] = ("count", "money", "count")
REVIEWED = Doubt.of(DoubtKind.REVIEWED, reviewer="alice", reason="typed")


def record(raw: str, *doubts: Doubt, kind: ColumnKind = "count") -> CellRecord:
    placed = PlacedCell(raw, (0, len(raw)) if raw else None, 1.0, doubts)
    return CellRecord(FORM, "a.b.c", "b / c", placed, read_text(raw, kind), supported=1)


def kinds(doubts: tuple[Doubt, ...]) -> list[DoubtKind]:
    return [doubt.kind for doubt in doubts]


def test_a_clean_cell_asks_for_nothing_and_a_doubt_asks_for_review() -> None:
    clean = judge(record("12"), review_threshold(FORM, None))
    assert (clean.value, clean.needs_review, clean.doubts, clean.reasons) == (12, False, (), ())
    doubted = judge(record("12", Doubt(DoubtKind.OFF_COLUMN)), review_threshold(FORM, None))
    assert doubted.needs_review and doubted.confidence < clean.confidence
    assert doubted.reasons == ("the row's cells do not stand in the columns of the table's other rows",)


def test_an_amount_stays_one_after_a_count_of_the_same_digits() -> None:
    cells = [judge(record("12", kind=kind), 0.0) for kind in KINDS]
    assert [str(cell.value) for cell in cells] == ["12", "12.0", "12"]
    assert [str(cell.candidates[0].value) for cell in cells] == ["12", "12.0", "12"]


def test_a_mended_text_is_told_and_asks_for_no_review() -> None:
    cell = judge(record("007"), review_threshold(FORM, None))
    assert (cell.value, kinds(cell.doubts)) == (7, [DoubtKind.REPAIRED])
    assert not cell.needs_review


def test_a_low_confidence_alone_asks_for_review_and_says_so() -> None:
    cell = judge(record("12"), 1.0)
    assert cell.needs_review and kinds(cell.doubts) == [DoubtKind.LOW_CONFIDENCE]
    assert judge(record_of(cell, FORM), 0.0).needs_review, "the run that found it too low had its own target"


def test_reasons_are_told_in_the_language_asked_for() -> None:
    cell = judge(record("见附件"), review_threshold(FORM, None), "zh")
    assert cell.reasons == ("所印内容“见附件”不是数字",)


@pytest.mark.parametrize("value", [7, 700])
def test_what_a_person_confirmed_is_certain_whatever_else_is_known(value: int) -> None:
    broken = record("70 0", Doubt(DoubtKind.BETWEEN_COLUMNS))
    broken.blamed, broken.broken = True, 2
    cell = judge(broken.confirmed(value, CellState.REPORTED, REVIEWED, "alice"), 1.0)
    assert (cell.value, cell.confidence, cell.needs_review) == (value, 1.0, False)
    assert kinds(cell.doubts) == [DoubtKind.REVIEWED]
    assert cell.readers["review"].name == "alice"
    again = record_of(cell, FORM)
    again.facts = (*again.facts, Doubt.of(DoubtKind.SENTENCE_DIFFERS, value=8, quote="8件"))
    assert not judge(again, 1.0).needs_review


@pytest.mark.parametrize("risk", [None, 0.0, 1.0])
@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_finished_cell_is_judged_alike_when_nothing_is_added(path: Path, risk: float | None) -> None:
    try:
        report = gkllm.extract(path, gkllm.Settings(reader="rules", review_risk=risk))
    except SeveralReports:
        pytest.skip("holds several reports")
    stored = Report.model_validate_json(report.to_json())
    assert stored.review_risk == risk
    for cell in stored.cells:
        assert judge_again(record_of(cell, FORM), stored) == cell


def test_a_result_without_kinds_is_read_and_keeps_its_reasons() -> None:
    report = gkllm.extract(FIXTURES / "yinzhou-2019.txt", gkllm.Settings(reader="rules"))
    old = json.loads(report.to_json())
    for cell in old["cells"]:
        del cell["doubts"]
    read = Report.model_validate(old)
    assert [cell.reasons for cell in read.cells] == [cell.reasons for cell in report.cells]
    marked = next(cell for cell in read.cells if cell.needs_review)
    known = record_of(marked, FORM)
    known.facts = (*known.facts, Doubt(DoubtKind.REVIEWERS_DISAGREE))
    judged = judge(known, review_threshold(FORM, None))
    assert judged.needs_review and set(marked.reasons) <= set(judged.reasons)
    assert judged.reasons[-1] == "reviewers disagree on this cell"


def test_a_report_keeps_to_its_language_when_it_is_judged_again() -> None:
    settings = gkllm.Settings(reader="rules", language="zh")
    report = gkllm.extract(FIXTURES / "yinzhou-2019.txt", settings)
    marked = [cell for cell in report.cells if cell.needs_review]
    assert report.language == "zh" and marked
    assert all(not reason.isascii() for cell in marked for reason in cell.reasons)
    assert recheck(report, FORM) == report
