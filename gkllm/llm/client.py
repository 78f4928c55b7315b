"""The language model a run is configured with: the one door through which questions go."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError

from gkllm.errors import ConfigurationError, ModelError
from gkllm.llm.breaker import Breaker
from gkllm.llm.budget import Budget
from gkllm.llm.cache import AnswerCache, CachedAnswer, digest
from gkllm.llm.dialect import Dialect, DialectMemory
from gkllm.llm.fitting import answer_value
from gkllm.llm.local import PREFIX, LocalModel
from gkllm.llm.question import Answer, Question, ResponseT, TokenUsage
from gkllm.llm.recording import Recording
from gkllm.llm.schema import schema_hash
from gkllm.settings import ModelSettings

if TYPE_CHECKING:
    from gkllm.llm.transport import Transport

DEFAULT_BASE_URL = "https://api.openai.com/v1"
# Raised whenever the same key would come to mean another request.
_KEY_VERSION = 1


class LanguageModel:
    """A configured model that answers questions, several at once under one limit.

    `concurrency` bounds the questions under way; the others wait, and a question's deadline starts only when
    its turn comes. Weights run in this process answer one question at a time. `backoff` is the wait before
    the second attempt at a failing endpoint, in seconds; it doubles from there. With a `recording` answers come
    from it and go to it, and the cache is left alone. `afresh` looks up neither answers nor what is remembered of the
    endpoint, and keeps what comes.

    Connections belong to the event loop of the first question. After `aclose` the object may be asked again,
    from another loop too; local weights stay loaded meanwhile.

    Raises ConfigurationError for an unusable base URL, API key or weights file. Nothing is connected or
    loaded before the first question.
    """

    def __init__(
        self,
        settings: ModelSettings,
        *,
        concurrency: int,
        cache: AnswerCache | None,
        recording: Recording | None = None,
        backoff: float = 1.0,
        afresh: bool = False,
    ) -> None:
        self._settings = settings
        self._recording = recording
        self._cache = cache
        self._memory = DialectMemory(cache.directory if cache else None)
        self._backoff = backoff
        self._afresh = afresh
        self._base_url = (settings.base_url or DEFAULT_BASE_URL).rstrip("/")
        self._local: LocalModel | None = None
        if settings.name.startswith(PREFIX):
            self._local = LocalModel(Path(settings.name.removeprefix(PREFIX)).expanduser(), settings.threads)
        else:
            _require_http(self._base_url)
            _require_header_value(settings.api_key)
        self._breaker = Breaker(urlsplit(self._base_url).hostname or self._base_url)
        self._concurrency = 1 if self._local else concurrency
        self._slots: asyncio.Semaphore | None = None
        self._transport: Transport | None = None

    @property
    def dialect(self) -> Dialect:
        """What the endpoint is known to take."""
        return self._transport.dialect if self._transport else Dialect()

    async def ask(self, question: Question[ResponseT], budget: Budget | None = None) -> Answer[ResponseT]:
        """Answer from the cache or the model, which costs of the budget.

        A ModelError comes back as `Answer.error`, never raised.
        """
        key = self._key(question)
        if self._recording is not None:
            return await self._recorded(self._recording, key, question, budget)
        cached = self._from_cache(key, question)
        if cached is not None:
            return cached
        async with self._slot():
            answer = await self._converse(question, budget)
        if self._cache is not None and answer.error is None:
            self._cache.put(
                CachedAnswer(
                    key=key,
                    text=answer.text,
                    finish_reason=answer.finish_reason,
                    prompt_tokens=answer.usage.prompt_tokens,
                    completion_tokens=answer.usage.completion_tokens,
                )
            )
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        transport, self._transport, self._slots = self._transport, None, None
        self._breaker.change_loop()
        if transport is not None:
            await transport.aclose()

    def _slot(self) -> asyncio.Semaphore:
        if self._slots is None:
            self._slots = asyncio.Semaphore(self._concurrency)
        return self._slots

    async def _recorded(
        self, recording: Recording, key: str, question: Question[ResponseT], budget: Budget | None
    ) -> Answer[ResponseT]:
        answer = recording.answer(key, question)
        if answer is None:
            async with self._slot():
                started = asyncio.get_running_loop().time()
                answer = await self._converse(question, budget)
                recording.keep(key, answer, asyncio.get_running_loop().time() - started)
        return answer

    async def _converse(self, question: Question[ResponseT], budget: Budget | None) -> Answer[ResponseT]:
        from gkllm.llm.conversation import Conversation

        try:
            transport = await self._connect()
        except ModelError as error:
            return Answer(None, "", TokenUsage(), None, error.with_traceback(None), question.messages)
        name = "local" if self._local else self._settings.name
        return await Conversation(transport, self._settings, name, question, budget).run()

    async def _connect(self) -> "Transport":
        from gkllm.llm.transport import Transport

        if self._transport is None:
            base_url, api_key = self._base_url, self._settings.api_key
            if self._local is not None:
                # One question at a time holds the only slot, so nobody else loads the weights meanwhile.
                base_url = await asyncio.to_thread(self._local.start)
                api_key = self._local.api_key
            self._transport = Transport(
                self._settings,
                base_url,
                api_key,
                backoff=self._backoff,
                breaker=self._breaker,
                # A local server's port differs from run to run, and its dialect is known.
                memory=DialectMemory(None) if self._local else self._memory,
                afresh=self._afresh,
            )
        return self._transport

    def _key(self, question: Question[ResponseT]) -> str:
        limit = question.max_tokens
        # Where it is empty it has no part in the key, so that answers kept before it was known stay good.
        extra = {"extra_body": dict(self._settings.extra_body)} if self._settings.extra_body else {}
        return digest(
            extra
            | {
                "version": _KEY_VERSION,
                # A local server's port differs from run to run; its weights are the endpoint.
                "endpoint": self._local.identity if self._local else self._base_url,
                "model": self._settings.name,
                "messages": [[turn.role, turn.content] for turn in question.messages],
                "prompt": question.prompt,
                "schema": schema_hash(question.response_model),
                "part": question.part,
                "sample": question.sample,
                "temperature": self._settings.temperature,
                "max_tokens": self._settings.max_tokens if limit is None else limit,
            }
        )

    def _from_cache(self, key: str, question: Question[ResponseT]) -> Answer[ResponseT] | None:
        stored = self._cache.get(key) if self._cache is not None and not self._afresh else None
        if stored is None:
            return None
        try:
            value = answer_value(stored.text, question.response_model)
        except ValidationError:
            # Validators may have changed under an unchanged schema.
            return None
        return Answer(
            value=value,
            text=stored.text,
            usage=TokenUsage(cached_answers=1),
            finish_reason=stored.finish_reason,
            error=None,
            request=question.messages,
            from_cache=True,
        )


def _require_http(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        # Asking for the port reads it.
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0) and base_url.isprintable()
    except ValueError:
        usable = False
    if not usable or parts.scheme not in ("http", "https") or " " in base_url:
        raise ConfigurationError(
            "the model's base URL must be http:// or https:// and a host, and is {url!r}", url=base_url
        )


def _require_header_value(api_key: str | None) -> None:
    """A key with a stray line break fails deep inside the HTTP library, in a message that quotes it."""
    if api_key is not None and not (api_key.isascii() and api_key.isprintable() and " " not in api_key):
        raise ConfigurationError("the API key holds white space or characters that no key has")
