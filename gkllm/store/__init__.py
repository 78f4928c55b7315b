"""The store: one SQLite file, or a PostgreSQL database, on which batch, review, check and export work.

    with open_store("reports.db", create=True) as store:
        run = store.begin({"reader": "rules"})
        (file,) = store.register(run, [FileKey("/in/a.txt", sha256, "a.txt")])
        store.write(run, Reading(file.document, [(report, line)]))
        lines = [stored.line for stored in store.lines()]

Several processes may read and write at once. What the tables hold is told by `migrations`.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gkllm.report import Report

if TYPE_CHECKING:
    from gkllm.store.store import Store


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file to be read: `path` and the bytes' hashes tell it apart, `name` is as it was given."""

    path: str
    sha256: str
    name: str
    attachment: str = ""
    size: int | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What documents came to: reports, those among them with broken relations, cells to review, and failures."""

    reports: int = 0
    failures: int = 0
    broken: int = 0
    to_review: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.reports + other.reports,
            self.failures + other.failures,
            self.broken + other.broken,
            self.to_review + other.to_review,
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no report of a document or of a part: the error's class, and its one line."""

    name: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one document came to: its reports, each with its line of JSON, and its failures."""

    document: int
    reports: Sequence[tuple[Report, bytes]]
    failures: Sequence[Failure] = ()
    seconds: float = 0.0

    def counts(self) -> Counts:
        """The same in numbers."""
        return Counts(
            len(self.reports),
            len(self.failures),
            sum(any(v.severity == "error" for v in report.violations) for report, _ in self.reports),
            sum(cell.needs_review for report, _ in self.reports for cell in report.cells),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A start of the program, and the settings it reads under, by their ids."""

    id: int
    settings: int


@dataclass(frozen=True, slots=True)
class Registered:
    """A document's id, and what it came to under the run's settings, null where it is to be read (again)."""

    document: int
    standing: Counts | None


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A report as it was given, its line of JSON, and the path of its document."""

    path: str
    line: bytes


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """An entry of the review's log: its line `json`, and what SQL asks of it.

    `entry` is "decision", "undo" or "note"; `value` and `state` are a decision's, `undoes` is an undo's, and
    `overrules` names the reviewers whose decisions on the cell a decision puts aside. `time` is in UTC.
    """

    entry_id: str
    entry: str
    sha256: str
    part: int | None
    cell: str
    reviewer: str
    time: str
    json: str
    value: int | float | None = None
    state: str | None = None
    undoes: str | None = None
    overrules: tuple[str, ...] = ()


__all__ = [
    "Counts",
    "DecisionRow",
    "Failure",
    "FileKey",
    "Reading",
    "Registered",
    "Run",
    "StoredLine",
    "hidden",
    "is_store",
    "open_store",
]

PATIENCE: Final = 60.0
"""Seconds to wait for another writer, each of which takes milliseconds."""
_SUFFIXES: Final = (".db", ".sqlite", ".sqlite3")


def is_store(address: str) -> bool:
    """Whether that names a store and no other file: by its suffix, or as a URL."""
    return "://" in address or address.lower().endswith(_SUFFIXES)


def open_store(
    address: str | os.PathLike[str], *, create: bool = False, patience: float = PATIENCE
) -> "Store":
    """The store in a file or at a `postgresql://` URL, its schema brought to the newest version; `patience` are the
    seconds that a file's other writers, or too many who ask at once, are waited for.

    Raises:
        StoreUnusable: there is none and `create` is not asked for; something else is there; it is of a newer version.
    """
    # SQLAlchemy takes longer to load than a report takes to read.
    from gkllm.store.store import Store

    return Store(os.fspath(address), create=create, patience=patience)


def hidden(address: str) -> str:
    """The address without a password that it may name, for people to read."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", address)
