"""A form's data files, TOML: read, held to a shape, and refused in one line that names the file and the line."""

import re
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from gkllm.data_file import read_entries, told
from gkllm.errors import FormError

T = TypeVar("T")


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
