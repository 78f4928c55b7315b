"""What an interrupted run left in a JSON lines file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gkllm.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Standing:
    """The reports a file holds already: the hashes of their sources' bytes, and how many have findings."""

    sha256s: frozenset[str] = frozenset()
    broken: int = 0
    """Reports with a broken relation of severity error."""
    to_review: int = 0
    """Reports with a cell that needs review."""


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
    hashes: set[str] = set()
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
            hashes.add(report["source"]["sha256"])
            broken += any(violation["severity"] == "error" for violation in report["violations"])
            to_review += any(cell["needs_review"] for cell in report["cells"])
        if torn == 1 and whole == 0 and not _starts_a_report(path):
            raise ConfigurationError(f"cannot resume {path}: its line 1 is not a report of gkllm")
        stream.truncate(whole)
    return Standing(frozenset(hashes), broken, to_review)


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
