"""Claims held against the cells of a report."""

import pytest

import gkllm
from gkllm.prose.agreement import with_claims
from gkllm.rechecking import recheck
from gkllm.report import CellState, Report
from tests.forms import FORM
from tests.prose.labelled import load

RECEIVED = "requests.received.total"


@pytest.fixture(scope="module")
def contradicted() -> Report:
    """Its sentence states 13, its table 12."""
    return gkllm.extract(load("prose-against-table").path, gkllm.Settings(reader="rules"))


def with_cell(report: Report, cell_id: str, **changes: object) -> Report:
    cells = tuple(c.model_copy(update=changes) if c.id == cell_id else c for c in report.cells)
    return report.model_copy(update={"cells": cells})


def prose_violations(report: Report) -> list[tuple[str, str]]:
    return [(v.scope, v.severity) for v in report.violations if v.rule == "prose.agrees"]


def test_judging_again_changes_nothing(contradicted: Report) -> None:
    assert with_claims(contradicted, FORM, contradicted.claims) == contradicted
    assert (
        with_claims(recheck(contradicted, FORM), FORM, contradicted.claims).violations
        == contradicted.violations
    )


def test_a_corrected_cell_makes_the_sentence_agree(contradicted: Report) -> None:
    corrected = recheck(with_cell(contradicted, RECEIVED, value=13), FORM)
    assert prose_violations(corrected) == []
    assert next(c for c in corrected.claims if c.meaning == "received_new").agrees is True


def test_a_table_that_breaks_its_own_relations_makes_it_advice(contradicted: Report) -> None:
    broken = recheck(with_cell(contradicted, RECEIVED, value=20), FORM)
    assert prose_violations(broken) == [("received_new", "advice")]


def test_sentences_that_contradict_each_other_are_advice(contradicted: Report) -> None:
    claim = next(c for c in contradicted.claims if c.meaning == "received_new")
    other = claim.model_copy(update={"value": 14})
    judged = with_claims(contradicted, FORM, (claim, other))
    assert prose_violations(judged) == [("received_new", "advice")] * 2


def test_a_missing_cell_is_not_compared(contradicted: Report) -> None:
    missing = with_cell(contradicted, RECEIVED, value=None, state=CellState.MISSING)
    judged = with_claims(missing, FORM, contradicted.claims)
    assert prose_violations(judged) == []
    assert next(c for c in judged.claims if c.meaning == "received_new").agrees is None


def test_another_reading_of_the_print_is_suspected(contradicted: Report) -> None:
    cell = next(c for c in contradicted.cells if c.id == RECEIVED)
    candidate = cell.candidates[0].model_copy(update={"value": 13})
    doubtful = with_cell(contradicted, RECEIVED, candidates=(*cell.candidates, candidate))
    judged = with_claims(doubtful, FORM, contradicted.claims)
    (violation,) = [v for v in judged.violations if v.rule == "prose.agrees"]
    assert violation.verdict == "suspect_reading"


def test_both_languages_quote_the_sentence(contradicted: Report) -> None:
    (violation,) = [v for v in contradicted.violations if v.rule == "prose.agrees"]
    for words in (violation.message.en, violation.message.zh):
        assert "我局新收政府信息公开申请13件" in words and "12" in words
