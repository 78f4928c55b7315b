"""Where documents come from: files, folders and standard input, in a fixed order and of bounded size."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gkllm.documents.formats import SUFFIXES
from gkllm.errors import DocumentError, DocumentTooLarge

MAX_BYTES = 20_000_000
"""No yearly report comes near this; whatever exceeds it is refused before it is read."""

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One document's bytes, or the place to read them from.

    `name` is the path as it was given (for a folder's files, the folder's path and their own), and is unique
    among the sources of one `discover`. `content` is set where the bytes are already in memory.
    """

    name: str
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)

    def load(self) -> bytes:
        """The document's bytes, at most MAX_BYTES.

        Raises:
            DocumentTooLarge: it holds more; a regular file is then not read at all.
            DocumentError: it does not exist, is a folder, or may not be read.
        """
        if self.content is not None:
            return self.content
        if self.path is None:
            raise DocumentError(f"{self.name}: nothing to read")
        try:
            _refuse_size(self.path.stat().st_size, self.name)
            with self.path.open("rb") as stream:
                return _read_bounded(stream, self.name)
        except (OSError, ValueError) as error:
            raise DocumentError(f"{self.name}: {_reason(error)}") from error


@dataclass(frozen=True, slots=True)
class Refused:
    """An argument that yields no source, and why."""

    name: str
    error: DocumentError


def discover(arguments: Sequence[str], standard_input: BinaryIO | None = None) -> Iterator[Source | Refused]:
    """The sources that command-line arguments name, in the order of the arguments.

    A folder is searched with its subfolders for files of SUFFIXES, sorted by name, hidden ones left out; `-`
    is standard input, read here. A file reached twice is yielded once. A file named outright may have any
    suffix; whether it exists is for `Source.load` to find out.
    """
    seen: set[str] = set()
    for argument in arguments:
        for source in _expand(argument, standard_input):
            if isinstance(source, Source):
                key = STANDARD_INPUT if source.path is None else os.path.realpath(source.path)
                if key in seen:
                    continue
                seen.add(key)
            yield source


def _expand(argument: str, standard_input: BinaryIO | None) -> Iterator[Source | Refused]:
    if argument == STANDARD_INPUT:
        yield _from_standard_input(standard_input)
    elif os.path.isdir(argument):  # noqa: PTH112 - Path.is_dir raises on a folder that may not be entered
        yield from _from_folder(argument)
    else:
        yield Source(_printable_name(argument), Path(argument))


def _from_standard_input(stream: BinaryIO | None) -> Source | Refused:
    name = "standard input"
    stream = stream or getattr(sys.stdin, "buffer", None)
    try:
        if stream is None:
            raise DocumentError(f"{name}: it is closed")
        return Source(name, content=_read_bounded(stream, name))
    except DocumentError as error:
        return Refused(name, error)
    except OSError as error:
        return Refused(name, DocumentError(f"{name}: {_reason(error)}"))


def _from_folder(folder: str) -> Iterator[Source | Refused]:
    blocked: list[OSError] = []
    found = False
    for parent, folders, files in os.walk(folder, onerror=blocked.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                found = True
                path = Path(parent, name)
                yield Source(_printable_name(str(path)), path)
    for error in blocked:
        name = _printable_name(str(error.filename))
        yield Refused(name, DocumentError(f"{name}: {_reason(error)}"))
    if not found and not blocked:
        name = _printable_name(folder)
        yield Refused(name, DocumentError(f"{name}: no {', '.join(SUFFIXES)} file in this folder"))


def _printable_name(path: str) -> str:
    """The path as text that can be encoded: a file's name need not be valid in the system's encoding."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _read_bounded(stream: BinaryIO, name: str) -> bytes:
    # A pipe or a device has no size to ask for, so the bound is also kept while reading.
    content = stream.read(MAX_BYTES + 1)
    _refuse_size(len(content), name)
    return content


def _refuse_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise DocumentTooLarge(f"{name}: larger than {MAX_BYTES // 1_000_000} MB, which no report is")


def _reason(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "no such file"
        case PermissionError():
            return "no permission to read it"
        case IsADirectoryError():
            return "is a folder, not a file"
        case OSError(strerror=str(text)):
            return text.lower()
        case _:
            return "not a usable path"
