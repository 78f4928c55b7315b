"""Where documents come from: files, folders, archives and standard input, in a fixed order and of bounded size."""

import io
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from gkllm.documents.collection import ARCHIVE_SUFFIX, attachments, is_archive, members
from gkllm.documents.formats import SUFFIXES
from gkllm.documents.zipped import SIGNATURE, archive_of, open_container, read_part
from gkllm.errors import DocumentError, DocumentTooLarge, GkllmError, as_failure
from gkllm.language import later, reason_of, said

MAX_BYTES = 20_000_000
"""No yearly report comes near this; whatever exceeds it is refused before it is read."""

STANDARD_INPUT = "-"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One document's bytes, or the place to read them from.

    `name` is the path as it was given (for the files of a folder or an archive, its path and their own), and is
    unique among the sources of one `discover`. `content` is set where the bytes are already in memory. With `entry`
    the document is that entry of the archive that `path` or `content` holds. `attachment` is a file that belongs to
    this page and may hold its tables.
    """

    name: str
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)
    entry: str | None = None
    attachment: "Source | None" = None

    def load(self) -> bytes:
        """The document's bytes, at most MAX_BYTES.

        Raises:
            DocumentTooLarge: it holds more; a regular file is then not read at all.
            DocumentError: it does not exist, is a folder, or may not be read.
        """
        if self.entry is not None:
            return self._unpacked(self.entry)
        if self.content is not None:
            return self.content
        if self.path is None:
            raise DocumentError("{name}: nothing to read", name=self.name)
        try:
            _refuse_size(self.path.stat().st_size, self.name)
            with self.path.open("rb") as stream:
                return _read_bounded(stream, self.name)
        except (OSError, ValueError) as error:
            raise DocumentError("{name}: {reason}", name=self.name, reason=_reason(error)) from error

    def _unpacked(self, entry: str) -> bytes:
        try:
            found = self.path.stat() if self.path is not None else None
            container = archive_of(self.path, self.content, found and (found.st_mtime_ns, found.st_size))
            return read_part(container, container.getinfo(entry), self.name, MAX_BYTES)
        except (OSError, KeyError) as error:
            raise DocumentError("{name}: cannot be read from its archive", name=self.name) from error


@dataclass(frozen=True, slots=True)
class Refused:
    """An argument that yields no source, and why."""

    name: str
    error: GkllmError


def discover(arguments: Sequence[str], standard_input: BinaryIO | None = None) -> Iterator[Source | Refused]:
    """The sources that command-line arguments name, in the order of the arguments.

    A folder, or a zip archive, is searched with its subfolders for files of SUFFIXES, sorted by name, hidden ones
    left out; there a page and its attachment are one source. `-` is standard input, read here. A file reached
    twice is yielded once. A file named outright may have any suffix, and be a pipe; whether it exists is for
    `Source.load` to find out. What stops the search of one argument costs the others nothing.
    """
    seen: set[str] = set()
    for argument in arguments:
        for source in _searched(argument, standard_input):
            if isinstance(source, Source):
                key = STANDARD_INPUT if source.path is None else os.path.realpath(source.path)
                key += f"\0{source.entry}" if source.entry else ""
                if key in seen:
                    continue
                seen.add(key)
            yield source


def _searched(argument: str, standard_input: BinaryIO | None) -> Iterator[Source | Refused]:
    try:
        yield from _expand(argument, standard_input)
    except Exception as error:
        name = _printable_name(argument)
        yield Refused(name, as_failure(error, name))


def _expand(argument: str, standard_input: BinaryIO | None) -> Iterator[Source | Refused]:
    if _ADDRESS.match(argument):
        name = _printable_name(argument)
        yield _refused(name, later("{name}: gkllm fetches nothing; save it as a file, and name the file"))
    elif argument == STANDARD_INPUT:
        yield from _from_standard_input(standard_input)
    elif argument.lower().endswith(ARCHIVE_SUFFIX) and os.path.isfile(argument):  # noqa: PTH113 - as below
        yield from _from_archive(_printable_name(argument), Path(argument), None)
    elif os.path.isdir(argument):  # noqa: PTH112 - Path.is_dir raises on a folder that may not be entered
        yield from _from_folder(argument)
    else:
        yield Source(_printable_name(argument), Path(argument))


def _from_standard_input(stream: BinaryIO | None) -> Iterator[Source | Refused]:
    name, stream = "standard input", stream or getattr(sys.stdin, "buffer", None)
    try:
        if stream is None:
            raise DocumentError("{name}: it is closed", name=name)
        content = _read_bounded(stream, name)
    except DocumentError as error:
        yield Refused(name, error)
    except OSError as error:
        yield _refused(name, "{name}: {reason}", reason=_reason(error))
    else:
        yield from within(name, content)


def within(name: str, content: bytes) -> Iterator[Source | Refused]:
    """The sources in bytes that came under a name: those of a zip archive, or the one that they are."""
    if content.startswith(SIGNATURE):
        yield from _from_archive(name, None, content)
    else:
        yield Source(name, content=content)


def _from_archive(name: str, path: Path | None, content: bytes | None) -> Iterator[Source | Refused]:
    """The reports in a zip archive; an Office file, which is such a container too, is one source."""
    found: list[Source | Refused] = []
    try:
        with _opened(path, content) as stream:
            container = open_container(stream, name)
            if not is_archive(container):
                yield Source(name, path, content)
                return
            for member in members(container, name):
                inner = f"{name}/{member.path}"
                if member.path.lower().endswith(ARCHIVE_SUFFIX):
                    found.append(_refused(inner, later("{name}: an archive in an archive is not opened")))
                else:
                    found.append(Source(inner, path, content, member.entry.filename))
    except DocumentError as error:
        yield Refused(name, error)
    except OSError as error:
        yield _refused(name, "{name}: {reason}", reason=_reason(error))
    yield from _with_attachments(found)


def _opened(path: Path | None, content: bytes | None) -> BinaryIO:
    return io.BytesIO(content or b"") if path is None else path.open("rb")


def _from_folder(folder: str) -> Iterator[Source | Refused]:
    blocked: list[OSError] = []
    found = False
    for parent, folders, files in os.walk(folder, onerror=blocked.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        sources: list[Source | Refused] = []
        for name in sorted(files):
            if name.startswith((".", "~$")) or not name.lower().endswith((*SUFFIXES, ARCHIVE_SUFFIX)):
                continue
            path = Path(parent, name)
            if _is_special(path):
                sources.append(_refused_special(path))
            elif name.lower().endswith(ARCHIVE_SUFFIX):
                sources += _from_archive(_printable_name(path.as_posix()), path, None)
            else:
                sources.append(Source(_printable_name(path.as_posix()), path))
        found = found or bool(sources)
        yield from _with_attachments(sources)
    for error in blocked:
        name = _printable_name(str(error.filename))
        yield _refused(name, "{name}: {reason}", reason=_reason(error))
    if not found and not blocked:
        name = _printable_name(folder)
        yield _refused(name, later("{name}: no file of a known format in this folder"))


def _is_special(path: Path) -> bool:
    """Whether it is a pipe, a socket or a device, which may never end; a link that leads nowhere is not."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode)


def _refused_special(path: Path) -> Refused:
    name = _printable_name(str(path))
    return _refused(name, later("{name}: is a pipe or a device, not a file"))


def _with_attachments(found: list[Source | Refused]) -> Iterator[Source | Refused]:
    """The sources of one folder or archive, a page and the file attached to it as one."""
    sources = {source.name: source for source in found if isinstance(source, Source)}

    def load(name: str) -> bytes | None:
        try:
            return sources[name].load()
        except Exception:
            # It is told when the page itself is read.
            return None

    attached = attachments(list(sources), load)
    taken = set(attached.values())
    for source in found:
        if source.name in attached and isinstance(source, Source):
            yield replace(source, attachment=sources[attached[source.name]])
        elif source.name not in taken:
            yield source


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
        most = MAX_BYTES // 1_000_000
        raise DocumentTooLarge("{name}: larger than {most} MB, which no report is", name=name, most=most)


def _refused(name: str, sentence: str, **particulars: object) -> Refused:
    return Refused(name, DocumentError(sentence, name=name, **particulars))


def _reason(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return said("no such file")
        case PermissionError():
            return said("no permission to read it")
        case IsADirectoryError():
            return said("is a folder, not a file")
        case OSError():
            return reason_of(error)
        case _:
            return said("not a usable path")
