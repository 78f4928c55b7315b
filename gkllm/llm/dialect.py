"""How one endpoint wants to be asked: learnt from what it refuses, and remembered.

What OpenAI-compatible endpoints take is listed, with sources, in docs/endpoints.md.
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from gkllm.llm.cache import write_whole
from gkllm.llm.question import Message
from gkllm.llm.schema import response_format, schema_in_words, without_bounds

Form = Literal["json_schema", "unbounded_schema", "json_object", "text"]
"""How an answer's shape is asked for: by a schema the endpoint enforces, by one without bounds on lengths, by JSON mode
with the schema in the prompt, or by the prompt alone."""

_FORMS: tuple[Form, ...] = ("json_schema", "unbounded_schema", "json_object", "text")
_OF_FORM = re.compile(
    r"response_format|json.?schema|json.?object|json.?mode|structured.?output|grammar|guided|invalid schema",
    re.I,
)
_OF_BOUNDS = re.compile(r"\b(min|max)(Items|Length|imum)\b")
_OF_ANY = re.compile(r"\bparam(eter)?s?\b|参数", re.I)
"""A refusal that names no parameter but says it is about one, as GLM's 1210: the newest parameter is the likeliest."""
_REMEMBERED_SECONDS = 30 * 24 * 3600
"""Endpoints learn too: after a month the best form is tried again."""


class Dialect(BaseModel):
    """What one model at one endpoint takes.

    `token_limit` is the name of the limit's parameter, null where none is taken. `dropped` are parameters never sent.
    `thinking` is false where the endpoint wants `enable_thinking` to be off in so many words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Form = "json_schema"
    token_limit: Literal["max_tokens", "max_completion_tokens"] | None = "max_tokens"  # noqa: S105
    dropped: frozenset[str] = frozenset()
    thinking: bool = True

    def phrase(self, request: "Request") -> dict[str, Any]:
        """The request's body as this endpoint takes it."""
        messages, model = request.messages, request.response_model
        body: dict[str, Any] = {"model": request.model, "temperature": request.temperature, **request.extra}
        if self.form in ("json_schema", "unbounded_schema"):
            wanted = response_format(model)
            body["response_format"] = without_bounds(wanted) if self.form == "unbounded_schema" else wanted
        else:
            messages = _with_schema(messages, model)
            if self.form == "json_object":
                body["response_format"] = {"type": "json_object"}
        if self.token_limit:
            body[self.token_limit] = request.max_tokens
        if not self.thinking:
            body["enable_thinking"] = False
        body["messages"] = [{"role": turn.role, "content": turn.content} for turn in messages]
        return {name: value for name, value in body.items() if name not in self.dropped}

    def after(self, refusal: str, sent: Mapping[str, Any]) -> "Dialect | None":
        """The dialect that avoids what a refusal names; null where it names nothing that `sent` holds.

        Each step takes something away for good, so that there are only so many.
        """
        if "enable_thinking" in refusal and "enable_thinking" not in sent and self.thinking:
            return self.model_copy(update={"thinking": False})
        if self.token_limit and self.token_limit in sent and self.token_limit in refusal:
            # The newer name is OpenAI's own for models that reason; its refusal names the older and the newer.
            newer = "max_completion_tokens" if self.token_limit == "max_tokens" else None  # noqa: S105
            return self.model_copy(update={"token_limit": newer})
        if "response_format" in sent and _OF_FORM.search(refusal):
            return self._weaker(unbounded=bool(_OF_BOUNDS.search(refusal)))
        for name in sent:
            if name not in ("model", "messages", "response_format") and re.search(rf"\b{name}\b", refusal):
                return self.model_copy(update={"dropped": self.dropped | {name}})
        if "response_format" in sent and _OF_ANY.search(refusal):
            return self._weaker(unbounded=False)
        return None

    def unenforced(self) -> "Dialect | None":
        """The dialect after an answer that has nothing of the schema: a form that does not count on the endpoint."""
        return self._weaker(unbounded=False) if self.form != "text" else None

    def _weaker(self, *, unbounded: bool) -> "Dialect":
        step = 1 if unbounded or self.form != "json_schema" else 2
        return self.model_copy(update={"form": _FORMS[_FORMS.index(self.form) + step]})


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it is put to any endpoint, before its dialect."""

    model: str
    messages: tuple[Message, ...]
    response_model: type[BaseModel]
    temperature: float
    max_tokens: int
    extra: Mapping[str, Any]


class DialectMemory:
    """Dialects on disk, one file for each model at each endpoint. With no folder nothing is remembered."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def recall(self, endpoint: str, model: str) -> Dialect:
        """What was learnt, if not too long ago; else the dialect that asks for most."""
        if self._directory is not None:
            path = self._path(self._directory, endpoint, model)
            try:
                if time.time() - path.stat().st_mtime < _REMEMBERED_SECONDS:
                    return Dialect.model_validate_json(path.read_bytes())
            except (OSError, ValidationError):
                pass
        return Dialect()

    def keep(self, endpoint: str, model: str, dialect: Dialect) -> None:
        """Remember what answered. A folder that cannot be written costs only the learning."""
        if self._directory is None:
            return
        path = self._path(self._directory, endpoint, model)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, dialect.model_dump_json().encode())
        except OSError:
            return

    @staticmethod
    def _path(directory: Path, endpoint: str, model: str) -> Path:
        name = hashlib.sha256(json.dumps([endpoint, model]).encode()).hexdigest()[:32]
        return directory / "endpoints" / f"{name}.json"


def _with_schema(messages: tuple[Message, ...], model: type[BaseModel]) -> tuple[Message, ...]:
    """The messages with the schema after the last turn, so that what precedes it stays the same for a prompt cache."""
    last = messages[-1]
    asked = f"{last.content}\n\n{schema_in_words(model)}"
    return (*messages[:-1], Message(last.role, asked))
