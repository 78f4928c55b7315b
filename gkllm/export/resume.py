"""What an interrupted run left in a JSON lines file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gkllm.errors import ConfigurationError
from gkllm.report import Report


@dataclass(frozen=True, slots=True)
class Standing:
    """The reports a file holds already: the hashes of their sources' bytes, and how many have findings.

    `sha256s` are those of sources all of whose reports stand; `parts` are (hash, number) of a source's reports
    where only some do.
    """

    sha256s: frozenset[str] = frozenset()
    parts: frozenset[tuple[str, int]] = frozenset()
    broken: int = 0
    """Reports with a broken relation of severity error."""
    to_review: int = 0
    """Reports with a cell that needs review."""

    def holds(self, report: Report) -> bool:
        """Whether the report stands already."""
        source = report.source
        return source.sha256 in self.sha256s or (
            source.part is not None and (source.sha256, source.part.number) in self.parts
        )


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
        raise ConfigurationError(f"cannot resume {path}: {(error.strerror or str(error)).lower()}") from error


def _read(path: Path) -> Standing:
    parts: dict[str, set[int]] = {}
    sizes: dict[str, int] = {}
    broken = to_review = number = whole = 0
    torn: int | None = None
    with path.open("r+b") as stream:
        for number, line in enumerate(stream, start=1):
            if torn is not None:
                raise ConfigurationError(f"cannot resume {path}: its line {torn} is not a report of gkllm")
            report = _report(line)
            if report is None:
                torn = number
                continue
            whole += len(line)
            part = report["source"].get("part") or {"number": 1, "of": 1}
            parts.setdefault(report["source"]["sha256"], set()).add(part["number"])
            sizes[report["source"]["sha256"]] = part["of"]
            broken += any(violation["severity"] == "error" for violation in report["violations"])
            to_review += any(cell["needs_review"] for cell in report["cells"])
        if torn == 1 and whole == 0 and not _starts_a_report(path):
            raise ConfigurationError(f"cannot resume {path}: its line 1 is not a report of gkllm")
        stream.truncate(whole)
    complete = frozenset(digest for digest, numbers in parts.items() if len(numbers) >= sizes[digest])
    some = frozenset((digest, number) for digest, numbers in parts.items() for number in numbers)
    return Standing(complete, some, broken, to_review)


def _report(line: bytes) -> dict[str, Any] | None:
    """The line's report, or None where the line is torn; without its line break it counts as torn."""
    if not line.endswith(b"\n"):
        return None
    try:
        report = json.loads(line)
        report["source"]["sha256"], report["violations"], report["cells"]
    except (ValueError, KeyError, TypeError):
        return None
    return report if isinstance(report, dict) else None


def _starts_a_report(path: Path) -> bool:
    """Whether the file can begin with a report; if not, it is something else and must not be cut."""
    with path.open("rb") as stream:
        beginning = stream.read(16)
    return b'{"schema_version"'.startswith(beginning[:17])
