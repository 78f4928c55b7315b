"""The confidence is a probability that each kind of evidence moves in its own direction."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkllm.confidence import Evidence, confidence

CLEAN = Evidence()

EVIDENCE = st.builds(
    Evidence,
    label=st.floats(0, 1),
    doubts=st.integers(0, 4),
    candidates=st.integers(1, 3),
    margin_relations=st.integers(0, 5),
    margin_cost=st.floats(-5, 5),
    supported=st.integers(0, 4),
    broken=st.integers(0, 4),
    blamed=st.integers(0, 1),
    legible=st.integers(0, 1),
    agreement=st.integers(-1, 1),
)


@given(EVIDENCE)
def test_it_is_a_probability(evidence: Evidence) -> None:
    assert 0.0 < confidence(evidence) < 1.0


@pytest.mark.parametrize(
    "worse",
    [
        replace(CLEAN, label=0.7),
        replace(CLEAN, doubts=1),
        replace(CLEAN, broken=1),
        replace(CLEAN, blamed=1),
        replace(CLEAN, legible=0),
        replace(CLEAN, agreement=-1),
        replace(CLEAN, candidates=2),
        replace(CLEAN, candidates=2, margin_relations=1),
    ],
)
def test_evidence_against_a_cell_lowers_it(worse: Evidence) -> None:
    assert confidence(worse) < confidence(CLEAN)


@pytest.mark.parametrize("better", [replace(CLEAN, supported=1), replace(CLEAN, agreement=1)])
def test_evidence_for_a_cell_raises_it(better: Evidence) -> None:
    assert confidence(better) > confidence(CLEAN)


def test_a_decided_reading_is_surer_than_an_open_one() -> None:
    open_reading = replace(CLEAN, candidates=2)
    decided = replace(open_reading, margin_relations=1)
    assert not open_reading.decided and decided.decided and CLEAN.decided
    assert confidence(open_reading) < 0.8 < confidence(decided) < confidence(CLEAN)


def test_a_small_lead_in_cost_alone_decides_nothing() -> None:
    assert not replace(CLEAN, candidates=2, margin_cost=1.0).decided
    assert not replace(CLEAN, candidates=2, margin_relations=0, margin_cost=0.0).decided


@given(EVIDENCE)
def test_evidence_is_listed_by_name(evidence: Evidence) -> None:
    listed = evidence.as_dict()
    assert set(listed) == set(Evidence.__slots__)
    assert all(isinstance(value, float) for value in listed.values())
