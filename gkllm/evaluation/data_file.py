"""TOML files that an evaluation is told by, held to the model they must fit."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from gkllm.errors import ConfigurationError

T = TypeVar("T")


def read_toml(path: Path, content: TypeAdapter[T]) -> tuple[T, bytes]:
    """What the file holds, and its bytes.

    Raises ConfigurationError where it cannot be read, is no TOML, or does not fit.
    """
    try:
        held = path.read_bytes()
        return content.validate_python(tomllib.loads(held.decode("utf-8"))), held
    except OSError as error:
        raise ConfigurationError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {first_flaw(error)}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error


def first_flaw(error: ValidationError) -> str:
    """The first thing that does not fit, after its place."""
    flaw = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(step) for step in flaw["loc"])
    said = flaw["msg"].removeprefix("Value error, ")
    return f"{place + ': ' if place else ''}{said[:1].lower()}{said[1:]}"
