"""Scoring: what counts as right, wrong, silent, grounded, found; what a failure and a lost report cost."""

import dataclasses

import pytest

from gkllm.evaluation.scoring import (
    NOISE,
    ROW_KIND,
    TABLE,
    count,
    group,
    row_kinds,
    score_document,
    score_failure,
    score_report,
)
from gkllm.evaluation.summary import ALL_ZERO, NOTHING, score_baseline
from gkllm.evaluation.truth import TrueCell, TrueTable
from gkllm.report import CellState, Span, Verdict
from tests.evaluation.truths import perfect_report, small_truth, violation
from tests.forms import FORM, FORMS

TRUTH = small_truth(requests__received__natural_person=3, requests__received__total=3)
BROKEN = dataclasses.replace(
    TRUTH, broken=frozenset({("requests.balance", "natural_person"), ("requests.balance", "total")})
)
CELL = "requests.received.natural_person"


def test_a_perfect_report_is_exact() -> None:
    score = score_report(BROKEN, perfect_report(BROKEN), FORM)
    counts = count(score.cells)
    assert score.exact
    assert (counts.right, counts.raw_right, counts.grounded, counts.placed) == (counts.cells,) * 4
    assert (counts.cells, counts.silent, counts.flagged) == (200, 0, 0)
    assert len(score.broken_found) == 2 and not score.broken_missed and not score.broken_false


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": 4}, (False, True, True, True)),
        ({"value": 4, "needs_review": True}, (False, False, True, True)),
        ({"value": None, "state": CellState.BLANK}, (False, True, True, True)),
        ({"raw": "33"}, (True, False, False, False)),
        ({"span": Span(start=5000, end=5001)}, (True, False, True, False)),
        ({"span": None}, (True, False, True, False)),
        ({"needs_review": True}, (True, False, True, True)),
    ],
)
def test_one_cell(changes: dict[str, object], expected: tuple[bool, bool, bool, bool]) -> None:
    """(right, silent, printed string right, grounded)."""
    score = score_report(TRUTH, perfect_report(TRUTH, {CELL: changes}), FORM)
    (cell,) = (cell for cell in score.cells if cell.cell == CELL)
    assert (cell.right, cell.silent, cell.raw_right, cell.grounded) == expected
    assert count(score.cells).wrong == (not expected[0])
    assert score.exact is expected[0]


def test_a_cell_whose_place_nobody_knows_counts_neither_way() -> None:
    cells = {**TRUTH.cells, CELL: dataclasses.replace(TRUTH.cells[CELL], span=None)}
    counts = count(score_report(dataclasses.replace(TRUTH, cells=cells), perfect_report(TRUTH), FORM).cells)
    assert (counts.cells, counts.placed, counts.grounded) == (200, 199, 199)


def test_a_cell_left_out_is_a_silent_error_and_a_foreign_one_is_surplus() -> None:
    report = perfect_report(TRUTH)
    first, *rest = report.cells
    changed = report.model_copy(update={"cells": (*rest, first.model_copy(update={"id": "requests.x.y"}))})
    score = score_report(TRUTH, changed, FORM)
    assert (count(score.cells).wrong, count(score.cells).silent, score.surplus) == (1, 1, ("requests.x.y",))
    assert not score.exact


def test_a_failure_makes_every_cell_wrong_and_none_silent() -> None:
    score = score_failure(BROKEN, "refused")
    counts = count(score.cells)
    assert (counts.cells, counts.right, counts.silent, counts.flagged) == (200, 0, 0, 200)
    assert (len(score.broken_missed), score.exact, score.failure) == (2, False, "refused")


def test_a_report_passed_over_is_silent() -> None:
    second = dataclasses.replace(TRUTH, report=TRUTH.report.model_copy(update={"issuer": "另一局"}))
    scores = score_document((TRUTH, second), [perfect_report(second)], FORMS)
    assert [count(score.cells).silent for score in scores] == [200, 0]
    assert [score.exact for score in scores] == [False, True]


def test_a_report_whose_failure_was_reported_is_not_silent() -> None:
    second = dataclasses.replace(TRUTH, report=TRUTH.report.model_copy(update={"issuer": "另一局"}))
    scores = score_document((TRUTH, second), [perfect_report(second)], FORMS, "part 1 cannot be read")
    assert [count(score.cells).silent for score in scores] == [0, 0]
    assert [score.failure for score in scores] == ["part 1 cannot be read", None]


def test_reports_answer_by_issuer_and_then_in_order() -> None:
    second = dataclasses.replace(TRUTH, report=TRUTH.report.model_copy(update={"issuer": "另一局"}))
    nameless = perfect_report(TRUTH).model_copy(
        update={"report": TRUTH.report.model_copy(update={"issuer": None})}
    )
    scores = score_document((TRUTH, second), [perfect_report(second), nameless], FORMS)
    assert [score.particulars for score in scores] == [("issuer",), ()]


def test_relations_found_missed_and_false() -> None:
    report = perfect_report(BROKEN)
    listed = (
        report.violations[0],
        violation("requests.total", "received"),
        violation("requests.total", "granted", Verdict.NOT_ASSESSABLE),
        violation("a.rule.of.the.user", "x"),
    )
    score = score_report(BROKEN, report.model_copy(update={"violations": listed}), FORM)
    assert score.broken_found == (("requests.balance", "natural_person"),)
    assert score.broken_missed == (("requests.balance", "total"),)
    assert score.broken_false == (("requests.total", "received"),)


def test_a_relation_that_an_unreadable_cell_hides_is_not_false() -> None:
    cells = {**TRUTH.cells, CELL: TrueCell(None, CellState.UNREADABLE, "#")}
    truth = dataclasses.replace(TRUTH, cells=cells)
    report = perfect_report(truth).model_copy(
        update={"violations": (violation("requests.total", "received"),)}
    )
    assert score_report(truth, report, FORM).broken_false == ()


def test_wrong_particulars_and_tables_are_named() -> None:
    report = perfect_report(TRUTH)
    changed = report.model_copy(
        update={
            "report": report.report.model_copy(update={"year": 2021, "title": "某局 2022年报告"}),
            "tables": report.tables
            | {"requests": report.tables["requests"].model_copy(update={"edition": "2019"})},
        }
    )
    score = score_report(TRUTH, changed, FORM)
    assert (score.particulars, score.tables) == (("year",), ("requests",))


def test_missing_cells_of_an_open_edition_may_be_absent() -> None:
    missing = {
        cell: TrueCell(None, CellState.MISSING, "") if cell.startswith("disclosure.") else true
        for cell, true in TRUTH.cells.items()
    }
    truth = dataclasses.replace(
        TRUTH, cells=missing, tables={**TRUTH.tables, "disclosure": TrueTable(False, None)}
    )
    report = perfect_report(truth)
    kept = tuple(cell for cell in report.cells if not cell.id.startswith("disclosure."))
    score = score_report(truth, report.model_copy(update={"cells": kept}), FORM)
    assert score.exact and count(score.cells).cells == 200


def test_groups_cover_every_cell_once() -> None:
    cells = {**TRUTH.cells, CELL: dataclasses.replace(TRUTH.cells[CELL], noise="duplicated_run")}
    truth = dataclasses.replace(TRUTH, cells=cells)
    groups = group(truth, score_report(truth, perfect_report(truth), FORM).cells, FORM)
    assert {by: sum(counts.cells for counts in named.values()) for by, named in groups.items()} == {
        TABLE: 200, ROW_KIND: 200, NOISE: 200,
    }  # fmt: skip
    assert groups[TABLE]["requests"].cells == 175
    assert groups[NOISE]["duplicated_run"].cells == 1
    assert groups[ROW_KIND]["result"].cells == 21 * 7


def test_row_kinds_come_from_roles_and_rules() -> None:
    kinds = row_kinds(FORM, FORM.table("requests", "2021"))
    assert (kinds["results_total"], kinds["granted"], kinds["carried_in"]) == ("total", "result", "balanced")
    assert set(row_kinds(FORM, FORM.table("proceedings", "2021")).values()) == {"proceedings"}


def test_baselines_are_what_their_names_say() -> None:
    nothing, zero = (count(score_baseline(name, TRUTH).cells) for name in (NOTHING, ALL_ZERO))
    assert (nothing.right, nothing.silent, nothing.flagged) == (0, 0, 200)
    assert (zero.right, zero.silent, zero.flagged) == (198, 2, 0)
