"""Limits on tokens, seconds and money, of a report and of the run it is part of."""

import pytest

from gkllm.errors import BudgetSpent
from gkllm.llm import Budget, Limits, Price, TokenUsage


def test_what_is_asked_at_once_does_not_exceed_the_limit_together() -> None:
    budget = Budget("a report", Limits(tokens=1000))
    assert budget.reserve(300, 400) == 400
    with pytest.raises(BudgetSpent, match="a report"):
        budget.reserve(300, 400)
    budget.settle(300, 400, TokenUsage(prompt_tokens=280, completion_tokens=20))
    assert budget.reserve(300, 600) == 400


def test_a_report_is_held_to_what_is_left_of_the_run() -> None:
    run = Budget("the run", Limits(tokens=1000))
    first = Budget("a report", Limits(tokens=900), whole=run)
    second = Budget("a report", Limits(tokens=900), whole=run)
    assert first.reserve(500, 100) == 100
    first.settle(500, 100, TokenUsage(prompt_tokens=700, completion_tokens=100))
    assert second.reserve(50, 500) == 150
    with pytest.raises(BudgetSpent, match="the run"):
        second.reserve(50, 500)


def test_money_is_spent_by_price() -> None:
    run = Budget("the run", Limits(cost=1.0), Price(prompt=100.0, completion=1000.0))
    # 5,000 tokens of the prompt are half of it, and the rest buys 500 of the answer.
    assert run.reserve(5000, 4096) == 500
    free = Budget("the run", Limits(cost=1.0), Price(prompt=100.0, completion=0.0))
    assert free.reserve(5000, 4096) == 4096
    with pytest.raises(BudgetSpent):
        free.reserve(5001, 4096)


def test_seconds_count_from_the_first_question() -> None:
    now = 100.0
    budget = Budget("a report", Limits(seconds=10.0), clock=lambda: now)
    assert budget.seconds_left() == 10.0
    now = 500.0
    assert budget.reserve(10, 100) == 100
    now = 504.0
    assert budget.seconds_left() == 6.0
    now = 510.0
    with pytest.raises(BudgetSpent, match="seconds"):
        budget.reserve(10, 100)


def test_without_limits_nothing_is_refused() -> None:
    budget = Budget("a report", Limits(), whole=Budget("the run", Limits()))
    assert [budget.reserve(10**6, 4096) for _ in range(3)] == [4096] * 3
    assert budget.seconds_left() is None
