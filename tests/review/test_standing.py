"""Which decisions stand, what a report becomes by them, and what does not fit."""

from pathlib import Path

import pytest

from gkllm.rechecking import recheck
from gkllm.report import CellState, Report, Verdict
from gkllm.results import read_results
from gkllm.review.corrected import apply_decisions, corrected
from gkllm.review.log import CellRef, Content, Decision, Reason, Undo
from gkllm.review.standing import compute_stats, fold, stale_decisions
from tests.forms import FORM, FORMS
from tests.review.desk import (
    LAST_YEAR,
    RESULT_TOTAL,
    WHOLE_TOTAL,
    logged,
    make_decision,
    open_session,
    say,
    write_results,
    yinzhou,
)

REF = CellRef(yinzhou().source.id, RESULT_TOTAL)


def undo(decision: Decision) -> Undo:
    common = decision.model_dump(include={"gkllm", "document", "source", "cell", "reviewer", "time"})
    return Undo(**common, id=f"undo {decision.id}", undoes=decision.id)


def test_a_reviewers_later_decision_replaces_the_earlier_and_undo_brings_it_back() -> None:
    first, second = make_decision(RESULT_TOTAL, 3), make_decision(RESULT_TOTAL, 66)
    assert fold([first, second]).settled(REF) == second
    assert fold([first, second, undo(second)]).settled(REF) == first
    assert fold([first, undo(first)]).settled(REF) is None


def test_reviewers_who_disagree_are_a_conflict_until_one_overrules_or_follows() -> None:
    alice, bob = make_decision(RESULT_TOTAL, 3), make_decision(RESULT_TOTAL, 6, "bob")
    standing = fold([alice, bob])
    assert standing.settled(REF) is None and standing.conflict(REF) == (alice, bob)
    follows = make_decision(RESULT_TOTAL, 6, id="follows")
    assert fold([alice, bob, follows]).settled(REF) == follows
    overrules = make_decision(RESULT_TOTAL, 66, "carol", overrules=("alice", "bob"))
    assert fold([alice, bob, overrules]).settled(REF) == overrules
    assert fold([alice, bob, overrules, undo(overrules)]).conflict(REF) == (alice, bob)


def test_a_decided_cell_is_certain_names_its_reviewer_and_is_checked_again() -> None:
    report = corrected(yinzhou(), FORM, {RESULT_TOTAL: make_decision(RESULT_TOTAL, 3)})
    cell = next(c for c in report.cells if c.id == RESULT_TOTAL)
    assert (cell.value, cell.state, cell.confidence, cell.needs_review) == (3, CellState.REPORTED, 1, False)
    assert cell.raw == "66" and cell.candidates[0].value == 3 and len(cell.candidates) == 3
    assert cell.readers["review"].name == "alice" and cell.readers["rules"].raw == "66"
    assert report.violations == recheck(report, FORM, confirmed=[RESULT_TOTAL]).violations
    assert {(v.rule, v.scope) for v in report.violations} == {
        ("requests.balance", "total"),
        ("requests.results", "total"),
        ("requests.total", "results_total"),
    }
    assert Report.model_validate_json(report.to_json()) == report


def test_a_cell_blamed_for_relations_that_hold_now_needs_no_review() -> None:
    decisions = {cell: make_decision(cell, 3) for cell in (RESULT_TOTAL, WHOLE_TOTAL)}
    report = corrected(yinzhou(), FORM, decisions)
    assert not report.violations
    assert [c.id for c in report.cells if c.needs_review] == [LAST_YEAR]
    mended = corrected(yinzhou(), FORM, {WHOLE_TOTAL: make_decision(WHOLE_TOTAL, 3)})
    assert next(c for c in mended.cells if c.id == RESULT_TOTAL).needs_review, (
        "its relations are still broken"
    )


def test_a_cell_that_a_decision_puts_into_a_broken_relation_comes_into_review() -> None:
    cell = "requests.received.natural_person"
    report = corrected(yinzhou(), FORM, {cell: make_decision(cell, 30)})
    fresh = {c.id for c in report.cells if c.needs_review} - {c.id for c in yinzhou().cells if c.needs_review}
    assert fresh == {"requests.received.total"}


@pytest.mark.parametrize("state", [CellState.BLANK, CellState.NOT_APPLICABLE, CellState.UNREADABLE])
def test_a_marked_cell_has_no_value(state: CellState) -> None:
    decision = make_decision(RESULT_TOTAL, 0, after=Content(value=None, state=state), reason=Reason.MARKED)
    report = corrected(yinzhou(), FORM, {RESULT_TOTAL: decision})
    cell = next(c for c in report.cells if c.id == RESULT_TOTAL)
    assert (cell.value, cell.state, cell.reading) == (None, state, None)
    open_ = {v.verdict for v in report.violations if RESULT_TOTAL in v.cells}
    assert (open_ == {Verdict.NOT_ASSESSABLE}) == (state is CellState.UNREADABLE)


def test_decisions_survive_another_extraction_and_a_changed_document_makes_them_stale(tmp_path: Path) -> None:
    path = write_results(tmp_path, yinzhou())
    session = open_session(path)
    session.decide([session.queue[0]], say(3), Reason.TYPED, 1.0)
    again = write_results(tmp_path, yinzhou().model_copy(update={"warnings": ("extracted again",)}))
    standing = fold(logged(again))
    applied = list(apply_decisions(read_results(again), standing, FORMS))
    assert [one.decided for one in applied] == [1]
    assert stale_decisions(standing, read_results(again)).changed == ()

    other = yinzhou().model_copy(update={"source": yinzhou().source.model_copy(update={"sha256": "0" * 64})})
    changed = read_results(write_results(tmp_path, other))
    assert [d.cell for d in stale_decisions(standing, changed).changed] == [RESULT_TOTAL]
    assert [(one.report, one.decided) for one in apply_decisions(changed, standing, FORMS)] == [(other, 0)]


def test_a_conflict_stays_in_review_with_the_value_as_it_was_read(tmp_path: Path) -> None:
    results = read_results(write_results(tmp_path, yinzhou()))
    sure = "requests.received.natural_person"
    standing = fold([make_decision(sure, 4), make_decision(sure, 5, "bob")])
    applied = next(apply_decisions(results, standing, FORMS))
    cell = next(c for c in applied.report.cells if c.id == sure)
    assert cell.value == 3 and cell.needs_review and "reviewers disagree on this cell" in cell.reasons
    assert applied.decided == 0 and applied.open == 4


def test_a_finding_of_rules_that_are_not_at_hand_is_kept(tmp_path: Path) -> None:
    strange = yinzhou().violations[0].model_copy(update={"rule": "prose.agrees"})
    report = yinzhou().model_copy(update={"violations": (strange,)})
    checked = corrected(report, FORM, {RESULT_TOTAL: make_decision(RESULT_TOTAL, 6)})
    assert checked.violations[-1] == strange and len(checked.violations) == len(yinzhou().violations) + 1


def test_statistics_keep_sampled_cells_apart_and_count_agreement() -> None:
    six = Content(value=6, state=CellState.REPORTED)
    decisions = [
        make_decision(
            "requests.granted.total", 6, before=six, after=six, confidence=0.995, sampled=True, seconds=4.0
        ),
        make_decision("requests.received.total", 7, confidence=0.995, sampled=True, seconds=2.0),
        make_decision("requests.granted.total", 6, "bob", before=six, after=six, confidence=0.995),
        make_decision(RESULT_TOTAL, 6, before=six, after=six, seconds=3.0),
        make_decision(WHOLE_TOTAL, 3),
        make_decision(WHOLE_TOTAL, 6, "bob"),
    ]
    stats = compute_stats(fold(decisions))
    assert [(b.low, b.high, b.right, b.total) for b in stats.sampled] == [(0.99, 1.0, 1, 2)]
    assert [(b.low, b.right, b.total) for b in stats.queued] == [(0.8, 1, 1)]
    assert [(a.reviewers, a.same, a.both) for a in stats.agreement] == [(("alice", "bob"), 1, 2)]
    assert stats.conflicts == 1
    alice = stats.pace[0]
    assert (alice.reviewer, alice.decisions, alice.seconds, alice.median) == ("alice", 4, 11.0, 2.5)
