"""What goes into a store and comes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gkllm.report import Report


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
