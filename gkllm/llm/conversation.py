"""One question to an endpoint: instructor's reasks around the transport's attempts, under one deadline.

This module imports openai and instructor; it is loaded with the first question.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Generic, cast

import instructor
from instructor.core import InstructorRetryException
from openai.types.chat import ChatCompletion
from pydantic import ValidationError

from gkllm.errors import (
    AnswerEmpty,
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    DeadlineExceeded,
    ModelError,
)
from gkllm.llm.completion_text import json_text
from gkllm.llm.question import Answer, Message, Question, ResponseT, TokenUsage
from gkllm.llm.schema import response_format
from gkllm.llm.transport import Transport
from gkllm.settings import ModelSettings

# instructor logs every failed attempt as an error, which Python prints to standard error where nobody
# configured logging. Failures are values here, and the caller decides what to show.
logging.getLogger("instructor").addHandler(logging.NullHandler())

_REASON_LENGTH = 160


class Conversation(Generic[ResponseT]):
    """The attempts at one question. Holds what they cost and what the last one gave; used once."""

    def __init__(
        self, transport: Transport, settings: ModelSettings, model: str, question: Question[ResponseT]
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._model = model
        self._question = question
        self._response_format = response_format(question.response_model)
        self._deadline = 0.0
        self._calls = 0
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._text = ""
        self._finish_reason: str | None = None
        self._request = question.messages

    async def run(self) -> Answer[ResponseT]:
        """Ask until an answer fits, the attempts are used up or the deadline passes. Raises no ModelError."""
        self._deadline = asyncio.get_running_loop().time() + self._settings.deadline
        value: ResponseT | None = None
        error: ModelError | None = None
        try:
            async with asyncio.timeout(self._settings.deadline):
                await self._ask_until_valid()
            # instructor validates with a class of its own making; the caller gets the one it named.
            value = self._question.response_model.model_validate_json(json_text(self._text), strict=True)
        except TimeoutError:
            error = DeadlineExceeded(f"no usable answer within {self._settings.deadline:g} s")
        except InstructorRetryException as exhausted:
            error = _model_error(exhausted.__cause__)
            if error is None:
                raise
        if error is not None:
            # An answer outlives its question: it must not keep frames, requests and headers alive.
            error.__traceback__ = error.__context__ = error.__cause__ = None
        return Answer(
            value=value,
            text=self._text,
            usage=self._usage(succeeded=error is None),
            finish_reason=self._finish_reason,
            error=error,
            request=self._request,
        )

    async def _ask_until_valid(self) -> None:
        patched = instructor.patch(create=self._complete, mode=instructor.Mode.JSON_SCHEMA)
        # The SDK-shaped overloads of patch describe no plain coroutine function.
        ask = cast("Callable[..., Awaitable[object]]", patched)
        limit = self._question.max_tokens
        await ask(
            response_model=self._question.response_model,
            max_retries=self._settings.reasks,
            model=self._model,
            messages=[{"role": turn.role, "content": turn.content} for turn in self._question.messages],
            temperature=self._settings.temperature,
            max_tokens=self._settings.max_tokens if limit is None else limit,
        )

    async def _complete(self, **request: Any) -> ChatCompletion:
        """What instructor takes for the SDK's method: one request, its answer recorded and judged."""
        request["response_format"] = self._response_format
        self._request = tuple(Message(turn["role"], turn["content"]) for turn in request["messages"])
        self._text, self._finish_reason = "", None
        completion = await self._transport.send(request, deadline=self._deadline, on_call=self._count_call)
        # Counted here, because instructor replaces a response's usage by the sum so far.
        if completion.usage is not None:
            self._prompt_tokens += completion.usage.prompt_tokens
            self._completion_tokens += completion.usage.completion_tokens
        if not completion.choices:
            raise AnswerEmpty("the endpoint returned no choice")
        choice = completion.choices[0]
        self._text, self._finish_reason = choice.message.content or "", choice.finish_reason
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise AnswerRefused("the model declined to answer or its answer was withheld")
        if choice.finish_reason == "length":
            limit = request["max_tokens"]
            raise AnswerTruncated(f"the answer was cut at {limit} tokens or at the context's end")
        choice.message.content = json_text(self._text)
        if not choice.message.content:
            raise AnswerEmpty("the answer held no text")
        return completion

    def _count_call(self) -> None:
        self._calls += 1

    def _usage(self, *, succeeded: bool) -> TokenUsage:
        return TokenUsage(
            calls=self._calls,
            failed_calls=self._calls - 1 if succeeded else self._calls,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
        )


def _model_error(cause: BaseException | None) -> ModelError | None:
    """What made instructor give up, as our error; null for a defect, such as a validator that crashes."""
    if isinstance(cause, ModelError):
        return cause
    if isinstance(cause, ValidationError):
        flaw = cause.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in flaw["loc"])
        reason = f"{place}: {flaw['msg']}" if place else flaw["msg"]
        return AnswerInvalid(f"the answer does not fit the schema ({reason[:_REASON_LENGTH]})")
    return None
