"""The results to review: what `gkllm extract` wrote, as one file or a folder of them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gkllm.errors import ResultsUnusable
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
            found, _, said = _load(file)
        except ResultsUnusable as error:
            warnings.append(f"{error}; left out")
            continue
        reports += found
        warnings += said
    if not reports:
        reason = f": {warnings[0]}" if warnings else ""
        raise ResultsUnusable(f"{path}: no results of gkllm extract in this folder{reason}")
    return _checked(path, reports, single=False, warnings=warnings)


def _checked(path: Path, reports: list[StoredReport], single: bool, warnings: list[str]) -> Results:
    if not reports:
        raise ResultsUnusable(f"{path}: it holds no report")
    results = Results(path, tuple(reports), single, tuple(warnings))
    again = len(reports) - len(results.by_id())
    if again:
        said = f"{path}: {again} reports stand in the results before, of the same bytes; the first is shown"
        return Results(path, tuple(reports), single, (*warnings, said))
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
        raise ResultsUnusable(f"{file}: no such file") from None
    except OSError as error:
        raise ResultsUnusable(f"{file}: {(error.strerror or str(error)).lower()}") from error
    if file.suffix.lower() in _LINES:
        reports, warnings = _from_lines(file, content)
        return [StoredReport(file, report) for report in reports], False, warnings
    if file.suffix.lower() != ".json":
        raise ResultsUnusable(f"{file}: review takes .json, .jsonl and .ndjson, as gkllm extract writes them")
    try:
        if content.lstrip()[:1] == b"[":
            reports, single = _REPORTS.validate_json(content), False
        else:
            reports, single = [Report.model_validate_json(content)], True
    except ValidationError as error:
        raise ResultsUnusable(f"{file}: {_reason(error)}") from None
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
                return reports, [f"{file}: its last line was not written to its end; left out"]
            raise ResultsUnusable(f"{file}, line {number}: {_reason(error)}") from None
        _require_version(f"{file}, line {number}", report)
        reports.append(report)
    return reports, []


def _require_version(place: str, report: Report) -> None:
    if report.schema_version != SCHEMA_VERSION:
        raise ResultsUnusable(
            f"{place}: written in version {report.schema_version} of the output contract; "
            f"this gkllm knows version {SCHEMA_VERSION}"
        )


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "not JSON"
    place = ".".join(str(part) for part in first["loc"])
    detail = f"{place}: {first['msg']}" if place else first["msg"]
    return f"not a report of this version of gkllm ({detail.lower()})"
