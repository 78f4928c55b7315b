"""Requests to one endpoint: phrased its way, repeated where a failure is passing, given up where it is dead.

This module imports openai, httpx2, which it brings, and tenacity; it is loaded with the first question.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
)
from tenacity.wait import wait_base, wait_exponential, wait_random

from gkllm.errors import (
    AnswerInvalid,
    ContextTooLong,
    DeadlineExceeded,
    EndpointRefused,
    ModelError,
    ModelRejected,
    ModelUnreachable,
)
from gkllm.llm.breaker import Breaker
from gkllm.llm.completion import Completion, read_completion
from gkllm.llm.dialect import Dialect, DialectMemory, Request
from gkllm.llm.failures import TransientError, classify, refusal_text, timed_out
from gkllm.settings import ModelSettings

_CONNECT_SECONDS = 15.0
_LONGEST_BACKOFF = 30.0
_LONGEST_BODY = 4_000_000
"""Bytes: a thousand times the longest answer seen, thoughts included."""
_LONGEST_COMPRESSED = 64_000
"""Bytes of a body compressed although that was not asked for: deflate packs at most a thousand into one."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Transport:
    """A connection pool to one OpenAI-compatible endpoint. Belongs to the event loop it is first used in."""

    def __init__(
        self,
        settings: ModelSettings,
        base_url: str,
        api_key: str | None,
        *,
        backoff: float,
        breaker: Breaker,
        memory: DialectMemory,
        afresh: bool = False,
    ) -> None:
        self._settings = settings
        self._base_url = base_url
        self._api_key = api_key
        self._breaker = breaker
        self._memory = memory
        self.dialect = Dialect() if afresh else memory.recall(base_url, settings.name)
        self._kept: Dialect | None = None if afresh else self.dialect
        self._wait = _PoliteWait(backoff)
        host = urlsplit(base_url).hostname or base_url
        self._host = host
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            # The SDK insists on a key, and endpoints that need none ignore it.
            api_key=api_key or "none",
            max_retries=0,
            timeout=openai.Timeout(
                settings.request_timeout, connect=min(_CONNECT_SECONDS, settings.request_timeout)
            ),
            http_client=openai.DefaultAsyncHttpxClient(
                # A proxy from the environment cannot reach this machine's loopback.
                trust_env=host not in _LOOPBACK,
                headers={"Accept-Encoding": "identity"},
                event_hooks={"response": [_bounded]},
            ),
        )

    async def send(
        self, request: Request, *, deadline: float, on_call: Callable[[dict[str, Any]], None]
    ) -> Completion:
        """One completion. `deadline` is a time of the running loop; `on_call` is told of every HTTP request's body.

        Raises a ModelError: ModelUnreachable where every attempt failed or the endpoint was given up, DeadlineExceeded
        where the wait before the next attempt would pass the deadline, and at once what no repetition mends.
        """
        remaining = deadline - asyncio.get_running_loop().time()
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._settings.transport_attempts) | stop_before_delay(remaining),
            wait=self._wait,
            retry=retry_if_exception_type(TransientError),
            sleep=self._breaker.sleep,
            reraise=True,
        )
        try:
            return await retrying(self._send_once, request, on_call)
        except TransientError as failure:
            reason = str(failure)
        attempts = int(retrying.statistics["attempt_number"])
        if attempts < self._settings.transport_attempts:
            raise DeadlineExceeded(f"no time left for another attempt at {self._host} ({reason})")
        raise ModelUnreachable(f"{self._host} failed {attempts} times, last: {reason}")

    def learn_unenforced(self) -> bool:
        """An answer had nothing of the schema. Whether there is a form left that does not count on the endpoint."""
        learnt = self.dialect.unenforced()
        self.dialect = learnt or self.dialect
        return learnt is not None

    def fits(self) -> None:
        """The last answer fitted: what was learnt is worth remembering."""
        if self.dialect != self._kept:
            self._kept = self.dialect
            self._memory.keep(self._base_url, self._settings.name, self.dialect)

    async def aclose(self) -> None:
        """Close the pool's connections."""
        await self._client.close()

    async def _send_once(self, request: Request, on_call: Callable[[dict[str, Any]], None]) -> Completion:
        """One attempt, which is several requests where the endpoint's dialect is learnt."""
        while True:
            dialect = self.dialect
            began = await self._breaker.enter()
            try:
                outcome = await self._post(dialect, request, on_call)
            finally:
                self._breaker.leave()
            if isinstance(outcome, Dialect):
                # Another question may have learnt meanwhile, and what it learnt must not be undone.
                self.dialect = outcome if self.dialect == dialect else self.dialect
                continue
            self._tell_breaker(outcome, began)
            if isinstance(outcome, Completion):
                return outcome
            # Raised outside of handlers: a chained SDK exception would carry the request's headers and key.
            raise outcome

    async def _post(
        self, dialect: Dialect, request: Request, on_call: Callable[[dict[str, Any]], None]
    ) -> Completion | Dialect | ModelError | TransientError:
        """What came of one HTTP request: an answer, a failure, or the dialect that avoids what was refused."""
        body = dialect.phrase(request)
        on_call(body)
        # The SDK would walk through every leaf of the schema, which costs ten milliseconds and changes nothing.
        rest = {name: value for name, value in body.items() if name not in ("model", "messages")}
        limit = self._settings.request_timeout
        try:
            # The SDK's own timeout bounds each read, which a trickling answer never exceeds.
            async with asyncio.timeout(limit):
                response = await self._client.chat.completions.with_raw_response.create(
                    model=body["model"], messages=body["messages"], extra_body=rest
                )
            return read_completion(response.content)
        except TimeoutError:
            return timed_out(limit)
        except openai.APIError as error:
            failure = classify(error, self._api_key)
            learnt = dialect.after(refusal_text(error), body) if isinstance(failure, ModelRejected) else None
            return learnt or failure
        except ValueError:
            return TransientError("the endpoint's answer was not JSON")

    def _tell_breaker(self, outcome: Completion | ModelError | TransientError, began: float) -> None:
        if isinstance(outcome, EndpointRefused):
            self._breaker.refused(str(outcome))
        elif isinstance(outcome, Completion | ContextTooLong):
            self._breaker.answered()
        elif not (isinstance(outcome, TransientError) and outcome.limited):
            self._breaker.failed(began, str(outcome))


class _PoliteWait(wait_base):
    """As long as the endpoint asked for; otherwise exponential, with jitter against lockstep."""

    def __init__(self, backoff: float) -> None:
        self._unasked = wait_exponential(multiplier=backoff, max=_LONGEST_BACKOFF) + wait_random(0, backoff)

    def __call__(self, retry_state: RetryCallState) -> float:
        outcome = retry_state.outcome
        failure = outcome.exception() if outcome is not None else None
        if isinstance(failure, TransientError) and failure.retry_after is not None:
            return failure.retry_after
        return self._unasked(retry_state)


async def _bounded(response: httpx2.Response) -> None:
    """An event hook: reading the response's body fails beyond the bound."""
    compressed = response.headers.get("content-encoding", "identity").lower() != "identity"
    stream = response.stream
    if isinstance(stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(stream, _LONGEST_COMPRESSED if compressed else _LONGEST_BODY)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, longest: int) -> None:
        self._stream = stream
        self._longest = longest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for piece in self._stream:
            length += len(piece)
            if length > self._longest:
                raise AnswerInvalid(f"the endpoint's answer is longer than {self._longest} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
