"""What of an answer fits its schema: the fields that do are kept, and only the others are worth another question."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError, create_model

from gkllm.llm.completion_text import as_json, json_text
from gkllm.llm.schema import strict_schema

ModelT = TypeVar("ModelT", bound=BaseModel)


def answer_value(text: str, model: type[ModelT]) -> ModelT:
    """The value that a completion holds. Raises ValidationError where it does not fit the model."""
    return model.model_validate_json(json_text(text, strict_schema(model)), strict=True)


def fitting_fields(fields: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The top-level fields, by the names an answer has for them, whose values the model takes.

    Of a list without a fixed length, items that do not fit are dropped rather than the list, unless it is all of them.
    """
    kept = {name: value for name, value in fields.items() if name in field_names(model)}
    while flaws := _flaws(kept, model):
        items = {(step[0], step[1]) for step in flaws if len(step) > 1 and isinstance(step[1], int)}
        for name in {step[0] for step in flaws}:
            wrong = {index for owner, index in items if owner == name}
            value = kept.pop(name)
            if (
                wrong
                and not _fixed_length(model, name)
                and (right := [item for index, item in enumerate(value) if index not in wrong])
            ):
                kept[name] = right
    return kept


def field_names(model: type[BaseModel]) -> dict[str, str]:
    """The model's fields: the name in an answer, and the attribute."""
    return {info.alias or name: name for name, info in model.model_fields.items()}


def narrowed(model: type[BaseModel], names: Collection[str]) -> type[BaseModel]:
    """The model with only those of its fields, by their names in an answer."""
    fields: dict[str, Any] = {
        attribute: (model.model_fields[attribute].annotation, model.model_fields[attribute])
        for name, attribute in field_names(model).items()
        if name in names
    }
    return create_model(model.__name__, __config__=model.model_config, **fields)


def _flaws(fields: Mapping[str, Any], model: type[BaseModel]) -> list[tuple[Any, ...]]:
    """Where the fields given do not fit; what is missing is no flaw. A flaw of the whole is one of every field."""
    try:
        model.model_validate_json(as_json(fields), strict=True)
    except ValidationError as error:
        places = [
            flaw["loc"]
            for flaw in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        wrong = [place for place in places if place and place[0] in fields]
        return wrong if wrong or all(places) else [(name,) for name in fields]
    return []


def _fixed_length(model: type[BaseModel], name: str) -> bool:
    return "minItems" in strict_schema(model)["properties"].get(name, {})
