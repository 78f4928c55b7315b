"""What becomes of a report whose question the solver does not answer."""

import os
import time

import pytest

from gkllm.checking import programme
from gkllm.checking.decoding import decode
from gkllm.checking.problem import Problem
from gkllm.checking.programme import solved
from gkllm.checking.variables import Variable
from gkllm.confined import Child
from tests.checking.relations import balance
from tests.checking.test_localise import NO_SEARCH, located


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for a question, and none given up yet."""
    monkeypatch.setattr(programme, "_CHILD", Child(seconds=1, memory=3_000_000_000))
    monkeypatch.setattr(programme, "_answers", {})


def spin(*_: object) -> None:
    while True:
        pass


def test_a_question_that_takes_too_long_is_given_up_and_not_asked_again(impatient: None) -> None:
    assert solved(spin, 1) is None
    begun = time.monotonic()
    assert solved(spin, 1) is None
    assert time.monotonic() - begun < 0.5
    assert solved(os.getpid) != os.getpid()


def endless(problem: Problem, most: int) -> None:
    spin(problem, most)


def test_what_the_solver_leaves_open_is_told_as_incomplete(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gkllm.checking.programme.optima", endless)
    (found,) = located([balance("t", "ab")], {"t": 5, "a": 1, "b": 1}, most_nodes=NO_SEARCH)
    assert (found.solutions, found.complete) == ((), False)


def test_readings_that_the_solver_leaves_open_are_ties(
    impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gkllm.checking.decoding._programmed", spin)
    cells = [Variable.of_cell(cell, [(66, 1.0), (6, 0.5)]) for cell in "ab"]
    decisions = decode([balance("t", "ab")], {"t": 12}, cells, most_compared=1)
    assert all(decision.tied and decision.choice == 1 for decision in decisions.values())
