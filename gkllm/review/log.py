"""The log of decisions: one JSON line each, only ever appended to."""

import codecs
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from gkllm.errors import LogUnusable
from gkllm.language import later, reason_of, said
from gkllm.locking import hold
from gkllm.report import CellState, PartInfo, ReportId

LOG_VERSION: Final = 1
_BEGINNING = b'{"log_version":'
_PAGE = 4096
"""The system may cut a killed process's write short where a page of the file ends, and nowhere else: a line within
one page is never torn."""
LONGEST_NOTE = 500
"""Characters of a note, so that its line fits within a page."""
_PATIENCE = 5.0
"""Seconds to wait for another reviewer's write, which takes milliseconds."""


class CellRef(NamedTuple):
    """A cell of one report."""

    report: ReportId
    cell: str


class Reason(StrEnum):
    """What a decision rests on: the program's proposal, another of its candidates, a typed value, a state marked,
    or the print confirmed although a relation is then broken."""

    ACCEPTED = "accepted"
    CANDIDATE = "candidate"
    TYPED = "typed"
    MARKED = "marked"
    CONFIRMED = "confirmed"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Content(_Part):
    """What a cell holds. `value` is null unless the state is "reported"."""

    value: int | float | None
    state: CellState


class _Entry(_Part):
    log_version: Literal[1] = LOG_VERSION
    gkllm: str
    id: str
    document: str
    """The hash of the document's bytes."""
    part: PartInfo | None = None
    """Which of the document's reports, null where it holds one."""
    source: str
    """The document's name, by which a changed document is recognised."""
    cell: str
    reviewer: str
    time: datetime
    """In UTC."""

    @property
    def ref(self) -> "CellRef":
        """The cell it is about, of the one report it is about."""
        return CellRef(ReportId(self.document, self.part), self.cell)


class Decision(_Entry):
    """What a reviewer says a cell holds.

    `before`, `raw`, `confidence` and `needs_review` are the program's own, whatever was decided earlier. `sampled`
    says that the cell was drawn at random, `seconds` how long it stood on the screen, `overrules` whose decisions
    had been shown as in conflict and give way to this one.
    """

    entry: Literal["decision"] = "decision"
    raw: str
    before: Content
    after: Content
    reason: Reason
    note: str | None = None
    confidence: float
    needs_review: bool
    sampled: bool = False
    seconds: float
    overrules: tuple[str, ...] = ()


class Undo(_Entry):
    """Takes back the decision `undoes`."""

    entry: Literal["undo"] = "undo"
    undoes: str


class Note(_Entry):
    """Words about a cell that decide nothing."""

    entry: Literal["note"] = "note"
    text: str


Entry = Annotated[Decision | Undo | Note, Field(discriminator="entry")]
ENTRY: TypeAdapter[Decision | Undo | Note] = TypeAdapter(Entry)


@dataclass(frozen=True, slots=True)
class LogContent:
    """The entries in their order, and warnings about lines that were not written to their end."""

    entries: tuple[Decision | Undo | Note, ...]
    warnings: tuple[str, ...] = ()


class Log(Protocol):
    """Where decisions are kept, and several reviewers add to them.

    Raises, from every method:
        LogUnusable: they cannot be read or added to, or are of another version.
    """

    @property
    def place(self) -> str:
        """What it is called to people."""

    def read(self) -> LogContent:
        """Every entry since the last call, at first all there are."""

    def require_writable(self) -> None:
        """Find out before anything is decided whether decisions can be kept."""

    def append(self, entries: Sequence[Decision | Undo | Note]) -> None:
        """Add the entries, and return once they are kept. After an error none of them stands."""


class DecisionLog:
    """A log file. It is opened anew for every write, so that a file that was moved or deleted is noticed.

    Raises, from every method:
        LogUnusable: the file cannot be read or written, holds something else, or is of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_to = 0
        self._lines = 0

    @property
    def place(self) -> str:
        """The file."""
        return str(self.path)

    def read(self) -> LogContent:
        """Every entry since the last call, at first all there are; none where the file does not exist yet."""
        try:
            with self.path.open("rb") as stream:
                stream.seek(self._read_to)
                content = stream.read()
        except FileNotFoundError:
            return LogContent(())
        except OSError as error:
            told = later("the log {path} cannot be read: {reason}")
            raise LogUnusable(told, path=self.path, reason=reason_of(error)) from error
        whole, _, torn = content.rpartition(b"\n")
        if torn and _parse(torn) is not None:
            # Only the line's end is missing, as some editors leave it.
            whole, torn = content, b""
        entries: list[Decision | Undo | Note] = []
        warnings: list[str] = []
        for line in whole.split(b"\n") if whole else []:
            self._lines += 1
            entry, fault = self._entry(line)
            entries += [entry] if entry else []
            warnings += [fault] if fault else []
        if torn and self._read_to == 0:
            self._require_own(torn, self._lines + 1)
            told = later("{path}: its last line was not written to its end; left as it is")
            warnings.append(said(told, path=self.path))
        self._read_to += len(content) - len(torn)
        return LogContent(tuple(entries), tuple(warnings))

    def _entry(self, line: bytes) -> tuple[Decision | Undo | Note | None, str | None]:
        """A line's entry, and what is wrong with the line."""
        line = line.removeprefix(codecs.BOM_UTF8)
        entry = _parse(line) if line.strip() else None
        if entry is not None or not line.strip():
            return entry, None
        self._require_own(line, self._lines)
        # Where a crash tore a line off, another program may have written on in the same line.
        last = line.rfind(_BEGINNING)
        entry = _parse(line[last:]) if last > 0 else None
        told = later("{path}, line {line}: not written to its end; left as it is")
        return entry, said(told, path=self.path, line=self._lines)

    def require_writable(self) -> None:
        """Find out before anything is decided whether decisions can be kept; creates the file."""
        with self._locked():
            pass

    def append(self, entries: Sequence[Decision | Undo | Note]) -> None:
        """Add the entries in one write, and return once they are on the disk. After an error none of them stands."""
        lines = [entry.model_dump_json().encode() + b"\n" for entry in entries]
        with self._locked() as descriptor:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and _last_byte(descriptor, size) != b"\n"
            content = _laid_out([b"\n", *lines] if torn else lines, size)
            try:
                written = os.write(descriptor, content)
                if written != len(content):
                    raise OSError(0, said("the disk is full"))
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                raise

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self.path, flags, 0o666)
            try:
                hold(descriptor, _PATIENCE)
                yield descriptor
            finally:
                os.close(descriptor)
        except OSError as error:
            told = later("decisions cannot be kept in {path}: {reason} (--log PATH names another place)")
            raise LogUnusable(told, path=self.path, reason=reason_of(error)) from error

    def _require_own(self, line: bytes, number: int) -> None:
        text = line.strip(b"\0")
        if text and not text.startswith(_BEGINNING) and not _BEGINNING.startswith(text):
            raise self._unusable(number, later("{path}, line {line}: not a line of gkllm's review log"))
        version = text.removeprefix(_BEGINNING).split(b",")[0]
        if version.isdigit() and int(version) != LOG_VERSION:
            told = later("{path}, line {line}: version {found} of the log; this gkllm knows version {known}")
            raise self._unusable(number, told, found=int(version), known=LOG_VERSION)
        if text.endswith(b"}") and text.count(_BEGINNING) == 1:
            raise self._unusable(number, later("{path}, line {line}: this version, other fields"))

    def _unusable(self, number: int, told: str, **particulars: object) -> LogUnusable:
        return LogUnusable(told, path=self.path, line=number, **particulars)


def _parse(line: bytes) -> Decision | Undo | Note | None:
    try:
        return ENTRY.validate_json(line)
    except ValidationError:
        return None


def _laid_out(lines: Sequence[bytes], at: int) -> bytes:
    """The lines as they go into the file from the offset `at`, none of them across a page."""
    content = b""
    for line in lines:
        room = _PAGE - (at + len(content)) % _PAGE
        if room < len(line) <= _PAGE:
            content += b" " * (room - 1) + b"\n"
        content += line
    return content


def _last_byte(descriptor: int, size: int) -> bytes:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1)
