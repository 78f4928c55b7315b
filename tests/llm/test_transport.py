"""Failures of the connection and the endpoint, over real HTTP."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from gkllm.errors import (
    ContextTooLong,
    DeadlineExceeded,
    EndpointRefused,
    ModelError,
    ModelRejected,
    ModelUnreachable,
)
from gkllm.llm import TokenUsage
from gkllm.llm.failures import retry_after
from tests.llm.asking import BACKOFF, GOOD, GOOD_ROW, ask, ask_all, language_model, question
from tests.wire.scripted import HANG, Reply, ScriptedServer, completion, failure


def test_a_429_waits_as_long_as_the_endpoint_asks() -> None:
    too_many = failure(429, headers={"Retry-After": "1"})
    with ScriptedServer(too_many, completion(GOOD)) as server:
        answer = ask(server.base_url)
    first, second = server.received
    assert answer.value == GOOD_ROW
    assert 1.0 <= second.at - first.at < 3.0
    assert answer.usage == TokenUsage(calls=2, failed_calls=1, prompt_tokens=10, completion_tokens=5)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2", 2.0), ("0.5", 0.5), ("-3", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), (None, None)]
    + [(unreadable, None) for unreadable in ("soon", "", "nan", "inf")],
)
def test_retry_after_in_every_form(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


def test_retry_after_a_date_to_come_is_the_time_until_then() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    seconds = retry_after(header)
    # The date is in whole seconds, and some time has passed since.
    assert seconds is not None and 90 < seconds <= 100


def test_a_wait_past_the_deadline_is_not_begun() -> None:
    with ScriptedServer(failure(429, headers={"Retry-After": "3600"})) as server:
        started = time.monotonic()
        answer = ask(server.base_url, deadline=5.0)
    assert isinstance(answer.error, DeadlineExceeded)
    assert time.monotonic() - started < 4.0
    assert len(server.received) == 1
    assert "HTTP 429" in str(answer.error)


def test_two_500s_and_then_success() -> None:
    with ScriptedServer(failure(500), failure(500), completion(GOOD)) as server:
        answer = ask(server.base_url)
    times = [request.at for request in server.received]
    assert answer.value == GOOD_ROW
    assert answer.usage.calls == 3 and answer.usage.failed_calls == 2
    assert times[1] - times[0] >= BACKOFF
    assert times[2] - times[1] >= 2 * BACKOFF


@pytest.mark.parametrize("slow", [HANG, completion(GOOD, trickle=0.05)], ids=["hanging", "trickling"])
def test_a_request_is_cut_at_its_timeout_and_its_generation_not_begun_again(slow: Reply) -> None:
    with ScriptedServer(slow, completion(GOOD)) as server:
        started = time.monotonic()
        answer = ask(server.base_url, request_timeout=0.5)
        elapsed = time.monotonic() - started
        assert len(server.received) == 1
    assert isinstance(answer.error, DeadlineExceeded)
    assert 0.5 <= elapsed < 3.0


def test_a_connection_cut_in_the_middle_of_the_body_is_repeated() -> None:
    with ScriptedServer(completion(GOOD, cut_after=40), completion(GOOD)) as server:
        answer = ask(server.base_url)
    assert answer.value == GOOD_ROW
    assert answer.usage.calls == 2


@pytest.mark.parametrize(
    "page",
    [
        Reply(b"<html>gateway</html>", headers={"Content-Type": "text/html"}),
        Reply(b'{"choices": [', headers={"Content-Type": "application/json"}),
    ],
    ids=["html", "half json"],
)
def test_an_answer_that_is_no_json_is_repeated(page: Reply) -> None:
    with ScriptedServer(page, completion(GOOD)) as server:
        answer = ask(server.base_url)
    assert answer.value == GOOD_ROW
    assert answer.usage.calls == 2


def test_an_endpoint_that_keeps_failing_is_given_up() -> None:
    with ScriptedServer(failure(502)) as server:
        answer = ask(server.base_url)
    assert isinstance(answer.error, ModelUnreachable)
    assert answer.value is None
    assert "HTTP 502" in str(answer.error)
    assert len(server.received) == 3
    assert answer.usage == TokenUsage(calls=3, failed_calls=3)


def test_a_dead_endpoint_is_an_answer_with_an_error() -> None:
    with ScriptedServer(completion(GOOD)) as server:
        address = server.base_url
    answer = ask(address)
    assert isinstance(answer.error, ModelUnreachable)
    assert answer.usage.calls == 3


def test_the_deadline_bounds_all_attempts_together() -> None:
    limited = failure(429, headers={"Retry-After": "0.3"})
    with ScriptedServer(limited) as server:
        started = time.monotonic()
        answer = ask(server.base_url, deadline=0.9, transport_attempts=100)
        elapsed = time.monotonic() - started
    assert isinstance(answer.error, DeadlineExceeded)
    assert elapsed < 3.0
    assert 1 < answer.usage.calls < 6
    assert answer.usage.failed_calls == answer.usage.calls


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (failure(400, code="context_length_exceeded"), ContextTooLong),
        (failure(400, type="exceed_context_size_error", code=400, n_ctx=4096), ContextTooLong),
        (failure(400, "This model's maximum context length is 4096 tokens"), ContextTooLong),
        (failure(413), ContextTooLong),
        (failure(400, "unknown field"), ModelRejected),
        (failure(401, "no such key"), EndpointRefused),
        (failure(403), EndpointRefused),
        (failure(404, "no such model"), EndpointRefused),
        (failure(422), ModelRejected),
        (failure(429, code="insufficient_quota"), EndpointRefused),
    ],
)
def test_a_rejection_is_final(reply: Reply, expected: type[ModelError]) -> None:
    with ScriptedServer(reply) as server:
        answer = ask(server.base_url)
    assert type(answer.error) is expected
    assert len(server.received) == 1
    assert answer.usage == TokenUsage(calls=1, failed_calls=1)


def test_a_long_rejection_is_shortened() -> None:
    with ScriptedServer(failure(400, "filler " * 500)) as server:
        answer = ask(server.base_url)
    assert str(answer.error).startswith("HTTP 400: filler filler")
    assert len(str(answer.error)) < 250


def test_parameters_an_endpoint_rejects_are_phrased_its_way_from_then_on() -> None:
    with ScriptedServer(
        failure(400, code="unsupported_parameter", param="max_tokens"),
        failure(400, code="unsupported_value", param="temperature"),
        completion(GOOD),
    ) as server:
        model = language_model(server.base_url, concurrency=1)
        first, second = ask_all(model, question(), question(max_tokens=77))
    assert first.value == second.value == GOOD_ROW
    assert [request.body.get("max_tokens") for request in server.received] == [4096, None, None, None]
    assert [request.body.get("max_completion_tokens") for request in server.received] == [
        None,
        4096,
        4096,
        77,
    ]
    assert ["temperature" in request.body for request in server.received] == [True, True, False, False]
    assert first.usage.calls == 3 and second.usage.calls == 1


def test_an_error_keeps_nothing_else_alive() -> None:
    with ScriptedServer(failure(400)) as server:
        error = ask(server.base_url).error
    assert error is not None
    assert error.__traceback__ is None and error.__cause__ is None and error.__context__ is None
