"""The fit finds what the data holds, and no more."""

from math import log

import pytest

from evals.fitting.fit import PRIORS, fit
from evals.fitting.sample import Counted, Judged, Tally, by_layout, folds
from gkllm.confidence import Evidence

CLEAN = Evidence(supported=1)
BLAMED = Evidence(supported=1, blamed=1, broken=1)


def cells(evidence: Evidence, right: int, wrong: int) -> Tally:
    return Tally({Judged(evidence, True, False): right, Judged(evidence, False, False): wrong})


def log_odds(tally: Tally, evidence: Evidence) -> float:
    from gkllm.confidence import features

    found = fit(tally)
    return found.intercept + sum(found.weights[name] * x for name, x in features(evidence).items())


def test_shares_come_out_as_log_odds() -> None:
    data = cells(CLEAN, 99_000, 1_000) + cells(BLAMED, 6_000, 4_000)
    assert log_odds(data, CLEAN) == pytest.approx(log(99), abs=0.01)
    assert log_odds(data, BLAMED) == pytest.approx(log(1.5), abs=0.01)


def test_a_handful_of_cells_moves_a_weight_less_than_many() -> None:
    few = log_odds(cells(CLEAN, 9_900, 100) + cells(BLAMED, 1, 2), BLAMED)
    many = log_odds(cells(CLEAN, 9_900, 100) + cells(BLAMED, 1_000, 2_000), BLAMED)
    assert many < few < log(99)


def test_evidence_that_no_data_has_keeps_its_prior() -> None:
    found = fit(cells(CLEAN, 9_900, 100))
    assert {name: found.weights[name] for name in PRIORS} == dict(PRIORS)


def test_of_cells_without_a_single_error_half_an_error_is_expected() -> None:
    nothing_said = Evidence()
    assert log_odds(cells(nothing_said, 10_000, 0), nothing_said) == pytest.approx(log(20_001), abs=0.01)


def test_folds_part_the_reports_and_never_a_report() -> None:
    documents = [
        Counted(layout, report, cells(CLEAN, number, 1))
        for number, report in enumerate("abcde", start=1)
        for layout in ("pipe", "lines")
    ]
    parts = list(folds(documents, 3))
    assert [[one.report for one in part] for _, part in parts] == [list("aadd"), list("bbee"), list("cc")]
    for others, part in parts:
        assert len(others) + len(part) == len(documents)
        assert {one.report for one in others}.isdisjoint(one.report for one in part)


def test_the_documents_of_a_layout_stand_together() -> None:
    documents = [Counted(layout, "a", cells(CLEAN, 1, 1)) for layout in ("pipe", "lines", "pipe")]
    assert {name: len(own) for name, own in by_layout(documents).items()} == {"pipe": 2, "lines": 1}
