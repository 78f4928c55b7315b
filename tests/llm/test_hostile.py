"""Answers that no endpoint should give. Each is an answer or a failure of the question, never an exception."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from gkllm.errors import ModelError
from tests.llm.asking import GOOD, GOOD_ROW, ask
from tests.wire.scripted import Reply, ScriptedServer, completion, failure

FOUND = "found"
FAILED = "failed"


def with_message(message: Any) -> Reply:
    return Reply({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


def with_usage(usage: Any) -> Reply:
    reply = completion(GOOD)
    reply.body["usage"] = usage
    return reply


def with_choices(choices: Any) -> Reply:
    return Reply({"choices": choices})


def raw(text: str | bytes, status: int = 200, **headers: str) -> Reply:
    content = text if isinstance(text, bytes) else text.encode()
    return Reply(
        content, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def finish(reason: Any) -> Reply:
    reply = completion(GOOD)
    reply.body["choices"][0]["finish_reason"] = reason
    return reply


SURROGATE = json.dumps(completion(GOOD.replace("予", "X")).body).replace("X", r"\ud800")
DEEP = "[" * 100_000

MODES: dict[str, tuple[Callable[[], Reply], str]] = {
    "choices null": (lambda: with_choices(None), FAILED),
    "choices a string": (lambda: with_choices("abc"), FAILED),
    "choices an object": (lambda: with_choices({"0": 1}), FAILED),
    "choices empty": (lambda: with_choices([]), FAILED),
    "a choice null": (lambda: with_choices([None]), FAILED),
    "a choice empty": (lambda: with_choices([{}]), FAILED),
    "message null": (lambda: with_message(None), FAILED),
    "message a string": (lambda: with_message(GOOD), FAILED),
    "content missing": (lambda: with_message({"role": "assistant"}), FAILED),
    "content null": (lambda: with_message({"content": None}), FAILED),
    "content a number": (lambda: with_message({"content": 5}), FAILED),
    "content true": (lambda: with_message({"content": True}), FAILED),
    "content an object": (lambda: with_message({"content": json.loads(GOOD)}), FOUND),
    "content in parts": (lambda: with_message({"content": [{"type": "text", "text": GOOD}]}), FOUND),
    "content in parts of strings": (lambda: with_message({"content": [GOOD[:9], GOOD[9:]]}), FOUND),
    "content in parts of nothing": (lambda: with_message({"content": [None, 1, {"type": "x"}]}), FAILED),
    "a tool call": (lambda: with_message({"content": None, "tool_calls": [{"id": 1}]}), FAILED),
    "refused": (lambda: with_message({"content": GOOD, "refusal": "no"}), FAILED),
    "usage null": (lambda: with_usage(None), FOUND),
    "usage empty": (lambda: with_usage({}), FOUND),
    "usage a list": (lambda: with_usage([1]), FOUND),
    "tokens null": (lambda: with_usage({"prompt_tokens": None, "completion_tokens": None}), FOUND),
    "tokens fractions": (lambda: with_usage({"prompt_tokens": 12.5, "completion_tokens": 3.0}), FOUND),
    "tokens strings": (lambda: with_usage({"prompt_tokens": "12", "completion_tokens": "x"}), FOUND),
    "tokens negative": (lambda: with_usage({"prompt_tokens": -5, "completion_tokens": -1}), FOUND),
    "tokens beyond numbers": (lambda: with_usage({"prompt_tokens": 10**400}), FOUND),
    "no id, no model": (lambda: Reply({"choices": completion(GOOD).body["choices"]}), FOUND),
    "finish null": (lambda: finish(None), FOUND),
    "finish unheard of": (lambda: finish("eos"), FOUND),
    "finish a list": (lambda: finish(["stop"]), FOUND),
    "finish half a character": (lambda: raw(json.dumps(finish("\ud800").body)), FOUND),
    "half a character in the answer": (lambda: raw(SURROGATE), "any"),
    "half a character as a key": (lambda: completion('{"\\ud800": ["\\ud800"]}'), FAILED),
    "a list for an answer": (lambda: raw("[1, 2]"), FAILED),
    "a string for an answer": (lambda: raw('"hello"'), FAILED),
    "null for an answer": (lambda: raw("null"), FAILED),
    "a number for an answer": (lambda: raw("5"), FAILED),
    "nothing for an answer": (lambda: raw(""), FAILED),
    "an error under 200": (lambda: Reply({"error": {"message": "overloaded"}}), FAILED),
    "an error that is a string": (lambda: Reply({"error": "bad"}, status=400), FAILED),
    "an error that is null": (lambda: Reply({"error": None}, status=400), FAILED),
    "errors in a list": (lambda: Reply([{"error": "bad"}], status=400), FAILED),
    "an error of odd types": (
        lambda: failure(400, code=["a"], type={"a": 1}, param={"z": 1}),
        FAILED,
    ),
    "an error whose message is an object": (
        lambda: Reply({"error": {"message": {"a": 1}, "code": 7}}, status=400),
        FAILED,
    ),
    "an error with control characters": (lambda: failure(400, "\x1b[31mred\x1b]0;t\x07\r\nline"), FAILED),
    "an error nested without end": (lambda: raw(DEEP, status=400), FAILED),
    "an error of megabytes": (lambda: failure(400, "x" * 5_000_000), FAILED),
    "GBK": (lambda: raw('{"error":"服务器繁忙"}'.encode("gb18030")), FAILED),
    "GBK under 500": (lambda: raw('{"error":"服务器繁忙"}'.encode("gb18030"), status=500), FAILED),
    "half of the JSON": (lambda: raw(json.dumps(completion(GOOD).body)[:60]), FAILED),
    "an envelope nested without end": (lambda: raw(DEEP), FAILED),
    "an answer nested without end": (lambda: completion(DEEP), FAILED),
    "an object nested without end": (lambda: completion('{"a":' * 50_000 + "1" + "}" * 50_000), FAILED),
    "NaN": (lambda: completion('{"label": NaN, "cells": Infinity}'), FAILED),
    "a number without end": (lambda: completion('{"label": ' + "1" * 5000 + "}"), FAILED),
    "blanks without end": (lambda: completion(GOOD + " " * 1_000_000), FOUND),
    "megabytes": (lambda: completion('{"label":"' + "x" * 6_000_000 + '"}'), FAILED),
    "fences without end": (lambda: completion("```" * 500_000), FAILED),
    "braces without end": (lambda: completion("{" * 500_000), FAILED),
    "a bomb": (lambda: raw(gzip.compress(b" " * 40_000_000), Content_Encoding="gzip"), FAILED),
    "compressed unasked": (
        lambda: raw(gzip.compress(json.dumps(completion(GOOD).body).encode()), Content_Encoding="gzip"),
        FOUND,
    ),
    "not compressed, it says": (lambda: raw(b"notgzip" * 9, Content_Encoding="gzip"), FAILED),
    "a login page": (lambda: raw("<html>login</html>", Content_Type="text/html"), FAILED),
    "a login page as JSON": (lambda: raw("<html>login</html>"), FAILED),
    "a stream of events": (
        lambda: raw('data: {"choices": []}\n\ndata: [DONE]\n\n', Content_Type="text/event-stream"),
        FAILED,
    ),
    "a redirection to nowhere": (lambda: Reply(b"", status=307), FAILED),
    "a redirection to a file": (
        lambda: Reply(b"", status=307, headers={"Location": "file:///etc/x"}),
        FAILED,
    ),
    "a redirection to no address": (
        lambda: Reply(b"", status=307, headers={"Location": "http://[::x"}),
        FAILED,
    ),
    "a teapot": (lambda: Reply(b"", status=418), FAILED),
    "a status of its own": (lambda: Reply(b"", status=599), FAILED),
    "fenced": (lambda: completion(f"好的：\n```json\n{GOOD}\n```\n以上。"), FOUND),
    "in prose": (lambda: completion(f"结果如下：{GOOD}。以上。"), FOUND),
    "after a thought": (lambda: completion(f'<think>{{"label": 1}}</think>{GOOD}'), FOUND),
    "in a thought without end": (lambda: completion(f"<think>\n嗯 {GOOD}"), FOUND),
    "wrapped": (lambda: completion(f'{{"result": {GOOD}}}'), FOUND),
    "in a list": (lambda: completion(f"[{GOOD}]"), FOUND),
    "numbers for strings": (lambda: completion('{"label": "予以公开", "cells": [3, null]}'), FOUND),
    "a key more": (lambda: completion(GOOD[:-1] + ', "note": 1}'), FOUND),
    "other keys": (lambda: completion('{"甲": 1}'), FAILED),
    "keys that contradict each other": (lambda: completion(GOOD[:-1] + ', "label": "x"}'), FAILED),
}


@pytest.mark.parametrize("mode", MODES)
def test_it_is_an_answer_or_a_failure_of_the_question(mode: str) -> None:
    make, expected = MODES[mode]
    with ScriptedServer(make()) as server:
        answer = ask(server.base_url, transport_attempts=2, request_timeout=8.0, reasks=1)
    assert (answer.error is None) == (answer.value is not None)
    if expected == FOUND:
        assert answer.value == GOOD_ROW
    elif expected == FAILED:
        assert isinstance(answer.error, ModelError)
    assert answer.usage.prompt_tokens >= 0 and answer.usage.completion_tokens >= 0
    assert len(server.received) <= 6
    # Whatever came, it can be written down.
    (answer.text + str(answer.error) + str(answer.finish_reason)).encode()
