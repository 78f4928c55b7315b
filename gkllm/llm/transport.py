"""Requests to one endpoint, repeated where a failure is passing.

This module imports openai and tenacity; it is loaded with the first question.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import openai
from openai.types.chat import ChatCompletion
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
)
from tenacity.wait import wait_base, wait_exponential, wait_random

from gkllm.errors import DeadlineExceeded, ModelUnreachable
from gkllm.llm.dialect import Dialect
from gkllm.llm.failures import TransientError, classify
from gkllm.settings import ModelSettings

_CONNECT_SECONDS = 15.0
_LONGEST_BACKOFF = 30.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Transport:
    """A connection pool to one OpenAI-compatible endpoint. Belongs to the event loop it is first used in."""

    def __init__(self, settings: ModelSettings, base_url: str, api_key: str | None, backoff: float) -> None:
        self._settings = settings
        self._api_key = api_key
        self._dialect = Dialect()
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
            # A proxy from the environment cannot reach this machine's loopback.
            http_client=openai.DefaultAsyncHttpxClient(trust_env=host not in _LOOPBACK),
        )

    async def send(
        self, request: dict[str, Any], *, deadline: float, on_call: Callable[[], None]
    ) -> ChatCompletion:
        """One completion. `deadline` is a time of the running loop; `on_call` is told of every HTTP request.

        Raises a ModelError: ModelUnreachable where every attempt failed, DeadlineExceeded where the wait
        before the next attempt would pass the deadline, and at once what no repetition mends.
        """
        remaining = deadline - asyncio.get_running_loop().time()
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._settings.transport_attempts) | stop_before_delay(remaining),
            wait=self._wait,
            retry=retry_if_exception_type(TransientError),
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

    async def aclose(self) -> None:
        """Close the pool's connections."""
        await self._client.close()

    async def _send_once(self, request: dict[str, Any], on_call: Callable[[], None]) -> ChatCompletion:
        sent = self._dialect.phrase(request)
        on_call()
        limit = self._settings.request_timeout
        try:
            # The SDK's own timeout bounds each read, which a trickling answer never exceeds.
            async with asyncio.timeout(limit):
                completion = await self._client.chat.completions.create(**sent)
        except TimeoutError:
            failure: Exception = TransientError(f"no answer within {limit:g} s")
        except json.JSONDecodeError:
            failure = TransientError("the endpoint's answer was not JSON")
        except openai.APIError as error:
            if self._dialect.learn(error, sent):
                return await self._send_once(request, on_call)
            failure = classify(error, self._api_key)
        else:
            # The SDK hands on the text of an answer that is not declared as JSON, such as a gateway's page.
            if isinstance(completion, ChatCompletion):
                return completion
            failure = TransientError("the endpoint's answer was not JSON")
        # Raised outside the handlers: a chained SDK exception would carry the request's headers and key.
        raise failure


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
