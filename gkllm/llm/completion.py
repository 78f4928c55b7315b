"""A chat completion as it came over the wire, read without trusting its shape."""

import json
import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Completion:
    """What an endpoint answered, as far as it can be made out.

    `text` is the message's content and `thoughts` what a thinking model wrote beside it; both are empty where there is
    none, and hold no lone surrogate. `has_choice` is false where the answer holds no choice at all, such as an error
    under status 200. Token counts are zero where the endpoint reports none.
    """

    text: str
    thoughts: str
    finish_reason: str | None
    refused: bool
    has_choice: bool
    prompt_tokens: int
    completion_tokens: int


def read_completion(body: bytes) -> Completion:
    """The completion in a response's body.

    Raises ValueError where the body is no JSON: another encoding, half of it, a gateway's page, or nested too deep.
    """
    try:
        envelope = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    choice = _first(_field(envelope, "choices"))
    message = _field(choice, "message")
    usage = _field(envelope, "usage")
    finish_reason = _field(choice, "finish_reason")
    return Completion(
        text=_text(_field(message, "content")),
        # `reasoning_content` is DeepSeek's name, which vLLM, GLM and others took over; newer servers say `reasoning`.
        thoughts=_text(_field(message, "reasoning_content")) or _text(_field(message, "reasoning")),
        finish_reason=_text(finish_reason) or None if isinstance(finish_reason, str) else None,
        refused=bool(_field(message, "refusal")),
        has_choice=isinstance(choice, dict),
        prompt_tokens=_count(_field(usage, "prompt_tokens")),
        completion_tokens=_count(_field(usage, "completion_tokens")),
    )


def _field(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _text(content: object) -> str:
    """Content as one text: a string, an object that was not written as one, or a list of parts."""
    if isinstance(content, str):
        # JSON may escape half a surrogate pair, which no file, terminal or request can hold.
        return content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(content, list):
        return "".join(_text(part if isinstance(part, str) else _field(part, "text")) for part in content)
    if isinstance(content, dict):
        return _text(json.dumps(content, ensure_ascii=False))
    return ""


def _count(tokens: object) -> int:
    """A number of tokens, also where it is reported as a fraction or a string."""
    try:
        number = float(tokens) if isinstance(tokens, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0
    return max(0, round(number)) if math.isfinite(number) else 0
