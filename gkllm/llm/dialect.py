"""The optional parameters an endpoint takes, learnt from what it rejects.

This module imports openai; it is loaded with the first question.
"""

from typing import Any

import openai

_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})


class Dialect:
    """How one endpoint wants the token limit named, and whether it takes a temperature.

    Endpoints that serve reasoning models refuse `max_tokens` and any temperature but their own, while most
    others know only these names. So a request is first phrased the common way, and a rejection that names
    the parameter is remembered.
    """

    def __init__(self) -> None:
        self._token_limit = "max_tokens"  # noqa: S105 (a parameter's name)
        self._temperature = True

    def phrase(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request with its parameters named as this endpoint takes them."""
        phrased = dict(request)
        phrased[self._token_limit] = phrased.pop("max_tokens")
        if not self._temperature:
            del phrased["temperature"]
        return phrased

    def learn(self, error: openai.APIError, sent: dict[str, Any]) -> bool:
        """Whether `error` rejects a parameter of `sent` that the next phrasing will not hold."""
        if error.code not in _UNSUPPORTED or error.param not in sent:
            return False
        if error.param == "max_tokens":
            self._token_limit = "max_completion_tokens"  # noqa: S105 (a parameter's name)
            return True
        if error.param == "temperature":
            self._temperature = False
            return True
        return False
