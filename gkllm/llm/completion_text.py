"""From what a model wrote to the JSON object in it, and from that to what its schema asks for."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_THOUGHT_END = "</think>"
_OPENING = re.compile(r"\{")
_MOST_OPENINGS = 64
"""Braces tried as an object's beginning: an answer has one, and prose around it a few."""


def json_text(text: str, schema: Mapping[str, Any]) -> str:
    """The JSON object of a completion, without the thoughts, fence or prose around it; else the text, trimmed.

    What a model writes for a string that the JSON Schema asks for is made one.
    """
    found = json_object(text)
    return text.strip() if found is None else as_json(coerced(found, schema))


def as_json(value: Any) -> str:
    """Plain JSON of what `json_object` gives."""
    return json.dumps(value, ensure_ascii=False, default=float)


def json_object(text: str) -> dict[str, Any] | None:
    """The longest JSON object in a completion; null where there is none.

    What follows a `</think>` goes before what precedes it. Of a key that contradicts itself nothing is kept. Numbers
    with a fraction are `Decimal`, as printed.
    """
    _, mark, after = text.rpartition(_THOUGHT_END)
    return (_longest_object(after) if mark else None) or _longest_object(text)


def without_thoughts(text: str) -> str:
    """What a completion says after its thoughts; nothing where it was cut in the midst of them."""
    said = text.rpartition(_THOUGHT_END)[2].strip()
    return "" if said.startswith("<think>") else said


def coerced(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any] | None = None) -> Any:
    """The value with what a model writes for a string made one: a number as printed, null as empty.

    `schema` is a JSON Schema and `whole` the one its references point into. An object that wraps the one asked for
    in a single key is unwrapped.
    """
    whole = whole if whole is not None else schema
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    wanted = schema.get("type")
    if wanted == "string":
        return _as_string(value)
    if wanted == "array" and isinstance(value, Sequence) and not isinstance(value, str):
        return [coerced(item, schema.get("items", {}), whole) for item in value]
    if wanted == "object" and isinstance(value, dict):
        parts = schema.get("properties", {})
        inner = next(iter(value.values())) if len(value) == 1 else None
        if isinstance(inner, dict) and not parts.keys() & value.keys() and parts.keys() & inner.keys():
            value = inner
        return {name: coerced(part, parts.get(name, {}), whole) for name, part in value.items()}
    return value


def _as_string(value: Any) -> Any:
    if value is None:
        return ""
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _longest_object(text: str) -> dict[str, Any] | None:
    best: tuple[int, dict[str, Any] | None] = (0, None)
    position, tried = 0, 0
    while tried < _MOST_OPENINGS and (opening := _OPENING.search(text, position)):
        tried += 1
        try:
            found, end = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            position = opening.end()
            continue
        best = max(best, (end - opening.start(), found), key=lambda each: each[0])
        position = end
    return best[1]


def _without_contradictions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    contradicted: set[str] = set()
    for name, value in pairs:
        if name in kept and kept[name] != value:
            contradicted.add(name)
        kept[name] = value
    return {name: value for name, value in kept.items() if name not in contradicted}


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_contradictions, parse_float=Decimal, parse_constant=_no_number
)
