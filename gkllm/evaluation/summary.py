"""Records summed into a result, with the hashes of what a measurement depends on."""

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType

import gkllm
from gkllm.evaluation.results import (
    BaselineResult,
    DocumentInfo,
    DocumentRecord,
    SuiteResult,
    SystemResult,
    sum_counts,
    sum_groups,
)
from gkllm.evaluation.scoring import CellScore, Got, ReportScore, count
from gkllm.evaluation.suite import Suite, System
from gkllm.evaluation.truth import TrueCell, TrueReport
from gkllm.llm.cache import digest
from gkllm.report import CellState

_NOT_MEASURED = {"label", "recording", "offline"}


def summarise(
    suite: Suite, systems: Sequence[System], records: Mapping[tuple[str, int, str], DocumentRecord]
) -> SuiteResult:
    """The result of a suite whose every reading is among the records."""
    return SuiteResult(
        suite=suite.name,
        suite_sha256=suite.sha256,
        seed=suite.seed,
        form=form(),
        documents=tuple(
            DocumentInfo(
                id=document.id,
                sha256=document.sha256,
                truth_sha256=document.truth_sha256,
                reports=len(document.truths),
                cells=tuple(len(truth.cells) for truth in document.truths),
            )
            for document in suite.documents
        ),
        invalid=suite.invalid,
        baselines=tuple(_baseline(name, suite) for name in BASELINES),
        systems=tuple(
            _system(
                suite,
                system,
                [
                    records[system.name, sample, document.id]
                    for sample in range(system.repeats)
                    for document in suite.documents
                ],
            )
            for system in systems
        ),
        environment=environment(),
    )


def _baseline(name: str, suite: Suite) -> BaselineResult:
    scores = [score_baseline(name, truth) for document in suite.documents for truth in document.truths]
    return BaselineResult(
        name=name,
        counts=sum_counts(count(score.cells) for score in scores),
        reports=len(scores),
        exact=sum(score.exact for score in scores),
        broken=sum(len(score.broken_missed) for score in scores),
    )


def _system(suite: Suite, system: System, records: Sequence[DocumentRecord]) -> SystemResult:
    reports = [report for record in records for report in record.reports]
    prompt_tokens = sum(record.prompt_tokens for record in records)
    completion_tokens = sum(record.completion_tokens for record in records)
    price = suite.prices.get(system.model.name) if system.model else None
    return SystemResult(
        name=system.name,
        reader=system.reader,
        prompt=system.prompt.reference if system.prompt else None,
        model=system.model.name if system.model else None,
        model_settings=system.model.model_dump(exclude=_NOT_MEASURED) if system.model else {},
        repeats=system.repeats,
        schemas=_schemas(records),
        counts=sum_counts(report.counts for report in reports),
        groups=sum_groups(report.groups for report in reports),
        reports=len(reports),
        exact=sum(report.exact for report in reports),
        failures=sum(report.failure is not None for report in reports),
        broken=sum(report.broken_found + len(report.broken_missed) for report in reports),
        broken_found=sum(report.broken_found for report in reports),
        broken_false=sum(len(report.broken_false) for report in reports),
        calls=sum(record.calls for record in records),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        seconds=round(sum(record.seconds for record in records), 3),
        cost=round(price.cost(prompt_tokens, completion_tokens), 6) if price else None,
        currency=price.currency if price else None,
        records=tuple(_without_ledger(record) for record in records),
    )


def _schemas(records: Iterable[DocumentRecord]) -> str | None:
    asked = sorted({schema for record in records for schema in record.schemas})
    return digest(asked) if asked else None


def _without_ledger(record: DocumentRecord) -> DocumentRecord:
    """Which of several documents under way a second or a schema is booked on depends on the moment."""
    reports = tuple(report.model_copy(update={"groups": {}}) for report in record.reports)
    return record.model_copy(update={"seconds": 0.0, "schemas": (), "reports": reports})


NOTHING, ALL_ZERO = "answers nothing", "answers 0 everywhere"

_ANSWERS: Mapping[str, tuple[Got, bool]] = MappingProxyType(
    {NOTHING: (Got(None, CellState.MISSING, ""), True), ALL_ZERO: (Got(0, CellState.REPORTED, "0"), False)}
)
"""What each says of every cell, and whether it marks the cell for review."""

BASELINES = tuple(_ANSWERS)


def score_baseline(name: str, truth: TrueReport) -> ReportScore:
    """The score of a baseline: it places nothing, and sees no relation."""
    got, flagged = _ANSWERS[name]
    return ReportScore(
        cells=tuple(_score(cell_id, cell, got, flagged) for cell_id, cell in truth.cells.items()),
        broken_missed=tuple(sorted(truth.broken)),
        particulars=tuple(type(truth.report).model_fields),
        tables=tuple(table_id for table_id, table in truth.tables.items() if table.found),
    )


def _score(cell_id: str, truth: TrueCell, got: Got, flagged: bool) -> CellScore:
    right = (got.value, got.state) == (truth.value, truth.state)
    grounded = None if truth.raw and not truth.span else truth.span is None
    return CellScore(
        cell=cell_id,
        right=right,
        raw_right=got.raw == truth.raw,
        grounded=grounded,
        flagged=flagged,
        silent=not right and not flagged,
        truth=truth,
        got=got,
    )


_LIBRARIES = ("gkllm", "pydantic", "rapidfuzz", "openai", "instructor")


def measurement(suite: Suite, systems: Iterable[str]) -> str:
    """Changes with the suite, its documents and truths, its prompts, and with the program."""
    return digest(
        {
            "suite": suite.sha256,
            "documents": [[one.id, one.sha256, one.truth_sha256] for one in suite.documents],
            "prompts": sorted({system.prompt.reference for system in suite.systems if system.prompt}),
            "systems": list(systems),
            "program": program(),
        }
    )


@cache
def form() -> str:
    """The forms' data files: tables, labels, edit rules."""
    return _of_files((_package() / "forms").rglob("*.toml"))


@cache
def program() -> str:
    """Every module and data file of the package."""
    return _of_files(path for path in _package().rglob("*") if path.suffix in (".py", ".toml", ".json"))


def environment() -> dict[str, str]:
    """Versions of what the measurement ran on, and the program's hash; a repetition may have others."""
    return {"python": platform.python_version(), **dict(_versions()), "program": program()}


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _package() -> Path:
    return Path(gkllm.__file__).parent


def _of_files(paths: Iterable[Path]) -> str:
    summed = hashlib.sha256()
    for path in sorted(paths):
        summed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{summed.hexdigest()}"
