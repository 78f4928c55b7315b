"""The calibration that is shipped, on reports that it has never seen."""

from functools import partial
from pathlib import Path

import pytest

import gkllm
from evals.fitting.mixes import Printed
from evals.fitting.plan import LoadedPlan, load_plan
from evals.fitting.reliability import Scored, reliability, review, scored
from evals.fitting.sample import merged, read_all
from gkllm.confidence import calibration, confidence, review_threshold
from tests.forms import FORM

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shipped() -> LoadedPlan:
    return load_plan(ROOT / "evals" / "calibration.toml")


def other_mix(noise: str, reports: int, seed: int) -> Printed:
    """Broken digits, blanks and lost headings oftener than in any mix of the plan, and more mistakes."""
    return Printed.model_validate(
        {
            "source": "printed",
            "name": noise,
            "noise": noise,
            "reports": reports,
            "seed": seed,
            "without": ["orphan", "padding", "line_break", "quotes"],
            "noise_kinds": {"split_run": 0.01, "blank": 0.02, "header_lost": 0.2},
            "mistakes": 0.5,
        }
    )


def judged(mix: Printed) -> list[Scored]:
    return scored(merged(read_all(mix.labelled(), lambda: None)), partial(confidence, FORM))


def test_it_was_fitted_on_the_plan_and_the_fixtures_as_they_are(shipped: LoadedPlan) -> None:
    """Where this fails, run `python -m evals.fitting`."""
    assert calibration(FORM).data == shipped.data()


def test_no_seed_that_is_measured_was_fitted_on(shipped: LoadedPlan) -> None:
    fitted = {seed for mix in shipped.plan.fit for seed in range(mix.seed, mix.seed + mix.reports)}
    for mix in (*shipped.plan.held_out, other_mix("moderate", 40, 700_000)):
        assert fitted.isdisjoint(range(mix.seed, mix.seed + mix.reports))


def test_the_target_is_one_silent_error_in_fifty_thousand(shipped: LoadedPlan) -> None:
    assert calibration(FORM).risk == shipped.plan.risk == 1 / 50_000


def test_a_few_unseen_reports_keep_the_promise() -> None:
    cells = judged(other_mix("moderate", 40, 700_000))
    found = reliability(cells)
    assert found.cells > 7_000
    assert found.right < found.cells, "a sample without any error shows nothing"
    assert found.ece < 0.02
    assert review(cells, review_threshold(FORM, None)).silent == 0


def test_a_report_s_review_is_what_its_confidence_and_reasons_say() -> None:
    everything = gkllm.Settings(reader="rules", review_risk=0.0)
    path = ROOT / "fixtures" / "fangzheng-2020.txt"
    assert all(cell.needs_review for cell in gkllm.extract(path, everything).cells)
    for cell in gkllm.extract(path).cells:
        assert cell.needs_review or cell.confidence >= round(review_threshold(FORM, None), 6)


@pytest.mark.long
def test_fifty_thousand_cells_at_moderate_noise_have_no_silent_error() -> None:
    cells = judged(other_mix("moderate", 260, 710_000))
    found, done = reliability(cells), review(cells, review_threshold(FORM, None))
    assert found.cells > 50_000
    assert found.ece < 0.02
    assert done.silent == 0
    assert done.share < 0.03


@pytest.mark.long
def test_heavy_noise_has_less_than_one_silent_error_in_ten_thousand_cells() -> None:
    cells = judged(other_mix("heavy", 260, 720_000))
    found, done = reliability(cells), review(cells, review_threshold(FORM, None))
    assert found.cells > 50_000
    assert found.ece < 0.02
    assert done.silent * 10_000 < found.cells
