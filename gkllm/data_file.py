"""TOML files: those that a person writes, held to the model they must fit, and those that are shipped."""

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticKnownError

from gkllm.errors import ConfigurationError
from gkllm.language import reason_of, said, spoken

T = TypeVar("T")


def read_toml(path: Path, content: TypeAdapter[T]) -> tuple[T, bytes]:
    """What the file holds, and its bytes.

    Raises ConfigurationError where it cannot be read, is no TOML, or does not fit.
    """
    entries, held = read_entries(path)
    try:
        return content.validate_python(entries), held
    except ValidationError as error:
        raise ConfigurationError("{path}: {flaw}", path=path, flaw=first_flaw(error)) from None


def read_entries(path: Path) -> tuple[dict[str, Any], bytes]:
    """The file's entries, whatever they are, and its bytes.

    Raises ConfigurationError where it cannot be read or is no TOML.
    """
    try:
        held = path.read_bytes()
        return tomllib.loads(held.decode("utf-8-sig")), held
    except OSError as error:
        raise ConfigurationError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("{path}: not valid TOML: {error}", path=path, error=error) from error


@cache
def shipped_toml(package: str, name: str) -> Any:
    """What a data file beside a package's modules holds; read once, and not to be changed."""
    return tomllib.loads((resources.files(package) / name).read_text(encoding="utf-8"))


def first_flaw(error: ValidationError) -> str:
    """The first thing that does not fit, after its place."""
    flaw = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in flaw["loc"])
    return f"{place + ': ' if place else ''}{told(flaw)}"


def told(flaw: ErrorDetails) -> str:
    """What pydantic found fault with, as a part of a sentence."""
    context = flaw.get("ctx", {})
    if flaw["type"] == "value_error":
        return str(context["error"])
    words = flaw["msg"] if spoken() == "en" else said(_template(flaw), **context)
    return words[:1].lower() + words[1:]


def _template(flaw: ErrorDetails) -> str:
    """What pydantic's message was made from; the message, where the kind is not one of its core's."""
    try:
        return PydanticKnownError(flaw["type"], flaw.get("ctx") or None).message_template  # type: ignore[arg-type]
    except KeyError:
        return flaw["msg"]
