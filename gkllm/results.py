"""Results read back: from a store, from what `gkllm extract` wrote as JSON or JSON lines, or from a folder of it."""

import codecs
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from gkllm.data_file import first_flaw
from gkllm.errors import ResultsUnusable
from gkllm.language import counted, reason_of, said
from gkllm.report import SCHEMA_VERSION, Report, ReportId
from gkllm.store import StoredLine, is_store, open_store

LOG_SUFFIX = ".review.jsonl"
FOLDER_LOG = "gkllm-review.jsonl"
"""What the logs of reviews are called, which lie beside results and are none."""
_LINES = (".jsonl", ".ndjson")
_SUFFIXES = (".json", *_LINES)
_REPORTS: TypeAdapter[list[Report]] = TypeAdapter(list[Report])

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report, the file it stands in, and its line of JSON where that is how it is kept."""

    file: Path
    report: Report
    line: bytes | None = field(default=None, repr=False)

    @property
    def id(self) -> ReportId:
        """Which report it is, as decisions name it."""
        return self.report.source.id

    def as_line(self) -> bytes:
        """The report's JSON, as it is kept where that is a line."""
        return self.report.to_json().encode() if self.line is None else self.line


@dataclass(frozen=True, slots=True)
class Results:
    """Every report of the results, in their order. `single` where the file holds one object and no array."""

    place: str
    reports: tuple[StoredReport, ...] = field(repr=False)
    single: bool
    warnings: tuple[str, ...] = ()

    def by_id(self) -> dict[ReportId, StoredReport]:
        """Each report, as it stands first."""
        found: dict[ReportId, StoredReport] = {}
        for stored in self.reports:
            found.setdefault(stored.id, stored)
        return found


def read_results(where: str | Path, *, in_review: bool = False) -> Results:
    """All reports of results; with `in_review` a store gives only those that a review is about.

    Raises:
        ResultsUnusable: there are none, or something else is there; in a folder, in every file.
    """
    place, warnings = str(where), list[str]()
    with _uncollected():
        reports = tuple(stream_results(place, warnings.append, in_review=in_review))
    if not reports and Path(place).is_dir():
        reason = f": {warnings[0]}" if warnings else ""
        raise ResultsUnusable(
            "{place}: no results of gkllm extract in this folder{reason}", place=place, reason=reason
        )
    if not reports and not (in_review and is_store(place)):
        raise ResultsUnusable("{place}: it holds no report", place=place)
    single = len(reports) == 1 and reports[0].line is None and _is_one_object(Path(place))
    results = Results(place, reports, single, tuple(warnings))
    if again := len(reports) - len(results.by_id()):
        repeated = counted(
            "{place}: {count} report stands in the results before, of the same bytes; the first is shown",
            "{place}: {count} reports stand in the results before, of the same bytes; the first is shown",
            again,
            place=place,
        )
        return Results(place, reports, single, (*warnings, repeated))
    return results


def stream_results(place: str, warn: Warn, *, in_review: bool = False) -> Iterator[StoredReport]:
    """The same one after another, none of them kept. `warn` is told of what is left out.

    Raises:
        ResultsUnusable: the place cannot be read, or holds something else.
    """
    if is_store(place):
        with open_store(place) as store:
            for stored in store.lines(in_review=in_review):
                yield as_stored(place, stored)
    elif Path(place).is_dir():
        for file in _files(Path(place)):
            try:
                # A file is taken as a whole or not at all.
                found = list(_in_file(file, warn))
            except ResultsUnusable as error:
                warn(said("{error}; left out", error=error))
            else:
                yield from found
    else:
        yield from _in_file(Path(place), warn)


def as_stored(place: str, stored: StoredLine) -> StoredReport:
    """A report of the store at `place`.

    Raises:
        ResultsUnusable: it is of another version.
    """
    return StoredReport(Path(place), _report(f"{place}, {stored.path}", stored.line), stored.line)


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        is_log = file.name == FOLDER_LOG or file.name.endswith(LOG_SUFFIX)
        if file.suffix.lower() in _SUFFIXES and file.is_file() and not hidden and not is_log:
            yield file


def _in_file(file: Path, warn: Warn) -> Iterator[StoredReport]:
    """The reports of a file of JSON lines, or of JSON: one object or an array; its suffix need not say which."""
    try:
        with file.open("rb") as stream:
            if file.suffix.lower() in _LINES:
                yield from _in_lines(file, stream, warn)
                return
            content = stream.read().removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError:
        raise ResultsUnusable("{file}: no such file", file=file) from None
    except IsADirectoryError:
        raise ResultsUnusable("{file}: is a folder, not a file", file=file) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else said("not a usable path")
        raise ResultsUnusable("{file}: {reason}", file=file, reason=reason) from None
    if not content.strip():
        raise ResultsUnusable("{file}: is empty", file=file)
    if _is_lines(content):
        yield from _in_lines(file, iter(content.splitlines(keepends=True)), warn)
        return
    for report in _in_json(file, content):
        yield StoredReport(file, report)


def _in_json(file: Path, content: bytes) -> list[Report]:
    try:
        if content.lstrip()[:1] == b"[":
            reports = _REPORTS.validate_json(content)
        else:
            reports = [Report.model_validate_json(content)]
    except ValidationError as error:
        raise ResultsUnusable("{file}: {reason}", file=file, reason=_reason(error)) from None
    for report in reports:
        _require_version(f"{file}", report)
    return reports


def _in_lines(file: Path, lines: IO[bytes] | Iterator[bytes], warn: Warn) -> Iterator[StoredReport]:
    before = 0
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        if not line.endswith(b"\n") and before and not _is_json(line):
            warn(said("{file}: its last line was not written to its end; left out", file=file))
            return
        report = _report(f"{file}, line {number}", line)
        yield StoredReport(file, report, line.rstrip(b"\r\n"))
        before += 1


def _report(place: str, line: bytes) -> Report:
    try:
        report = Report.model_validate_json(line)
    except ValidationError as error:
        raise ResultsUnusable("{place}: {reason}", place=place, reason=_reason(error)) from None
    _require_version(place, report)
    return report


def _is_lines(content: bytes) -> bool:
    """Whether the first of several lines is JSON by itself."""
    first, _, rest = content.lstrip().partition(b"\n")
    return bool(rest.strip()) and first[:1] == b"{" and _is_json(first)


def _is_one_object(file: Path) -> bool:
    return file.is_file() and file.read_bytes().removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{"


def _is_json(line: bytes) -> bool:
    try:
        Report.model_validate_json(line)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid"
    return True


def _require_version(place: str, report: Report) -> None:
    if report.schema_version != SCHEMA_VERSION:
        raise ResultsUnusable(
            "{place}: written in version {found} of the output contract; this gkllm knows version {known}",
            place=place,
            found=report.schema_version,
            known=SCHEMA_VERSION,
        )


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return said("not JSON")
    return said("not a report of this version of gkllm ({flaw})", flaw=first_flaw(error))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python looks for garbage as objects become many, which takes longer here than loading them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
