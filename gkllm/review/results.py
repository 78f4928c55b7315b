"""The results to review: what `gkllm extract` wrote, as one file or a folder of them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gkllm.data_file import first_flaw
from gkllm.errors import ResultsUnusable
from gkllm.language import counted, reason_of, said
from gkllm.report import SCHEMA_VERSION, Report, ReportId

LOG_SUFFIX = ".review.jsonl"
FOLDER_LOG = "gkllm-review.jsonl"
_LINES = (".jsonl", ".ndjson")
_SUFFIXES = (".json", *_LINES)
_REPORTS: TypeAdapter[list[Report]] = TypeAdapter(list[Report])


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report, and the file it stands in."""

    file: Path
    report: Report

    @property
    def id(self) -> ReportId:
        """Which report it is, as decisions name it."""
        return self.report.source.id


@dataclass(frozen=True, slots=True)
class Results:
    """Every report of the results, in their order. `single` where the file holds one object and no array."""

    path: Path
    reports: tuple[StoredReport, ...]
    single: bool
    warnings: tuple[str, ...] = ()

    def by_id(self) -> dict[ReportId, StoredReport]:
        """Each report, as it stands first."""
        found: dict[ReportId, StoredReport] = {}
        for stored in self.reports:
            found.setdefault(stored.id, stored)
        return found

    def log_path(self) -> Path:
        """Where decisions about these results are kept unless told otherwise."""
        if self.path.is_dir():
            return self.path / FOLDER_LOG
        return self.path.with_name(self.path.stem + LOG_SUFFIX)


def load_results(path: Path) -> Results:
    """The reports in a .json or .jsonl file, or in every such file of a folder.

    Raises:
        ResultsUnusable: there is no such file, or it holds something else; in a folder, every file does.
    """
    with _uncollected():
        return _load_all(path)


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


def _load_all(path: Path) -> Results:
    if not path.is_dir():
        reports, single, warnings = _load(path)
        return _checked(path, reports, single, warnings)
    reports = []
    warnings = []
    for file in _files(path):
        try:
            found, _, told = _load(file)
        except ResultsUnusable as error:
            warnings.append(said("{error}; left out", error=error))
            continue
        reports += found
        warnings += told
    if not reports:
        reason = f": {warnings[0]}" if warnings else ""
        raise ResultsUnusable(
            "{path}: no results of gkllm extract in this folder{reason}", path=path, reason=reason
        )
    return _checked(path, reports, single=False, warnings=warnings)


def _checked(path: Path, reports: list[StoredReport], single: bool, warnings: list[str]) -> Results:
    if not reports:
        raise ResultsUnusable("{path}: it holds no report", path=path)
    results = Results(path, tuple(reports), single, tuple(warnings))
    again = len(reports) - len(results.by_id())
    if again:
        repeated = counted(
            "{path}: {count} report stands in the results before, of the same bytes; the first is shown",
            "{path}: {count} reports stand in the results before, of the same bytes; the first is shown",
            again,
            path=path,
        )
        return Results(path, tuple(reports), single, (*warnings, repeated))
    return results


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        is_log = file.name == FOLDER_LOG or file.name.endswith(LOG_SUFFIX)
        if file.suffix.lower() in _SUFFIXES and file.is_file() and not hidden and not is_log:
            yield file


def _load(file: Path) -> tuple[list[StoredReport], bool, list[str]]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise ResultsUnusable("{file}: no such file", file=file) from None
    except OSError as error:
        raise ResultsUnusable("{file}: {reason}", file=file, reason=reason_of(error)) from error
    if file.suffix.lower() in _LINES:
        reports, warnings = _from_lines(file, content)
        return [StoredReport(file, report) for report in reports], False, warnings
    if file.suffix.lower() != ".json":
        raise ResultsUnusable(
            "{file}: review takes .json, .jsonl and .ndjson, as gkllm extract writes them", file=file
        )
    try:
        if content.lstrip()[:1] == b"[":
            reports, single = _REPORTS.validate_json(content), False
        else:
            reports, single = [Report.model_validate_json(content)], True
    except ValidationError as error:
        raise ResultsUnusable("{file}: {reason}", file=file, reason=_reason(error)) from None
    for report in reports:
        _require_version(f"{file}", report)
    return [StoredReport(file, report) for report in reports], single, []


def _from_lines(file: Path, content: bytes) -> tuple[list[Report], list[str]]:
    reports: list[Report] = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            report = Report.model_validate_json(line)
        except ValidationError as error:
            if number == len(lines) and reports:
                return reports, [
                    said("{file}: its last line was not written to its end; left out", file=file)
                ]
            raise ResultsUnusable(
                "{file}, line {number}: {reason}", file=file, number=number, reason=_reason(error)
            ) from None
        _require_version(f"{file}, line {number}", report)
        reports.append(report)
    return reports, []


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
