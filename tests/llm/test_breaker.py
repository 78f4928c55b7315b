"""When an endpoint is given up and tried again, on a clock of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gkllm.errors import ModelUnreachable
from gkllm.llm.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def run(scenario: Callable[[Breaker, Clock], Awaitable[None]]) -> None:
    async def within() -> None:
        clock = Clock()
        await scenario(Breaker("host", clock=clock), clock)

    asyncio.run(within())


async def fail(breaker: Breaker, clock: Clock) -> None:
    began = await breaker.enter()
    clock.now += 1
    breaker.failed(began, "no connection")
    breaker.leave()


def test_three_failures_in_a_row_give_an_endpoint_up_that_never_answered() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        for _ in range(3):
            assert not breaker.is_open
            await fail(breaker, clock)
        with pytest.raises(ModelUnreachable, match="host was given up: no connection"):
            await breaker.enter()

    run(scenario)


def test_failures_at_one_moment_are_one() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        moments = [await breaker.enter() for _ in range(2)]
        clock.now = 5
        for moment in moments:
            breaker.failed(moment, "all at once")
            breaker.leave()
        assert not breaker.is_open

    run(scenario)


def test_an_answer_forgives_what_was_before() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        for _ in range(5):
            await fail(breaker, clock)
            await fail(breaker, clock)
            breaker.answered()
        assert not breaker.is_open

    run(scenario)


def test_one_request_probes_after_a_pause_that_doubles_and_an_answer_closes() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        for _ in range(3):
            await fail(breaker, clock)
        clock.now += 30
        await fail(breaker, clock)
        with pytest.raises(ModelUnreachable):
            await breaker.enter()
        clock.now += 30
        await breaker.enter()
        with pytest.raises(ModelUnreachable):
            await breaker.enter()
        breaker.answered()
        breaker.leave()
        await breaker.enter()

    run(scenario)


def test_a_refused_key_is_final_before_any_answer_and_one_failure_after() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        breaker.answered()
        breaker.refused("HTTP 403")
        assert not breaker.is_open
        fresh = Breaker("host", clock=clock)
        fresh.refused("HTTP 401")
        clock.now += 1e9
        with pytest.raises(ModelUnreachable, match="HTTP 401"):
            await fresh.enter()

    run(scenario)


def test_only_a_few_requests_go_out_before_the_first_answer() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        waiting = [asyncio.create_task(breaker.enter()) for _ in range(10)]
        await asyncio.sleep(0.01)
        assert sum(task.done() for task in waiting) == 2
        breaker.answered()
        await asyncio.sleep(0.01)
        assert all(task.done() for task in waiting)

    run(scenario)


def test_who_waits_to_try_again_stops_waiting_when_all_is_given_up() -> None:
    async def scenario(breaker: Breaker, clock: Clock) -> None:
        waiting = asyncio.create_task(breaker.sleep(1e6))
        await asyncio.sleep(0.01)
        breaker.refused("HTTP 401")
        await asyncio.wait_for(waiting, 5)

    run(scenario)
