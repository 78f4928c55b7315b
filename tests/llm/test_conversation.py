"""What is sent, and what is made of the answers, over real HTTP."""

import asyncio
import json
import time
from collections.abc import Collection
from typing import Any

import pytest
from pydantic import BaseModel, create_model, field_validator

from gkllm.errors import AnswerEmpty, AnswerInvalid, AnswerRefused, AnswerTruncated, DeadlineExceeded
from gkllm.llm import Message, Question, TokenUsage
from gkllm.llm.fitting import narrowed
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


def test_only_what_does_not_fit_is_asked_again() -> None:
    bad = '{"label": "予以公开", "cells": 3}'
    rest = completion('{"cells": ["3", ""]}', tokens=(150, 8))
    with ScriptedServer(completion(bad, tokens=(100, 7)), rest) as server:
        answer = ask(server.base_url)
    first, second = (request.body for request in server.received)
    assert answer.value == GOOD_ROW
    assert answer.text == GOOD
    assert second["messages"][0] == first["messages"][0]
    assert second["messages"][1] == {
        "role": "user",
        "content": '予以公开\t3\t\u3000\n\n只回答这些键：["cells"]',
    }
    schema = second["response_format"]["json_schema"]["schema"]
    assert schema["required"] == list(schema["properties"]) == ["cells"]
    assert answer.request == tuple(Message(m["role"], m["content"]) for m in second["messages"])
    assert answer.usage == TokenUsage(calls=2, failed_calls=1, prompt_tokens=250, completion_tokens=15)


def test_who_asks_may_know_a_shorter_question() -> None:
    asked: list[list[str]] = []

    def about(names: Collection[str]) -> Question[Any]:
        asked.append(list(names))
        narrower: type[Any] = narrowed(Row, names)
        return question(messages=(Message("user", "cells?"),), response_model=narrower)

    with ScriptedServer(completion('{"label": "予以公开"}'), completion('{"cells": [3, null]}')) as server:
        (answer,) = ask_all(language_model(server.base_url), question(about=about))
    assert asked == [["cells"]]
    assert server.received[1].body["messages"] == [{"role": "user", "content": "cells?"}]
    assert answer.value == GOOD_ROW


def test_a_reask_is_no_longer_than_the_question_however_much_was_wrong() -> None:
    fields: dict[str, Any] = {f"第{number}行": (list[int], ...) for number in range(175)}
    many: type[Any] = create_model("Many", **fields)
    wrong = json.dumps({name: ["x"] * 7 for name in fields} | {"第0行": [1]}, ensure_ascii=False)
    with ScriptedServer(completion(wrong)) as server:
        ask_all(language_model(server.base_url), question(response_model=many))
    first, second = (len(json.dumps(request.body)) for request in server.received)
    assert second < 1.2 * first


def test_items_that_do_not_fit_are_dropped_from_a_list_of_any_length() -> None:
    class Told(BaseModel):
        said: list[Row]

    mixed = f'{{"said": [{GOOD}, {{"label": "x"}}, {GOOD}]}}'
    told: type[Any] = Told
    with ScriptedServer(completion(mixed)) as server:
        (answer,) = ask_all(language_model(server.base_url), question(response_model=told))
    assert answer.value is not None and answer.value.model_dump() == {"said": [GOOD_ROW.model_dump()] * 2}
    assert len(server.received) == 1


@pytest.mark.parametrize("reasks", [0, 2])
def test_reasks_are_bounded(reasks: int) -> None:
    with ScriptedServer(completion('{"label": "x", "cells": 3}')) as server:
        answer = ask(server.base_url, reasks=reasks)
    assert isinstance(answer.error, AnswerInvalid)
    assert answer.value is None
    assert json.loads(answer.text)["label"] == "x"
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
        (completion("<think>so {", finish_reason="length"), AnswerEmpty, "<think>so {"),
        (completion(None, finish_reason="length"), AnswerEmpty, ""),
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


def test_a_reask_that_hangs_ends_at_the_deadline_with_what_is_known() -> None:
    with ScriptedServer(completion('{"label": "x"}'), HANG) as server:
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
