"""Outcomes leave in the order of the inputs."""

from itertools import permutations

import pytest

from gkllm.cli.output import InputOrder
from gkllm.extraction import Outcome
from tests.terminal.reports import make_report

NAMES = ("a", "b", "c", "d")


def outcome(name: str) -> Outcome:
    return Outcome(name, report=make_report(name=name), failure=None, exchanges=())


@pytest.mark.parametrize("completion", list(permutations(NAMES)))
def test_any_order_of_completion_gives_the_order_of_the_inputs(completion: tuple[str, ...]) -> None:
    left: list[str] = []
    order = InputOrder(NAMES, lambda found: left.append(found.source))
    for name in completion:
        order.add(outcome(name))
    assert tuple(left) == NAMES


def test_an_input_that_is_named_twice_holds_nothing_back() -> None:
    left: list[str] = []
    order = InputOrder(("a", "a", "b"), lambda found: left.append(found.source))
    for name in ("a", "b"):
        order.add(outcome(name))
    assert left == ["a", "b"]
    order.add(outcome("a"))
    order.flush()
    assert left == ["a", "b", "a"]


def test_what_is_first_leaves_at_once() -> None:
    left: list[str] = []
    order = InputOrder(NAMES, lambda found: left.append(found.source))
    order.add(outcome("a"))
    order.add(outcome("c"))
    assert left == ["a"]


def test_what_waits_leaves_at_the_end_though_others_never_came() -> None:
    left: list[str] = []
    order = InputOrder(NAMES, lambda found: left.append(found.source))
    order.add(outcome("d"))
    order.add(outcome("b"))
    order.flush()
    assert left == ["b", "d"]
