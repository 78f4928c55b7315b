"""What is sent, and what is made of the answers, over real HTTP."""

import asyncio
import json
import time

import pytest
from pydantic import BaseModel, field_validator

from gkllm.errors import AnswerEmpty, AnswerInvalid, AnswerRefused, AnswerTruncated, DeadlineExceeded
from gkllm.llm import Message, TokenUsage
from tests.llm.asking import GOOD, GOOD_ROW, MESSAGES, Row, ask, ask_all, language_model, question
from tests.wire.scripted import HANG, Reply, ScriptedServer, completion


def test_the_request_is_exactly_the_prompt_and_the_schema() -> None:
    with ScriptedServer(completion(GOOD)) as server:
        answer = ask(server.base_url, api_key="a-key-for-the-header", temperature=0.25, max_tokens=321)
    (received,) = server.received
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == "Bearer a-key-for-the-header"
    assert received.body == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": "Copy {{ what }} is printed."},
            {"role": "user", "content": "予以公开\t3\t　"},
        ],
        "temperature": 0.25,
        "max_tokens": 321,
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "Row",
                "strict": True,
                "schema": {
                    "title": "Row",
                    "description": "A table row, as the model is to copy it.",
                    "type": "object",
                    "properties": {
                        "label": {"title": "Label", "type": "string"},
                        "cells": {"title": "Cells", "type": "array", "items": {"type": "string"}},
                    },
                    "required": ["label", "cells"],
                    "additionalProperties": False,
                },
            },
        },
    }
    assert answer.request == MESSAGES
    assert answer.finish_reason == "stop"
    assert answer.text == GOOD
    assert type(answer.value) is Row


def test_an_invalid_answer_is_asked_again_with_its_flaws() -> None:
    bad = '{"label": "予以公开", "cells": 3}'
    with ScriptedServer(completion(bad, tokens=(100, 7)), completion(GOOD, tokens=(150, 8))) as server:
        answer = ask(server.base_url)
    first, second = (request.body for request in server.received)
    assert answer.value == GOOD_ROW
    assert second["messages"][:2] == first["messages"]
    assert second["messages"][2] == {"role": "assistant", "content": bad}
    assert second["messages"][3]["role"] == "user"
    assert "cells" in second["messages"][3]["content"]
    assert len(second["messages"]) == 4
    assert {**second, "messages": None} == {**first, "messages": None}
    assert answer.request[:2] == MESSAGES and len(answer.request) == 4
    # Each attempt is counted once, although instructor reports running totals.
    assert answer.usage == TokenUsage(calls=2, failed_calls=1, prompt_tokens=250, completion_tokens=15)


@pytest.mark.parametrize("reasks", [0, 2])
def test_reasks_are_bounded(reasks: int) -> None:
    with ScriptedServer(completion('{"label": ')) as server:
        answer = ask(server.base_url, reasks=reasks)
    assert isinstance(answer.error, AnswerInvalid)
    assert answer.value is None
    assert answer.text == '{"label": '
    assert len(server.received) == reasks + 1
    assert answer.usage == TokenUsage(
        calls=reasks + 1,
        failed_calls=reasks + 1,
        prompt_tokens=10 * (reasks + 1),
        completion_tokens=5 * (reasks + 1),
    )


def test_the_error_of_an_invalid_answer_names_the_flaw_but_does_not_quote_the_answer() -> None:
    marker = "whole-completion-text"
    with ScriptedServer(completion(json.dumps({"label": [marker], "cells": []}))) as server:
        answer = ask(server.base_url)
    assert "label" in str(answer.error)
    assert marker not in str(answer.error)


@pytest.mark.parametrize(
    ("reply", "expected", "text"),
    [
        (completion(GOOD[:20], finish_reason="length"), AnswerTruncated, GOOD[:20]),
        (completion("<think>so", finish_reason="length"), AnswerTruncated, "<think>so"),
        (completion(None, refusal="I would rather not."), AnswerRefused, ""),
        (completion("", finish_reason="content_filter"), AnswerRefused, ""),
        (completion(""), AnswerEmpty, ""),
        (completion(None), AnswerEmpty, ""),
        (completion("<think>all of it</think>\n"), AnswerEmpty, "<think>all of it</think>\n"),
        (Reply({"id": "x", "object": "chat.completion", "choices": []}), AnswerEmpty, ""),
        (Reply({"error": {"message": "upstream failed", "code": 502}}), AnswerEmpty, ""),
    ],
)
def test_an_unusable_answer_is_not_asked_again(reply: Reply, expected: type[Exception], text: str) -> None:
    with ScriptedServer(reply) as server:
        answer = ask(server.base_url, reasks=3)
    assert type(answer.error) is expected
    assert answer.value is None
    assert answer.text == text
    assert len(server.received) == 1
    assert answer.usage.failed_calls == 1


@pytest.mark.parametrize(
    "text",
    [f"<think>3? no: {{}}</think>\n\n{GOOD}", f"```json\n{GOOD}\n```", f"thought</think>```\n{GOOD}\n```\n"],
)
def test_thoughts_and_fences_around_the_answer_are_tolerated(text: str) -> None:
    with ScriptedServer(completion(text)) as server:
        answer = ask(server.base_url)
    assert answer.value == GOOD_ROW
    assert answer.text == text
    assert len(server.received) == 1


def test_thoughts_are_not_repeated_in_a_reask() -> None:
    with ScriptedServer(completion('<think>long</think>{"label": 1}'), completion(GOOD)) as server:
        ask(server.base_url)
    assert server.received[1].body["messages"][2] == {"role": "assistant", "content": '{"label": 1}'}


def test_a_reask_that_hangs_ends_at_the_deadline_with_what_is_known() -> None:
    with ScriptedServer(completion("{}"), HANG) as server:
        started = time.monotonic()
        answer = ask(server.base_url, deadline=0.8)
        elapsed = time.monotonic() - started
    assert elapsed < 3.0
    assert isinstance(answer.error, DeadlineExceeded)
    assert answer.usage == TokenUsage(calls=2, failed_calls=2, prompt_tokens=10, completion_tokens=5)


def test_a_validator_that_crashes_is_a_defect_and_is_raised() -> None:
    class Crashing(BaseModel):
        label: str

        @field_validator("label")
        @classmethod
        def crash(cls, label: str) -> str:
            return label[1000]

    with ScriptedServer(completion('{"label": "x"}')) as server:
        model = language_model(server.base_url)
        with pytest.raises(Exception, match="string index out of range"):
            ask_all(model, question(response_model=Crashing))


def test_requests_under_way_are_bounded() -> None:
    with ScriptedServer(completion(GOOD, delay=0.1)) as server:
        model = language_model(server.base_url, concurrency=3)
        answers = ask_all(model, *(question(part=str(number)) for number in range(9)))
    assert [answer.value for answer in answers] == [GOOD_ROW] * 9
    assert server.most_at_once == 3


def test_waiting_for_a_turn_costs_no_time_of_the_deadline() -> None:
    with ScriptedServer(completion(GOOD, delay=0.3)) as server:
        model = language_model(server.base_url, concurrency=1, deadline=0.9)
        answers = ask_all(model, *(question(part=str(number)) for number in range(4)))
    assert [answer.error for answer in answers] == [None] * 4


def test_a_model_can_be_asked_again_after_closing_and_in_another_loop() -> None:
    with ScriptedServer(completion(GOOD)) as server:
        model = language_model(server.base_url, concurrency=1)
        first = ask_all(model, question(), question())
        second = ask_all(model, question(), question())
    assert [answer.value for answer in first + second] == [GOOD_ROW] * 4


def test_a_cancelled_question_frees_its_place() -> None:
    async def run(base_url: str) -> object:
        model = language_model(base_url, concurrency=1)
        impatient = asyncio.create_task(model.ask(question()))
        await asyncio.sleep(0.3)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        answer = await model.ask(question())
        await model.aclose()
        return answer.value

    with ScriptedServer(HANG, completion(GOOD)) as server:
        assert asyncio.run(run(server.base_url)) == GOOD_ROW


def test_examples_go_on_the_wire_as_turns_of_their_own() -> None:
    turns = (
        Message("system", "s"),
        Message("user", "u1"),
        Message("user", "u2"),
        Message("assistant", "a"),
        Message("user", "u3"),
    )
    with ScriptedServer(completion(GOOD)) as server:
        ask_all(language_model(server.base_url), question(messages=turns))
    assert [(m["role"], m["content"]) for m in server.received[0].body["messages"]] == [
        (turn.role, turn.content) for turn in turns
    ]
