"""The confidence is a probability that each kind of evidence moves in its own direction, within what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkllm.confidence import Evidence, calibration, confidence, features, probability, review_threshold
from gkllm.facts import DoubtKind
from gkllm.reading.numerals import COSTS
from gkllm.report import CellState
from tests.forms import FORM

CLEAN = Evidence(supported=1)

EVIDENCE = st.builds(
    Evidence,
    label=st.floats(0, 1),
    doubts=st.sets(st.sampled_from(DoubtKind), max_size=4).map(lambda kinds: tuple(sorted(kinds))),
    candidates=st.integers(1, 3),
    margin_relations=st.integers(0, 5),
    margin_cost=st.floats(-5, 5),
    supported=st.integers(0, 4),
    broken=st.integers(0, 4),
    blamed=st.integers(0, 1),
    contradicted=st.integers(0, 1),
    legible=st.integers(0, 1),
    agreement=st.integers(-1, 1),
    holding=st.integers(0, 4),
    anchored=st.integers(0, 1),
    gaps=st.integers(0, 1),
    places=st.integers(0, 1),
    place_relations=st.integers(-2, 3),
    place_cost=st.floats(-5, 5),
    state=st.sampled_from([state.value for state in CellState]),
    reading=st.sampled_from([None, *COSTS]),
)


@given(EVIDENCE)
def test_it_is_a_probability_within_what_the_data_can_show(evidence: Evidence) -> None:
    assert 0.0 < calibration(FORM).floor <= confidence(FORM, evidence) <= calibration(FORM).ceiling < 1.0


@pytest.mark.parametrize(
    "worse",
    [
        CLEAN._replace(label=0.7, doubts=(DoubtKind.LABEL_DAMAGED,)),
        *(CLEAN._replace(doubts=(kind,)) for kind in DoubtKind),
        CLEAN._replace(doubts=(DoubtKind.BETWEEN_COLUMNS,), gaps=1),
        CLEAN._replace(contradicted=1),
        CLEAN._replace(state="unreadable", reading=None, legible=0, supported=0),
        CLEAN._replace(state="missing", reading=None, legible=0, supported=0),
        CLEAN._replace(agreement=-1),
        CLEAN._replace(candidates=2),
        CLEAN._replace(candidates=2, reading="split_run"),
        CLEAN._replace(doubts=(DoubtKind.OFF_COLUMN,), blamed=1, broken=1),
    ],
)
def test_evidence_against_a_cell_sends_it_to_review_by_itself(worse: Evidence) -> None:
    assert confidence(FORM, worse) < review_threshold(FORM, None) <= confidence(FORM, CLEAN)


def test_a_decided_reading_is_surer_than_an_open_one() -> None:
    open_reading = CLEAN._replace(candidates=2)
    decided = open_reading._replace(margin_relations=1)
    assert not open_reading.decided and decided.decided and CLEAN.decided
    assert confidence(FORM, open_reading) < 0.8 < confidence(FORM, decided)


def test_a_small_lead_in_cost_alone_decides_nothing() -> None:
    assert not CLEAN._replace(candidates=2, margin_cost=1.0).decided
    assert not CLEAN._replace(candidates=2, margin_relations=0, margin_cost=0.0).decided


@given(EVIDENCE)
def test_evidence_is_read_back_from_its_names(evidence: Evidence) -> None:
    named = evidence.as_dict()
    assert all(isinstance(value, float) for value in named.values())
    assert Evidence.of(named) == evidence


def test_evidence_not_named_is_that_of_a_clean_cell() -> None:
    assert Evidence.of({"broken": 2.0}) == Evidence(broken=2)


def test_doubts_of_results_without_kinds_are_some_doubt() -> None:
    assert Evidence.of({"doubts": 2.0}) == Evidence(doubts=(DoubtKind.TOLD,))
    assert Evidence.of({"doubts": 0.0}) == Evidence()


def test_kinds_are_judged_by_what_they_are_about() -> None:
    counted, merged, damaged, struck = (
        features(Evidence(doubts=(kind,)))
        for kind in (
            DoubtKind.MISCOUNTED,
            DoubtKind.MERGED_ACROSS,
            DoubtKind.LABEL_DAMAGED,
            DoubtKind.STRUCK,
        )
    )
    assert counted == merged != damaged
    assert "doubted.row" in damaged and "doubted.text" in struck
    both = features(Evidence(doubts=(DoubtKind.LABEL_DAMAGED, DoubtKind.MISCOUNTED)))
    assert {"doubted.row", "doubted.column"} <= both.keys()


def test_a_smaller_risk_never_lowers_the_threshold() -> None:
    risks = [1.0, 0.1, 1e-3, 1e-4, 5e-5, 2e-5, 1e-5, 1e-6, 0.0]
    found = [review_threshold(FORM, risk) for risk in risks]
    assert found == sorted(found)
    assert found[0] == 0.0
    assert found[-1] > calibration(FORM).ceiling, "no risk at all is only kept by looking at every cell"


def test_the_default_is_the_target_of_the_shipped_file() -> None:
    shipped = calibration(FORM)
    assert review_threshold(FORM, None) == review_threshold(FORM, shipped.risk) < shipped.ceiling
    assert any(point.risk <= shipped.risk for point in shipped.curve)


def test_the_curve_rises_in_confidence_and_falls_in_risk() -> None:
    curve = calibration(FORM).curve
    assert [point.threshold for point in curve] == sorted(point.threshold for point in curve)
    assert [point.risk for point in curve] == sorted((point.risk for point in curve), reverse=True)


def test_weights_are_the_file_s() -> None:
    other = calibration(FORM).model_copy(update={"intercept": 0.0, "weights": {}})
    assert probability(other, CLEAN) == 0.5
