"""What is asked of a language model, and what comes back. Values only."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from gkllm.errors import ModelError
from gkllm.llm.fitting import narrowed

Role = Literal["system", "user", "assistant"]
ResponseT = TypeVar("ResponseT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as it goes on the wire."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """What questions cost. Sums with `+`.

    `calls` counts HTTP requests, `failed_calls` those among them that gave no usable answer (their tokens
    are counted too, where the endpoint reported any), `cached_answers` the answers that cost no request.
    """

    calls: int = 0
    failed_calls: int = 0
    cached_answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            calls=self.calls + other.calls,
            failed_calls=self.failed_calls + other.failed_calls,
            cached_answers=self.cached_answers + other.cached_answers,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True)
class Question(Generic[ResponseT]):
    """A rendered prompt and the schema its answer must fit.

    `prompt` names the prompt's version (`name@hash`) and `part` the piece of the document asked about; with
    `sample`, which tells repetitions of one question apart, they only enter the cache key. A null
    `max_tokens` means the limit of the model's settings. `about` gives a shorter question about some of the answer's
    fields, where whoever asks can do better than asking for fewer of them.
    """

    messages: tuple[Message, ...]
    response_model: type[ResponseT]
    prompt: str
    part: str
    sample: int = 0
    max_tokens: int | None = None
    about: "Callable[[Collection[str]], Question[Any]] | None" = field(default=None, compare=False)

    def narrowed(self, names: Collection[str]) -> "Question[Any]":
        """The question about those fields of the answer alone, by the names that they have in it."""
        if self.about is not None:
            return self.about(names)
        last = self.messages[-1]
        asked = f"{last.content}\n\n只回答这些键：{json.dumps(list(names), ensure_ascii=False)}"
        messages = (*self.messages[:-1], Message(last.role, asked))
        narrower: type[Any] = narrowed(self.response_model, names)
        return replace(self, messages=messages, response_model=narrower)


@dataclass(frozen=True, slots=True)
class Answer(Generic[ResponseT]):
    """The outcome of one question: either `value` or `error` is set, never both.

    `text` is the last completion as the model wrote it, also where it was cut off or did not fit the schema; where
    fields of it were asked for again, the JSON of what was kept. It is empty where none arrived. `request` holds the
    messages of the last request as they went on the wire.
    """

    value: ResponseT | None
    text: str
    usage: TokenUsage
    finish_reason: str | None
    error: ModelError | None
    request: tuple[Message, ...]
    from_cache: bool = False
