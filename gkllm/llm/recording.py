"""A model's answers in one file, so that a measurement can be repeated without the model.

Unlike the cache, a recording keeps answers that failed too and what every answer cost, and replays both as they
were: a repeated measurement sees the same truncations and counts the same tokens and seconds.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from gkllm import errors
from gkllm.errors import (
    AnswerNotRecorded,
    BudgetSpent,
    ConfigurationError,
    ModelError,
    ModelRejected,
    ModelUnreachable,
)
from gkllm.language import reason_of
from gkllm.llm.fitting import answer_value
from gkllm.llm.question import Answer, Question, ResponseT, TokenUsage
from gkllm.llm.schema import schema_hash

_PASSING = (ModelUnreachable, ModelRejected)
"""Failures that say nothing of the model: the same question may well be answered later."""


class RecordedAnswer(BaseModel):
    """One line of a recording. `error` is the failure's class; `key` the hash of everything that led to the answer."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    key: str
    text: str
    finish_reason: str | None
    error: str | None
    message: str
    calls: int
    failed_calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float


class Recording:
    """The answers in a JSON lines file, one a line; new ones are added at its end as they come.

    An `offline` recording never lets a question through to the model: one that is not recorded fails. `passing`
    is the last failure that says nothing of the model, such as an endpoint that could not be reached. `seconds` is
    how long the answers given out so far took when they were first given, and `schemas` the hashes of the schemas
    that were asked for.

    Raises ConfigurationError where the file cannot be read, or a line but the last is no recorded answer.
    """

    def __init__(self, path: Path, *, offline: bool) -> None:
        self.path = path
        self.offline = offline
        self.passing: ModelError | None = None
        self.seconds = 0.0
        self.schemas: set[str] = set()
        self._answers = _load(path, offline=offline)

    def answer(self, key: str, question: Question[ResponseT]) -> Answer[ResponseT] | None:
        """The recorded answer; null where there is none and the model may be asked."""
        self.schemas.add(schema_hash(question.response_model))
        stored = self._answers.get(key)
        if stored is None:
            if not self.offline:
                return None
            error: ModelError = AnswerNotRecorded(
                "{name} holds no answer to this question", name=self.path.name
            )
            return Answer(None, "", TokenUsage(), None, error, question.messages)
        self.seconds += stored.seconds
        value, failure = None, _failure(stored)
        if failure is None:
            try:
                value = answer_value(stored.text, question.response_model)
            except ValidationError:
                failure = AnswerNotRecorded(
                    "{name}: the answer recorded no longer fits the schema", name=self.path.name
                )
        return Answer(
            value=value,
            text=stored.text,
            usage=TokenUsage(
                calls=stored.calls,
                failed_calls=stored.failed_calls,
                prompt_tokens=stored.prompt_tokens,
                completion_tokens=stored.completion_tokens,
            ),
            finish_reason=stored.finish_reason,
            error=failure,
            request=question.messages,
        )

    def keep(self, key: str, answer: Answer[ResponseT], seconds: float) -> None:
        """Add an answer, or note a passing failure; a question that the budget did not allow was none."""
        if isinstance(answer.error, BudgetSpent):
            return
        if isinstance(answer.error, _PASSING):
            self.passing = answer.error
            return
        stored = RecordedAnswer(
            key=key,
            text=answer.text,
            finish_reason=answer.finish_reason,
            error=type(answer.error).__name__ if answer.error else None,
            message=str(answer.error) if answer.error else "",
            calls=answer.usage.calls,
            failed_calls=answer.usage.failed_calls,
            prompt_tokens=answer.usage.prompt_tokens,
            completion_tokens=answer.usage.completion_tokens,
            seconds=round(seconds, 3),
        )
        self._answers[key] = stored
        self.seconds += stored.seconds
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(stored.model_dump(), ensure_ascii=False) + "\n")


def _failure(stored: RecordedAnswer) -> ModelError | None:
    if stored.error is None:
        return None
    kind = getattr(errors, stored.error, None)
    if not (isinstance(kind, type) and issubclass(kind, ModelError)):
        kind = ModelError
    return kind(stored.message)


def _load(path: Path, *, offline: bool) -> dict[str, RecordedAnswer]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if offline:
            raise ConfigurationError("there is no recording {path} to replay", path=path) from None
        return {}
    except OSError as error:
        raise ConfigurationError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    whole, _, torn = content.rpartition(b"\n")
    if torn and not offline:
        # An interrupted run left it; the next answer must start on a line of its own.
        path.write_bytes(whole + b"\n" if whole else b"")
    answers: dict[str, RecordedAnswer] = {}
    for number, line in enumerate(whole.split(b"\n") if whole else (), start=1):
        try:
            answer = RecordedAnswer.model_validate_json(line)
        except ValidationError:
            raise ConfigurationError(
                "{path}:{number}: not a recorded answer", path=path, number=number
            ) from None
        answers[answer.key] = answer
    return answers
