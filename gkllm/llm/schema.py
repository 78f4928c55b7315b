"""A response model as the JSON Schema that an endpoint is made to follow."""

import re
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from gkllm.llm.canonical import digest


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


@lru_cache(maxsize=64)
def schema_hash(model: type[BaseModel]) -> str:
    """A hash that changes with anything the endpoint sees of the model, the order of its fields included."""
    return digest(response_format(model))


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON Schema within the subset that strict decoding takes.

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
