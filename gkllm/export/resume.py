"""What an interrupted run left in a JSON lines file."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gkllm.errors import ConfigurationError
from gkllm.language import reason_of
from gkllm.report import ReportId, SourceInfo, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """The reports a file holds already, each known by its file's name, its bytes' hash and its part."""

    reports: frozenset[tuple[str, ReportId]] = frozenset()
    complete: frozenset[tuple[str, str]] = frozenset()
    """Files (name, hash) all of whose reports stand."""
    broken: int = 0
    """Reports with a broken relation of severity error."""
    to_review: int = 0
    """Cells that need review."""

    def holds(self, source: SourceInfo) -> bool:
        """Whether the report of this source stands already."""
        return (_absolute(source.file), source.id) in self.reports

    def holds_all_of(self, name: str, sha256: str) -> bool:
        """Whether every report of a file with these bytes stands already."""
        return (_absolute(name), sha256) in self.complete


def _absolute(name: str) -> str:
    """The file's name whatever folder it is named from: of two files with the same bytes each has its report."""
    return os.path.abspath(name)  # noqa: PTH100 - Path has no way to drop ".." without asking the disk


def resume(path: Path) -> Standing:
    """Read the finished reports, and cut off a last line that was not written to its end.

    Raises:
        ConfigurationError: the file cannot be read or written, or another line than the last is no report.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        return Standing()
    except OSError as error:
        raise ConfigurationError(
            "cannot resume {path}: {reason}", path=path, reason=reason_of(error)
        ) from error


def _read(path: Path) -> Standing:
    reports: set[tuple[str, ReportId]] = set()
    broken = to_review = whole = 0
    torn: int | None = None
    with path.open("r+b") as stream:
        for number, line in enumerate(stream, start=1):
            if torn is not None:
                raise ConfigurationError(
                    "cannot resume {path}: its line {torn} is not a report of gkllm", path=path, torn=torn
                )
            report = _report(line)
            if report is None:
                torn = number
                continue
            whole += len(line)
            reports.add((_absolute(report.source.file), report.source.id))
            broken += report.broken
            to_review += report.to_review
        if torn == 1 and whole == 0 and not _starts_a_report(path):
            raise ConfigurationError("cannot resume {path}: its line 1 is not a report of gkllm", path=path)
        stream.truncate(whole)
    return Standing(frozenset(reports), frozenset(_complete(reports)), broken, to_review)


def _complete(reports: Set[tuple[str, ReportId]]) -> Iterator[tuple[str, str]]:
    standing = Counter(
        (name, report.sha256, report.part.of if report.part else 1) for name, report in reports
    )
    return ((name, sha256) for (name, sha256, of), count in standing.items() if count == of)


@dataclass(frozen=True, slots=True)
class _Line:
    source: SourceInfo
    broken: bool
    to_review: int


def _report(line: bytes) -> _Line | None:
    """The line's report, or None where the line is torn; without its line break it counts as torn."""
    if not line.endswith(b"\n"):
        return None
    try:
        report: dict[str, Any] = json.loads(line)
        return _Line(
            SourceInfo.model_validate(report["source"]),
            any(map(_is_broken, report["violations"])),
            sum(cell["needs_review"] for cell in report["cells"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_broken(violation: dict[str, Any]) -> bool:
    return bool(violation["severity"] == "error" and violation["verdict"] != Verdict.NOT_ASSESSABLE.value)


def _starts_a_report(path: Path) -> bool:
    """Whether the file can begin with a report; if not, it is something else and must not be cut."""
    with path.open("rb") as stream:
        beginning = stream.read(16)
    return b'{"schema_version"'.startswith(beginning[:17])
