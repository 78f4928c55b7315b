"""A response model as the JSON Schema that an endpoint is made to follow."""

import json
import re
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from gkllm.llm.cache import digest

_BOUNDS = frozenset(
    {"minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "pattern", "format"}
)
_SAID_ONCE = frozenset({"title", "description", "required", "additionalProperties"})


def response_format(model: type[BaseModel]) -> dict[str, Any]:
    """The request's `response_format`: decoding restricted to the model's schema.

    instructor's own JSON_SCHEMA mode does not ask for strict decoding, without which an endpoint may treat
    the schema as a hint.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "_", model.__name__)[:64]
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "schema": strict_schema(model), "strict": True},
    }


def without_bounds(value: Any) -> Any:
    """A schema, or what holds one, without bounds on lengths and values, which some strict decoders do not know."""
    return _without(value, _BOUNDS)


def schema_in_words(model: type[BaseModel]) -> str:
    """What a prompt says of the answer's shape where the endpoint does not enforce it.

    It holds the word JSON, without which DashScope, DeepSeek and others refuse their JSON mode. Titles and lists of
    required names are left out: they would double its length.
    """
    shape = _without(_inlined(strict_schema(model)), _SAID_ONCE)
    written = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
    return (
        f"只回答一个 JSON 对象，不写别的文字。它符合下面的 JSON Schema，每个键都要有，键名照抄：\n{written}"
    )


@lru_cache(maxsize=64)
def schema_hash(model: type[BaseModel]) -> str:
    """A hash that changes with anything the endpoint sees of the model, the order of its fields included."""
    return digest(response_format(model))


@lru_cache(maxsize=256)
def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON Schema within the subset that strict decoding takes, made once and not to be changed.

    Every object is closed and all its properties are required, also those with a default: a property that
    may be left out is left out, and missing is then mistaken for null.
    """
    return _closed(model.model_json_schema())


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        # Strict decoding allows nothing beside a reference; pydantic puts descriptions there.
        return {"$ref": schema["$ref"]}
    closed = {key: _closed_value(key, value) for key, value in schema.items() if key != "default"}
    if "properties" in closed:
        closed.setdefault("additionalProperties", False)
        closed["required"] = list(closed["properties"])
    return closed


def _closed_value(key: str, value: Any) -> Any:
    if key in ("properties", "$defs"):
        return {name: _closed(part) for name, part in value.items()}
    if key in ("enum", "const"):
        return value
    if isinstance(value, dict):
        return _closed(value)
    if isinstance(value, list):
        return [_closed(part) if isinstance(part, dict) else part for part in value]
    return value


def _without(value: Any, keywords: frozenset[str]) -> Any:
    """The schema without those keywords; the names of properties are no keywords."""
    if isinstance(value, list):
        return [_without(item, keywords) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {name: _without(part, keywords) for name, part in each.items()}
        if key in ("properties", "$defs")
        else each
        if key in ("enum", "const")
        else _without(each, keywords)
        for key, each in value.items()
        if key not in keywords
    }


def _inlined(schema: dict[str, Any]) -> Any:
    """The schema with its definitions where they are used. The models here do not refer to themselves."""
    definitions = schema.get("$defs", {})

    def inline(value: Any) -> Any:
        if isinstance(value, list):
            return [inline(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return inline(definitions[value["$ref"].rpartition("/")[2]])
        return {key: inline(part) for key, part in value.items() if key != "$defs"}

    return inline(schema)
