"""Which of our errors an endpoint's failure is, worded without secrets and without completions.

This module imports openai; it is loaded with the first question.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import openai

from gkllm.errors import ContextTooLong, DeadlineExceeded, EndpointRefused, ModelError, ModelRejected
from gkllm.language import said

_TRANSIENT_STATUS = frozenset({408, 409, 425, 429})
_CONTEXT_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_TOO_MANY = 429
_NOT_IMPLEMENTED = 501
_MESSAGE_LENGTH = 200
_REFUSAL_LENGTH = 4000
# Shorter keys are placeholders such as "x", and blotting those out would only garble messages.
_SECRET_LENGTH = 8


class TransientError(Exception):
    """A request failed in a way that another attempt may mend.

    `retry_after` is the number of seconds the endpoint asked us to wait, null where it did not say. `limited` is
    whether it only asked for fewer requests.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, limited: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.limited = limited


def classify(error: openai.APIError, secret: str | None) -> ModelError | TransientError:
    """Our error for the SDK's. The result carries neither `secret` nor a link to the SDK's exception."""
    if isinstance(error, openai.APIStatusError):
        return _classify_status(error, secret)
    if isinstance(error.__cause__, ModelError):
        return error.__cause__
    if isinstance(error, openai.APITimeoutError):
        if isinstance(error.__cause__, httpx2.ConnectTimeout | httpx2.PoolTimeout):
            return TransientError(said("no connection in time"))
        return timed_out(None)
    if isinstance(error, openai.APIConnectionError):
        return TransientError(said("the connection failed or was cut"))
    return TransientError(said("the endpoint's answer could not be read"))


def timed_out(seconds: float | None) -> DeadlineExceeded:
    """A request that was sent and not answered in time.

    It is not repeated: the same answer would take as long again.
    """
    if not seconds:
        return DeadlineExceeded("no answer in time")
    return DeadlineExceeded("no answer within {seconds:g} s", seconds=seconds)


def refusal_text(error: openai.APIError) -> str:
    """Whatever an endpoint says of why it refused a request, and of what: messages, codes and places, in one text."""
    body = error.body if isinstance(error, openai.APIStatusError) else None
    return " ".join(_strings(body, depth=4))[:_REFUSAL_LENGTH]


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part, depth - 1)


def _classify_status(error: openai.APIStatusError, secret: str | None) -> ModelError | TransientError:
    status = error.status_code
    # The body's fields are the endpoint's own words, of any type.
    code = error.code if isinstance(error.code, str) else None
    if status in (401, 403):
        # Endpoints like to quote the rejected key, masked or not.
        return EndpointRefused("the endpoint refused the API key (HTTP {status})", status=status)
    if _is_context_overflow(error):
        return ContextTooLong("the request is longer than the model's context")
    if code == "insufficient_quota":
        return EndpointRefused("the account has no quota left (HTTP {status})", status=status)
    if status in _TRANSIENT_STATUS or (status >= 500 and status != _NOT_IMPLEMENTED):
        asked = retry_after(error.response.headers.get("retry-after"))
        return TransientError(f"HTTP {status}", asked, limited=status == _TOO_MANY)
    kind = EndpointRefused if status in (402, 404) else ModelRejected
    return kind(f"HTTP {status}: {_short(_server_message(error), secret)}")


def _is_context_overflow(error: openai.APIStatusError) -> bool:
    if error.status_code == 413:
        return True
    if error.status_code != 400:
        return False
    # vLLM gives no code of its own, only this wording.
    named = any(isinstance(word, str) and word in _CONTEXT_CODES for word in (error.code, error.type))
    return named or "maximum context length" in _server_message(error)


def _server_message(error: openai.APIStatusError) -> str:
    if isinstance(error.body, dict):
        message = error.body.get("message")
        if isinstance(message, str):
            return message
    return said("no reason given")


def _short(message: str, secret: str | None) -> str:
    if secret is not None and len(secret) >= _SECRET_LENGTH:
        message = message.replace(secret, "[key]")
    message = " ".join(message.split())
    return message if len(message) <= _MESSAGE_LENGTH else message[: _MESSAGE_LENGTH - 1] + "…"


def retry_after(header: str | None) -> float | None:
    """Seconds to wait according to a Retry-After header, which holds seconds or an HTTP date.

    Null where the header is missing or cannot be read; a date in the past is zero.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        seconds = (aware - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
