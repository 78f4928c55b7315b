"""Endpoints as they are: what each refuses and how it words that, and what goes over the wire then.

The refusals are worded as the endpoints' documentation and issues show them; docs/endpoints.md names the sources.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gkllm.errors import AnswerEmpty, ContextTooLong, ModelRejected
from gkllm.llm import AnswerCache
from tests.llm.asking import GOOD, GOOD_ROW, ask, ask_all, language_model, question
from tests.wire.scripted import Received, Reply, ScriptedServer, completion, failure

Body = dict[str, Any]


class Endpoint(ScriptedServer):
    """Refuses what `refusal` says of a request's body, and answers the rest."""

    def __init__(self, refusal: Callable[[Body], Reply | None], answer: Reply | None = None) -> None:
        super().__init__()
        self._refusal = refusal
        self._answer = answer or completion(GOOD)

    def reply_to(self, received: Received) -> Reply:
        return self._refusal(received.body) or self._answer


def form(body: Body) -> str:
    return str((body.get("response_format") or {}).get("type", "text"))


def text_of(body: Body) -> str:
    return str(body["messages"][-1]["content"])


def openai_reasoning(body: Body) -> Reply | None:
    if "max_tokens" in body:
        said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
        return failure(400, said, code="unsupported_parameter", param="max_tokens")
    if "temperature" in body:
        said = "Unsupported value: 'temperature' does not support 0 with this model."
        return failure(400, said, code="unsupported_value", param="temperature")
    return None


def dashscope(body: Body) -> Reply | None:
    """A Qwen3 without structured output: thinking must be off, and JSON mode wants the word."""
    if body.get("enable_thinking") is not False:
        said = "parameter.enable_thinking must be set to false for non-streaming calls"
        return failure(400, said, code="invalid_parameter_error", type="invalid_request_error")
    if form(body) == "json_schema":
        said = "'response_format.type' Invalid value: 'json_schema'. Supported values are: 'text' and 'json_object'."
        return failure(400, said, code="invalid_parameter_error")
    if form(body) == "json_object" and "json" not in json.dumps(body["messages"]).lower():
        said = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        return failure(400, said, code="invalid_parameter_error")
    return None


def deepseek(body: Body) -> Reply | None:
    if form(body) == "json_schema":
        said = "This response_format type is unavailable now"
        return failure(400, said, code="invalid_request_error", type="invalid_request_error", param=None)
    return None


def glm(body: Body) -> Reply | None:
    """GLM names no parameter, and knows only `max_tokens`."""
    if form(body) == "json_schema" or "max_completion_tokens" in body:
        return failure(400, "API 调用参数有误，请检查文档。", code="1210")
    return None


def kimi(body: Body) -> Reply | None:
    """Without code or param."""
    if "temperature" in body:
        said = "invalid temperature: only 1 is allowed for this model"
        return failure(400, said, type="invalid_request_error")
    return None


def ark_code_model(body: Body) -> Reply | None:
    if form(body) != "text":
        said = (
            "The parameter `response_format.type` specified in the request are not valid: "
            f"`{form(body)}` is not supported by this model."
        )
        return failure(400, said, code="InvalidParameter", param="response_format.type", type="BadRequest")
    return None


def siliconflow(body: Body) -> Reply | None:
    """An error that is not wrapped as OpenAI's is."""
    if form(body) == "json_schema":
        said = {"code": 20024, "message": "Json schema mode is not supported for this model.", "data": None}
        return Reply(said, status=400)
    return None


def lm_studio(body: Body) -> Reply | None:
    if form(body) == "json_object":
        return Reply({"error": "'response_format.type' must be 'json_schema' or 'text'"}, status=400)
    return None


def pydantic_server(body: Body) -> Reply | None:
    """A server that validates requests with pydantic, as vLLM's and its kin do."""
    if form(body) == "json_schema":
        flaw = {"loc": ["body", "response_format", "type"], "msg": "Input should be 'text' or 'json_object'"}
        return Reply({"detail": [flaw]}, status=422)
    return None


def older_strict(body: Body) -> Reply | None:
    if "maxLength" in json.dumps(body.get("response_format")):
        said = "Invalid schema for response_format 'Row': In context=(), 'maxLength' is not permitted."
        return failure(400, said, type="invalid_request_error", param="response_format")
    return None


def anything(body: Body) -> Reply | None:
    return None


@pytest.mark.parametrize(
    ("refusal", "forms", "left_out"),
    [
        pytest.param(anything, ["json_schema"], (), id="Ollama, vLLM, llama.cpp, OpenAI"),
        pytest.param(
            openai_reasoning, ["json_schema"] * 3, ("max_tokens", "temperature"), id="OpenAI reasoning"
        ),
        pytest.param(dashscope, ["json_schema", "json_schema", "json_object"], (), id="DashScope"),
        pytest.param(deepseek, ["json_schema", "json_object"], (), id="DeepSeek"),
        pytest.param(glm, ["json_schema", "json_object"], (), id="GLM"),
        pytest.param(kimi, ["json_schema"] * 2, ("temperature",), id="Kimi"),
        pytest.param(ark_code_model, ["json_schema", "json_object", "text"], (), id="Ark"),
        pytest.param(siliconflow, ["json_schema", "json_object"], (), id="SiliconFlow"),
        pytest.param(lm_studio, ["json_schema"], (), id="LM Studio"),
        pytest.param(pydantic_server, ["json_schema", "json_object"], (), id="validating server"),
    ],
)
def test_an_endpoint_is_learnt_once_and_remembered(
    refusal: Callable[[Body], Reply | None], forms: list[str], left_out: tuple[str, ...], tmp_path: Path
) -> None:
    with Endpoint(refusal) as server:
        model = language_model(server.base_url, cache=AnswerCache(tmp_path), concurrency=1)
        answers = ask_all(model, question(), question(sample=1))
        again = language_model(server.base_url, cache=AnswerCache(tmp_path))
        answers += ask_all(again, question(sample=2))
    bodies = [received.body for received in server.received]
    assert [answer.value for answer in answers] == [GOOD_ROW] * 3
    assert [answer.usage.calls for answer in answers] == [len(forms), 1, 1]
    assert [form(body) for body in bodies] == [*forms, forms[-1], forms[-1]]
    for body in bodies[len(forms) - 1 :]:
        assert not body.keys() & set(left_out)
        asked_in_words = "JSON Schema" in text_of(body)
        assert asked_in_words == (form(body) != "json_schema")
    assert bodies[-1].get("enable_thinking") == (False if refusal is dashscope else None)


def test_where_the_schema_is_not_enforced_it_stands_in_the_prompt_after_everything_else() -> None:
    with Endpoint(deepseek) as server:
        answer = ask(server.base_url)
    first, second = (received.body for received in server.received)
    assert second["messages"][0] == first["messages"][0]
    told = text_of(second).removeprefix(text_of(first))
    assert told.startswith("\n\n只回答一个 JSON 对象")
    assert json.loads(told[told.index("{") :]) == {
        "type": "object",
        "properties": {"label": {"type": "string"}, "cells": {"type": "array", "items": {"type": "string"}}},
    }
    assert [turn.content for turn in answer.request] == [turn["content"] for turn in second["messages"]]


def test_bounds_that_a_strict_decoder_does_not_know_are_left_out_of_the_schema() -> None:
    from typing import Annotated

    from pydantic import Field, create_model

    bounded: type[Any] = create_model("Row", label=(Annotated[str, Field(max_length=9)], ...))
    with Endpoint(older_strict, completion('{"label": "x"}')) as server:
        (answer,) = ask_all(language_model(server.base_url), question(response_model=bounded))
    assert answer.value is not None
    schema = server.received[1].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"] == {"label": {"title": "Label", "type": "string"}}
    assert schema["required"] == ["label"] and schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (failure(400, "No models loaded. Please load a model in the developer page."), ModelRejected),
        (
            failure(400, "Input data may contain inappropriate content.", code="data_inspection_failed"),
            ModelRejected,
        ),
        (
            failure(400, "This model's maximum context length is 4096 tokens, max_tokens included."),
            ContextTooLong,
        ),
        (failure(400, code="unsupported_parameter", param="top_k"), ModelRejected),
    ],
)
def test_a_refusal_that_is_about_something_else_teaches_nothing(reply: Reply, kind: type[Exception]) -> None:
    with ScriptedServer(reply) as server:
        model = language_model(server.base_url)
        (answer,) = ask_all(model, question())
    assert type(answer.error) is kind
    assert len(server.received) == 1


def test_an_endpoint_that_refuses_everything_it_is_offered_is_not_asked_for_ever() -> None:
    def never(body: Body) -> Reply:
        return failure(400, f"parameter {', '.join(sorted(body))} not supported")

    with Endpoint(never) as server:
        answer = ask(server.base_url)
    assert isinstance(answer.error, ModelRejected)
    assert len(server.received) < 8


def test_what_only_led_to_a_refusal_is_not_remembered(tmp_path: Path) -> None:
    with Endpoint(lambda body: failure(400, "response_format: no")) as server:
        ask(server.base_url, cache=AnswerCache(tmp_path))
    assert list(tmp_path.rglob("*.json")) == []


def test_a_schema_that_is_ignored_is_put_into_the_prompt() -> None:
    """Some endpoints take json_schema and decode as they like."""
    with ScriptedServer(completion('{"行": "予以公开"}'), completion(GOOD)) as server:
        model = language_model(server.base_url, concurrency=1)
        first, second = ask_all(model, question(), question(sample=1))
    assert first.value == second.value == GOOD_ROW
    assert [form(received.body) for received in server.received] == [
        "json_schema",
        "json_object",
        "json_object",
    ]


def test_extra_parameters_go_into_every_request_until_refused() -> None:
    thinking_off = {"enable_thinking": False, "thinking": {"type": "disabled"}}
    with ScriptedServer(
        completion(GOOD),
        failure(400, "Unrecognized request argument supplied: enable_thinking"),
        completion(GOOD),
    ) as server:
        model = language_model(server.base_url, extra_body=thinking_off, concurrency=1)
        ask_all(model, question(), question(sample=1))
    bodies = [received.body for received in server.received]
    assert bodies[0]["enable_thinking"] is False and bodies[0]["thinking"] == {"type": "disabled"}
    assert "enable_thinking" not in bodies[2] and bodies[2]["thinking"] == {"type": "disabled"}


def _beside(content: str | None, **message: Any) -> Reply:
    reply = completion(content)
    reply.body["choices"][0]["message"].update(message)
    return reply


def test_an_answer_in_the_place_of_thoughts_is_read() -> None:
    """vLLM with a reasoning parser and thinking off: all is taken for thoughts, and the content is null."""
    with ScriptedServer(_beside(None, reasoning_content=f"\n{GOOD}")) as server:
        assert ask(server.base_url).value == GOOD_ROW


def test_thoughts_beside_an_answer_are_no_part_of_it() -> None:
    with ScriptedServer(_beside(GOOD, reasoning_content='{"label": "x", "cells": []}')) as server:
        assert ask(server.base_url).value == GOOD_ROW


def test_a_budget_that_went_into_thoughts_is_no_cut_answer() -> None:
    reply = _beside("", reasoning_content='maybe {"label":')
    reply.body["choices"][0]["finish_reason"] = "length"
    with ScriptedServer(reply) as server:
        answer = ask(server.base_url)
    assert isinstance(answer.error, AnswerEmpty) and "extra_body" in str(answer.error)
    assert len(server.received) == 1


def test_numbers_and_null_are_taken_for_strings() -> None:
    with ScriptedServer(completion('{"label": 7, "cells": [3, null, 1.50]}')) as server:
        answer = ask(server.base_url)
    assert answer.value is not None and answer.value.model_dump() == {
        "label": "7",
        "cells": ["3", "", "1.50"],
    }
    assert answer.text == '{"label": 7, "cells": [3, null, 1.50]}'
