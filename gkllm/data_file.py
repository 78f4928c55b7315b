"""TOML files: those that a person writes, held to the model they must fit, and those that are shipped."""

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from gkllm.errors import ConfigurationError

T = TypeVar("T")


def read_toml(path: Path, content: TypeAdapter[T]) -> tuple[T, bytes]:
    """What the file holds, and its bytes.

    Raises ConfigurationError where it cannot be read, is no TOML, or does not fit.
    """
    entries, held = read_entries(path)
    try:
        return content.validate_python(entries), held
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {first_flaw(error)}") from None


def read_entries(path: Path) -> tuple[dict[str, Any], bytes]:
    """The file's entries, whatever they are, and its bytes.

    Raises ConfigurationError where it cannot be read or is no TOML.
    """
    try:
        held = path.read_bytes()
        return tomllib.loads(held.decode("utf-8")), held
    except OSError as error:
        raise ConfigurationError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error


@cache
def shipped_toml(package: str, name: str) -> Any:
    """What a data file beside a package's modules holds; read once, and not to be changed."""
    return tomllib.loads((resources.files(package) / name).read_text(encoding="utf-8"))


def first_flaw(error: ValidationError) -> str:
    """The first thing that does not fit, after its place."""
    flaw = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(step) for step in flaw["loc"])
    return f"{place + ': ' if place else ''}{plain(flaw['msg'])}"


def plain(message: str) -> str:
    """Pydantic's message as a part of a sentence."""
    said = message.removeprefix("Value error, ")
    return said[:1].lower() + said[1:]
