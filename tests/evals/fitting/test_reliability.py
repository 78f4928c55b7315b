"""Measures of probabilities, checked by hand."""

import pytest

from evals.fitting.reliability import Bin, Scored, coverage, reliability, review

SURE = Scored(0.95, True, False, 90)
SURE_AND_WRONG = Scored(0.95, False, False, 10)
DOUBTFUL = Scored(0.25, True, True, 2)
DOUBTFUL_AND_WRONG = Scored(0.25, False, True, 6)
CELLS = [SURE, SURE_AND_WRONG, DOUBTFUL, DOUBTFUL_AND_WRONG]


def test_calibration_error_is_the_mean_distance_over_the_bins() -> None:
    found = reliability(CELLS)
    assert (found.cells, found.right) == (108, 92)
    # 100 cells promise 95 and hold 90, 8 promise 2 and hold 2.
    assert found.ece == pytest.approx(5 / 108)
    assert [(one.cells, one.right) for one in found.bins] == [(8, 2), (100, 90)]


def test_brier_score_is_the_mean_squared_error() -> None:
    squared = 90 * 0.05**2 + 10 * 0.95**2 + 2 * 0.75**2 + 6 * 0.25**2
    assert reliability(CELLS).brier == pytest.approx(squared / 108)


def test_certainty_falls_into_the_last_bin() -> None:
    assert len(reliability([Scored(1.0, True, False, 1), Scored(0.91, True, False, 1)]).bins) == 1


def test_of_no_cells_all_is_zero() -> None:
    found = reliability([])
    assert (found.cells, found.ece, found.brier, found.bins) == (0, 0.0, 0.0, ())


def test_a_threshold_reviews_the_less_sure_and_what_has_a_reason() -> None:
    low = review(CELLS, 0.1)
    assert (low.reviewed, low.wrong, low.silent) == (8, 16, 10)
    assert low.expected == pytest.approx(5)
    assert low.risk == pytest.approx(0.05)
    high = review(CELLS, 0.96)
    assert (high.reviewed, high.silent, high.risk) == (108, 0, 0.0)


def test_the_curve_keeps_the_surest_first() -> None:
    assert coverage(CELLS) == ((100 / 108, 0.1), (1.0, 16 / 108))


@pytest.mark.parametrize(("right", "low", "high"), [(100, 0.963, 1.0), (0, 0.0, 0.037), (50, 0.404, 0.596)])
def test_interval_is_wilson_s(right: int, low: float, high: float) -> None:
    assert Bin(100, right, 50.0).interval() == pytest.approx((low, high), abs=5e-4)
