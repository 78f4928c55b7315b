"""Paired comparison: its two tests against worked values, and what it claims or does not."""

from math import comb
from pathlib import Path

import pytest

from gkllm.errors import ConfigurationError
from gkllm.evaluation.comparison import bootstrap_interval, compare, mcnemar_exact, pairs, render_comparison
from gkllm.evaluation.results import (
    DocumentInfo,
    DocumentRecord,
    SuiteResult,
    SystemResult,
    load_result,
    report_record,
    sum_counts,
)
from gkllm.evaluation.scoring import score_report
from tests.evaluation.truths import perfect_report, small_truth
from tests.forms import FORM

TRUTH = small_truth()
CELLS = list(TRUTH.cells)


@pytest.mark.parametrize(
    ("left", "right", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 2 / 2**5), (0, 6, 2 / 2**6), (2, 10, 2 * (1 + 12 + 66) / 2**12)],
)
def test_mcnemar_is_the_binomial_test(left: int, right: int, p: float) -> None:
    assert mcnemar_exact(left, right) == mcnemar_exact(right, left) == pytest.approx(p)


def test_mcnemar_takes_large_counts() -> None:
    tail = sum(comb(4000, k) for k in range(1901))
    assert mcnemar_exact(1900, 2100) == pytest.approx(2 * tail / 2**4000)


def test_bootstrap_draws_reports_and_repeats_itself() -> None:
    one_bad_report = [(0, 200)] * 19 + [(40, 200)]
    low, high = bootstrap_interval(one_bad_report, seed=1)
    assert low == 0.0 < high
    assert (low, high) == bootstrap_interval(one_bad_report, seed=1)
    steady = bootstrap_interval([(2, 200)] * 20, seed=1)
    assert steady == (0.01, 0.01)
    assert bootstrap_interval([], seed=1) == (0.0, 0.0)


def _result(name: str, wrong: list[list[str]], repeats: int = 1) -> SuiteResult:
    """One system's result: which cells it has wrong, report by report; a repeat is as wrong as the first."""
    records = []
    for sample in range(repeats):
        for index, cells in enumerate(wrong):
            report = perfect_report(TRUTH, {cell: {"value": 7} for cell in cells})
            record = report_record(0, TRUTH, score_report(TRUTH, report, FORM), FORM)
            records.append(
                DocumentRecord(system=name, sample=sample, document=f"d{index}", reports=(record,))
            )
    counts = sum_counts(report.counts for record in records for report in record.reports)
    system = SystemResult(
        name=name, reader="rules", prompt=None, model=None, model_settings={}, repeats=repeats, schemas=None,
        counts=counts, groups={}, reports=len(records), exact=0, failures=0, broken=0, broken_found=0,
        broken_false=0, calls=0, prompt_tokens=0, completion_tokens=0, seconds=0.0, cost=None, currency=None,
        records=tuple(records),
    )  # fmt: skip
    documents = tuple(
        DocumentInfo(id=f"d{index}", sha256="a", truth_sha256="b", reports=1, cells=(200,))
        for index in range(len(wrong))
    )
    return SuiteResult(
        suite="s", suite_sha256="0", seed=1, form="f", documents=documents, invalid=(), baselines=(),
        systems=(system,), environment={},
    )  # fmt: skip


def test_equal_systems_show_no_difference() -> None:
    result = _result("x", [CELLS[:3], [], CELLS[5:6]])
    found = compare(result, "x", result, "x", seed=1)
    assert (found.verdict, found.p, found.interval) == ("no difference shown", 1.0, (0.0, 0.0))
    assert (found.left_right, found.right_right, found.cells, found.reports) == (596, 596, 600, 3)


def test_a_steady_gain_is_claimed_and_listed() -> None:
    bad = _result("old", [CELLS[:4]] * 10)
    good = _result("new", [CELLS[:1]] * 10)
    found = compare(bad, "old", good, "new", seed=1)
    assert found.verdict == "new is better than old"
    assert compare(good, "new", bad, "old", seed=1).verdict == "new is better than old"
    assert (len(found.better), len(found.worse)) == (30, 0)
    text = render_comparison(found)
    assert "cells right 1960/2000 -> 1990/2000" in text
    assert f"better: d0 {CELLS[1]}: 0 '0', not 7 '0' (silent)" in text
    assert CELLS[1] not in render_comparison(found, cells=False)


def test_a_gain_in_one_report_alone_is_not_claimed() -> None:
    """McNemar alone would: twenty cells all better. They are of one report, and may well be one cause."""
    found = compare(_result("old", [CELLS[:20], *[[]] * 9]), "old", _result("new", [[]] * 10), "new", seed=1)
    assert found.p < 0.001
    assert found.verdict == "no difference shown"


def test_better_and_worse_cancel() -> None:
    found = compare(_result("old", [CELLS[:2]] * 8), "old", _result("new", [CELLS[2:4]] * 8), "new", seed=1)
    assert (len(found.better), len(found.worse), found.verdict) == (16, 16, "no difference shown")


def test_repeats_are_no_new_cells() -> None:
    once = compare(_result("old", [CELLS[:2]] * 3), "old", _result("new", [[]] * 3), "new", seed=1)
    thrice = compare(_result("old", [CELLS[:2]] * 3, 3), "old", _result("new", [[]] * 3, 3), "new", seed=1)
    assert (once.cells, once.p, once.interval) == (thrice.cells, thrice.p, thrice.interval)


def test_reports_that_one_side_lacks_are_said() -> None:
    found = compare(_result("x", [[]] * 3), "x", _result("x", [[]] * 2), "x", seed=1)
    assert (found.reports, found.not_shared) == (2, 1)
    assert "1 reports that only one of the two has" in render_comparison(found)


def test_a_changed_document_is_refused() -> None:
    left, right = _result("x", [[]]), _result("x", [[]])
    (document,) = right.documents
    changed = right.model_copy(update={"documents": (document.model_copy(update={"truth_sha256": "c"}),)})
    with pytest.raises(ConfigurationError, match="d0: the document or its truth changed"):
        compare(left, "x", changed, "x", seed=1)


def test_systems_are_paired_by_name_or_must_be_named() -> None:
    one, other = _result("x", [[]]), _result("y", [[]])
    assert list(pairs(one, one)) == [("x", "x")]
    assert list(pairs(one, other)) == [("x", "y")]
    both = one.model_copy(update={"systems": (*one.systems, *other.systems)})
    with pytest.raises(ConfigurationError, match="--left and --right"):
        list(pairs(both, _result("z", [[]])))
    with pytest.raises(ConfigurationError, match="no system 'q'"):
        compare(one, "q", other, "y", seed=1)


def test_a_result_survives_its_file(tmp_path: Path) -> None:
    result = _result("x", [CELLS[:3], []])
    path = tmp_path / "r.json"
    path.write_text(result.to_json(), encoding="utf-8")
    assert load_result(path) == result
    for content in ("{}", "", '{"suite": 1}'):
        path.write_text(content)
        with pytest.raises(ConfigurationError, match="not a result"):
            load_result(path)
    with pytest.raises(ConfigurationError, match="no such file"):
        load_result(tmp_path / "missing.json")
