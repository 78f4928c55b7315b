"""TOML files: those that a person writes, held to a shape and refused in one line, and those that are shipped."""

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticKnownError

from gkllm.errors import ConfigurationError, FormError, GkllmError
from gkllm.language import later, reason_of, retold, said, spoken

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


def read_entries(path: Path, failure: type[GkllmError] = ConfigurationError) -> tuple[dict[str, Any], bytes]:
    """The file's entries, whatever they are, and its bytes; where it cannot be read or is no TOML, the failure."""
    try:
        held = path.read_bytes()
        return entries_of(held.decode("utf-8-sig"), str(path), failure), held
    except OSError as error:
        raise failure(said("{path}: {reason}", path=path, reason=reason_of(error))) from error
    except UnicodeDecodeError as error:
        raise failure(said("{path}: not UTF-8 text", path=path)) from error


def entries_of(text: str, name: str, failure: type[GkllmError]) -> dict[str, Any]:
    """What a text says; where it is no TOML, the failure is raised, with the name, the line from 1 and the reason."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+).*\)|\(at end of document\)", str(error))
        line = found[1] if found and found[1] else max(1, len(text.splitlines()))
        reason = retold(re.sub(r"\s*\(at .*\)", "", str(error)), _TOML)
        raise failure(
            said("{name}: line {line}: not valid TOML: {reason}", name=name, line=line, reason=reason)
        ) from error
    except RecursionError:
        raise failure(said("{name}: not valid TOML: nested too deeply", name=name)) from None


_TOML = (
    later("An object other than list found behind this key"),
    later("Cannot overwrite a value"),
    later("Escaped character is not a Unicode scalar value"),
    later("Expected '=' after a key in a key/value pair"),
    later("Expected ']' at the end of a table declaration"),
    later("Expected ']]' at the end of an array declaration"),
    later("Expected newline or end of document after a statement"),
    later("Expected {character}"),
    later("Invalid date or datetime"),
    later("Invalid hex value"),
    later("Invalid initial character for a key part"),
    later("Invalid statement"),
    later("Invalid value"),
    later("There is no nest behind this key"),
    later("Unclosed array"),
    later("Unclosed inline table"),
    later("Unescaped '\\' in a string"),
    later("Unterminated string"),
    later("Cannot declare {key} twice"),
    later("Cannot mutate immutable namespace {key}"),
    later("Cannot redefine namespace {key}"),
    later("Duplicate inline table key {key}"),
    later("Found invalid character {character}"),
    later("Illegal character {character}"),
)
"""What tomllib finds fault with."""


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


def read_data(path: Path) -> tuple[dict[str, Any], str]:
    """What a file says, and its text.

    Raises:
        FormError: it cannot be read, or is no TOML.
    """
    entries, held = read_entries(path, FormError)
    return entries, held.decode("utf-8-sig")


def checked_data(path: Path, shape: type[T]) -> T:
    """What a file says, in a shape.

    Raises:
        FormError: it cannot be read, is no TOML, or is not of the shape.
    """
    data, text = read_data(path)
    try:
        return TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        flaw = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, flaw["loc"]))
        # What is left out stands nowhere: the line is that of what it should stand in.
        line = line_of(text, flaw["loc"][:-1] if flaw["type"] == "missing" else flaw["loc"])
        raise FormError(
            "{path}: line {line}: {where}: {flaw}",
            path=path,
            line=line,
            where=where,
            flaw=told(flaw),
        ) from error


def line_of(text: str, place: tuple[str | int, ...]) -> int:
    """The line, counted from 1, on which a value stands; of one that is not written, what it would stand in.

    A place is a path of keys and of numbers of list entries, counted from 0; an entry begins with `[[` or `{`.
    """
    lines = text.splitlines()
    at, key = 0, ""
    for step in place:
        if isinstance(step, str):
            key = step
            pattern = re.compile(rf"(?:^\s*\[*\s*|[{{,]\s*)[\"']?{re.escape(key)}\b")
            found = [index for index in range(at, len(lines)) if pattern.search(lines[index])]
            at = found[0] if found else at
        else:
            entry = re.compile(rf"^\s*(?:\[\[\s*{re.escape(key)}\s*\]\]|\{{)")
            found = [index for index in range(at, len(lines)) if entry.match(lines[index])]
            at = found[step] if step < len(found) else at
    return at + 1
