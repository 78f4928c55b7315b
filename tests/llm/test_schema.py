"""Response models as strict JSON Schemas."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, create_model

from gkllm.llm.schema import response_format, schema_hash, strict_schema


class Mark(StrEnum):
    NONE = "无"
    SLASH = "/"


class Inner(BaseModel):
    raw: str | None = None
    mark: Mark = Mark.NONE


class Outer(BaseModel):
    rows: list[Inner] = []
    first: Inner = Field(default=Inner(), description="beside a reference")
    default: str = "a property of this very name"


def _objects(schema: Any) -> list[dict[str, Any]]:
    """Every object schema, whatever holds it, the outermost first."""
    children = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    found = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
    return found + [each for child in children for each in _objects(child)]


def test_every_object_is_closed_and_wants_all_its_properties() -> None:
    objects = _objects(strict_schema(Outer))
    assert [each["title"] for each in objects] == ["Outer", "Inner"]
    for each in objects:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def test_defaults_and_what_stands_beside_a_reference_are_dropped() -> None:
    schema = strict_schema(Outer)
    assert schema["properties"]["first"] == {"$ref": "#/$defs/Inner"}
    assert schema["properties"]["default"] == {"title": "Default", "type": "string"}
    assert "default" not in schema["$defs"]["Inner"]["properties"]["raw"]
    assert schema["$defs"]["Mark"]["enum"] == ["无", "/"]


def test_a_name_that_endpoints_would_reject_is_spelled_with_allowed_characters() -> None:
    model = create_model("答案[行]", raw=(str, ...))
    name = response_format(model)["json_schema"]["name"]
    assert name and name.isascii() and "[" not in name


def test_the_hash_tells_the_order_of_fields() -> None:
    forward = create_model("Cells", a=(str, ...), b=(str, ...))
    backward = create_model("Cells", b=(str, ...), a=(str, ...))
    assert schema_hash(forward) == schema_hash(create_model("Cells", a=(str, ...), b=(str, ...)))
    assert schema_hash(forward) != schema_hash(backward)
