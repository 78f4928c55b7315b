"""Which of our errors an endpoint's failure is, worded without secrets and without completions.

This module imports openai; it is loaded with the first question.
"""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai

from gkllm.errors import ContextTooLong, ModelError, ModelRejected

_TRANSIENT_STATUS = frozenset({408, 409, 425, 429})
_CONTEXT_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_MESSAGE_LENGTH = 200
# Shorter keys are placeholders such as "x", and blotting those out would only garble messages.
_SECRET_LENGTH = 8


class TransientError(Exception):
    """A request failed in a way that another attempt may mend.

    `retry_after` is the number of seconds the endpoint asked us to wait, null where it did not say.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


def classify(error: openai.APIError, secret: str | None) -> ModelError | TransientError:
    """Our error for the SDK's. The result carries neither `secret` nor a link to the SDK's exception."""
    if isinstance(error, openai.APIStatusError):
        return _classify_status(error, secret)
    if isinstance(error, openai.APITimeoutError):
        return TransientError("the endpoint did not answer in time")
    if isinstance(error, openai.APIConnectionError):
        return TransientError("the connection failed or was cut")
    return TransientError("the endpoint's answer could not be read")


def _classify_status(error: openai.APIStatusError, secret: str | None) -> ModelError | TransientError:
    status = error.status_code
    if status in (401, 403):
        # Endpoints like to quote the rejected key, masked or not.
        return ModelRejected(f"the endpoint refused the API key (HTTP {status})")
    if _is_context_overflow(error):
        return ContextTooLong("the request is longer than the model's context")
    if error.code == "insufficient_quota":
        return ModelRejected(f"the account has no quota left (HTTP {status})")
    if status in _TRANSIENT_STATUS or status >= 500:
        return TransientError(f"HTTP {status}", retry_after(error.response.headers.get("retry-after")))
    return ModelRejected(f"HTTP {status}: {_short(_server_message(error), secret)}")


def _is_context_overflow(error: openai.APIStatusError) -> bool:
    if error.status_code == 413:
        return True
    if error.status_code != 400:
        return False
    # vLLM gives no code of its own, only this wording.
    named = error.code in _CONTEXT_CODES or error.type in _CONTEXT_CODES
    return named or "maximum context length" in _server_message(error)


def _server_message(error: openai.APIStatusError) -> str:
    if isinstance(error.body, dict):
        message = error.body.get("message")
        if isinstance(message, str):
            return message
    return "no reason given"


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
