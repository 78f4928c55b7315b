"""One question to an endpoint: asked, and where the answer fits in part only, asked once more about the rest.

instructor turns a completion into the response model, once each (`max_retries=0`). Its own loop would repeat the whole
conversation with the flawed answer and every validation error in it, which made 48 KB of a question of 10, and a
report's rows that were right already would be read again. Here what fits is kept, and the next question is about the
other fields alone.

This module imports openai and instructor; it is loaded with the first question.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Generic, cast

import instructor
from instructor.core import InstructorRetryException
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError

from gkllm.data_file import first_flaw
from gkllm.errors import (
    AnswerEmpty,
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    DeadlineExceeded,
    ModelError,
)
from gkllm.llm.budget import Budget
from gkllm.llm.completion import Completion
from gkllm.llm.completion_text import as_json, json_object, json_text, without_thoughts
from gkllm.llm.dialect import Request
from gkllm.llm.fitting import answer_value, field_names, fitting_fields
from gkllm.llm.question import Answer, Message, Question, ResponseT, TokenUsage
from gkllm.llm.schema import strict_schema
from gkllm.llm.transport import Transport
from gkllm.settings import ModelSettings

# instructor logs every failed attempt as an error, which Python prints to standard error where nobody
# configured logging. Failures are values here, and the caller decides what to show.
logging.getLogger("instructor").addHandler(logging.NullHandler())

_REASON_LENGTH = 160


class Conversation(Generic[ResponseT]):
    """The attempts at one question. Holds what they cost and what the last one gave; used once."""

    def __init__(
        self,
        transport: Transport,
        settings: ModelSettings,
        model: str,
        question: Question[ResponseT],
        budget: Budget | None,
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._model = model
        self._question = question
        self._budget = budget
        self._deadline = 0.0
        self._usage = TokenUsage()
        self._text = ""
        self._finish_reason: str | None = None
        self._request = question.messages

    async def run(self) -> Answer[ResponseT]:
        """Ask until an answer fits, the attempts are used up or the deadline passes. Raises no ModelError."""
        seconds = self._settings.deadline
        left = self._budget.seconds_left() if self._budget else None
        seconds = seconds if left is None else min(seconds, left)
        self._deadline = asyncio.get_running_loop().time() + seconds
        value: ResponseT | None = None
        error: ModelError | None = None
        try:
            async with asyncio.timeout(seconds):
                value = await self._ask_until_valid()
        except TimeoutError:
            error = DeadlineExceeded("no usable answer within {seconds:g} s", seconds=seconds)
        except ModelError as failure:
            error = failure
        if error is not None:
            # An answer outlives its question: it must not keep frames, requests and headers alive.
            error.__traceback__ = error.__context__ = error.__cause__ = None
        calls = self._usage.calls
        return Answer(
            value=value,
            text=self._text,
            usage=self._usage + TokenUsage(failed_calls=calls if error else calls - 1),
            finish_reason=self._finish_reason,
            error=error,
            request=self._request,
        )

    async def _ask_until_valid(self) -> ResponseT:
        whole = self._question
        question: Question[Any] = whole
        wanted = field_names(whole.response_model)
        kept: dict[str, Any] = {}
        flaw: ValidationError | None = None
        for attempt in range(self._settings.reasks + 1):
            flaw = await self._attempt(question)
            asked: type[BaseModel] = question.response_model
            found = json_object(json_text(self._text, strict_schema(asked))) or {}
            fitting = fitting_fields(found, asked)
            kept |= fitting
            if attempt and kept:
                self._text = as_json(kept)
            if flaw is None or len(kept) == len(wanted):
                return self._fitting(kept)
            last = attempt == self._settings.reasks
            # Decoding under a schema gives every key: an answer without any was not decoded under it.
            if last or not (fitting or self._transport.learn_unenforced()):
                break
            question = whole.narrowed([name for name in wanted if name not in kept]) if kept else whole
        raise _invalid(flaw)

    def _fitting(self, kept: dict[str, Any]) -> ResponseT:
        """The value that the kept fields make; one that only the whole shows to be wrong is an invalid answer."""
        try:
            # instructor validates with a class of its own making; the caller gets the one it named.
            value = answer_value(as_json(kept), self._question.response_model)
        except ValidationError as flaw:
            raise _invalid(flaw) from None
        self._transport.fits()
        return value

    async def _attempt(self, question: Question[Any]) -> ValidationError | None:
        """One completion, in `self._text`; what its schema has against it. Raises a ModelError where there is none."""
        asked: type[BaseModel] = question.response_model

        async def complete(**_: object) -> ChatCompletion:
            """What instructor takes for the SDK's method."""
            self._text, self._finish_reason = "", None
            completion = await self._paid(question)
            self._text, self._finish_reason = completion.text, completion.finish_reason
            self._text = _judged(completion)
            return _envelope(json_text(self._text, strict_schema(asked)))

        # The SDK-shaped overloads of patch describe no plain coroutine function.
        ask = cast(
            "Callable[..., Awaitable[object]]",
            instructor.patch(create=complete, mode=instructor.Mode.JSON_SCHEMA),
        )
        try:
            await ask(response_model=asked, max_retries=0, messages=[])
        except InstructorRetryException as exhausted:
            cause = exhausted.__cause__
            if isinstance(cause, ValidationError):
                return cause
            if isinstance(cause, ModelError):
                failure = cause
            else:
                # A defect, such as a validator that crashes.
                raise
        else:
            return None
        raise failure

    async def _paid(self, question: Question[Any]) -> Completion:
        """One completion, within the budget."""
        limit = self._settings.max_tokens if question.max_tokens is None else question.max_tokens
        before, expected, reserved = self._usage, 0, limit
        if self._budget is not None:
            # A Chinese character is at most about one token, and what a schema adds is not known yet.
            expected = sum(len(turn.content) for turn in question.messages)
            reserved = self._budget.reserve(expected, limit)
        request = Request(
            self._model,
            question.messages,
            question.response_model,
            self._settings.temperature,
            reserved,
            self._settings.extra_body,
        )
        try:
            completion = await self._transport.send(
                request, deadline=self._deadline, on_call=self._count_call
            )
            self._usage += TokenUsage(
                prompt_tokens=completion.prompt_tokens, completion_tokens=completion.completion_tokens
            )
        finally:
            if self._budget is not None:
                spent = TokenUsage(
                    prompt_tokens=self._usage.prompt_tokens - before.prompt_tokens,
                    completion_tokens=self._usage.completion_tokens - before.completion_tokens,
                )
                self._budget.settle(expected, reserved, spent)
        return completion

    def _count_call(self, body: dict[str, Any]) -> None:
        self._usage += TokenUsage(calls=1)
        self._request = tuple(Message(turn["role"], turn["content"]) for turn in body["messages"])


def _judged(completion: Completion) -> str:
    """The text that the answer stands in. Raises a ModelError where there is none to be read."""
    if not completion.has_choice:
        raise AnswerEmpty("the endpoint returned no choice")
    if completion.refused or completion.finish_reason == "content_filter":
        raise AnswerRefused("the model declined to answer or its answer was withheld")
    if completion.finish_reason == "length":
        if "{" not in without_thoughts(completion.text):
            raise AnswerEmpty(
                "the tokens allowed went into the model's thoughts: turn them off with extra_body or allow more"
            )
        raise AnswerTruncated("the answer was cut at the token limit or at the context's end")
    # Some servers take a thinking model's whole output for its thoughts.
    text = completion.text if completion.text.strip() else completion.thoughts
    if json_object(text) is None and not without_thoughts(text):
        raise AnswerEmpty("the answer held no text")
    return text


def _envelope(text: str) -> ChatCompletion:
    """A completion of that text as the SDK would have built it."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return ChatCompletion.model_validate(
        {"id": "", "object": "chat.completion", "created": 0, "model": "", "choices": [choice]}
    )


def _invalid(flaw: ValidationError | None) -> AnswerInvalid:
    if flaw is None:
        return AnswerInvalid("no answer fits")
    return AnswerInvalid("the answer does not fit the schema ({reason})", reason=_reason(flaw))


def _reason(flaw: ValidationError) -> str:
    return first_flaw(flaw)[:_REASON_LENGTH]
