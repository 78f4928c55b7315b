"""What a measurement found, as it is kept in a file: enough to reproduce it, and to compare it cell by cell.

Its gates are what it must keep: limits, and another result that it must be again.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from gkllm.checking.evaluate import Number
from gkllm.errors import ConfigurationError
from gkllm.evaluation.scoring import CellScore, Counts, ReportScore, count, group
from gkllm.evaluation.truth import BrokenRelation, TrueReport
from gkllm.form import Form
from gkllm.language import reason_of, said
from gkllm.report import CellState

RESULT_VERSION = 1

Said = tuple[Number | None, CellState, str]
"""Value, state and printed string."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WrongCell(_Part):
    """A cell whose value or state is wrong. `got` is null where there is no such cell in the report."""

    cell: str
    noise: str | None
    truth: Said
    got: Said | None
    flagged: bool


class ReportRecord(_Part):
    """One report of one document, as one system read it. `report` counts from 0 within the document."""

    report: int
    counts: Counts
    groups: dict[str, dict[str, Counts]]
    wrong: tuple[WrongCell, ...]
    surplus: tuple[str, ...]
    broken_found: int
    broken_missed: tuple[BrokenRelation, ...]
    broken_false: tuple[BrokenRelation, ...]
    particulars: tuple[str, ...]
    tables: tuple[str, ...]
    failure: str | None
    exact: bool


class DocumentRecord(_Part):
    """One document read once by one system. `sample` tells repetitions apart; costs are the whole document's.

    `seconds` are the model's: the time its answers took when they were first given.
    """

    system: str
    sample: int
    document: str
    reports: tuple[ReportRecord, ...]
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    schemas: tuple[str, ...] = ()


class SystemResult(_Part):
    """One row of the table, summed over documents and repeats, with its records.

    `schemas` is a hash over the schemas of all questions asked. `cost` is null where the price is not known.
    """

    name: str
    reader: str
    prompt: str | None
    model: str | None
    model_settings: dict[str, Any]
    repeats: int
    schemas: str | None
    counts: Counts
    groups: dict[str, dict[str, Counts]]
    reports: int
    exact: int
    failures: int
    broken: int
    broken_found: int
    broken_false: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: float | None
    currency: str | None
    records: tuple[DocumentRecord, ...]


class BaselineResult(_Part):
    """A baseline's counts."""

    name: str
    counts: Counts
    reports: int
    exact: int
    broken: int


class DocumentInfo(_Part):
    """A document the suite measured on; the hashes are of its bytes and of its truth."""

    id: str
    sha256: str
    truth_sha256: str
    reports: int
    cells: tuple[int, ...]


class SuiteResult(_Part):
    """Everything measured with one suite. `environment` is what may differ where a result is reproduced."""

    result_version: int = RESULT_VERSION
    suite: str
    suite_sha256: str
    seed: int
    form: str
    documents: tuple[DocumentInfo, ...]
    invalid: tuple[str, ...]
    baselines: tuple[BaselineResult, ...]
    systems: tuple[SystemResult, ...]
    environment: dict[str, str]

    def measured(self) -> dict[str, Any]:
        """All that a repetition must find again."""
        return self.model_dump(mode="json", exclude={"environment"})

    def to_json(self) -> str:
        """JSON to be read and compared by line: a line a record and a wrong cell."""
        return "".join(_lines(self.model_dump(mode="json"))) + "\n"


def load_result(path: Path) -> SuiteResult:
    """The result in a file.

    Raises ConfigurationError where it cannot be read or is not one.
    """
    try:
        return SuiteResult.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigurationError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    except ValidationError:
        raise ConfigurationError("{path}: not a result of gkllm eval", path=path) from None


def report_record(index: int, truth: TrueReport, score: ReportScore, form: Form) -> ReportRecord:
    """A score as it is kept."""
    return ReportRecord(
        report=index,
        counts=count(score.cells),
        groups=group(truth, score.cells, form),
        wrong=tuple(_wrong(cell) for cell in score.cells if not cell.right),
        surplus=score.surplus,
        broken_found=len(score.broken_found),
        broken_missed=score.broken_missed,
        broken_false=score.broken_false,
        particulars=score.particulars,
        tables=score.tables,
        failure=score.failure,
        exact=score.exact,
    )


def sum_counts(counts: Iterable[Counts]) -> Counts:
    """The sum; of none, zero."""
    total = Counts()
    for one in counts:
        total += one
    return total


def sum_groups(
    groups: Iterable[dict[str, dict[str, Counts]]],
) -> dict[str, dict[str, Counts]]:
    """The groups of several reports as one, sorted by name."""
    summed: dict[str, dict[str, Counts]] = {}
    for one in groups:
        for by, named in one.items():
            for name, counts in named.items():
                of_kind = summed.setdefault(by, {})
                of_kind[name] = of_kind.get(name, Counts()) + counts
    return {by: dict(sorted(named.items())) for by, named in summed.items()}


def _wrong(cell: CellScore) -> WrongCell:
    truth, got = cell.truth, cell.got
    return WrongCell(
        cell=cell.cell,
        noise=truth.noise,
        truth=(truth.value, truth.state, truth.raw),
        got=(got.value, got.state, got.raw) if got else None,
        flagged=cell.flagged,
    )


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    """JSON with containers opened up to where a line holds one record's or one wrong cell's plain values."""
    compact = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(compact) <= _LINE:
        yield compact
        return
    inner = indent + " "
    items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    yield "{" if isinstance(value, dict) else "["
    for number, (name, item) in enumerate(items):
        yield f"{',' if number else ''}\n{inner}"
        if name is not None:
            yield f"{json.dumps(name, ensure_ascii=False)}: "
        yield from _lines(item, inner)
    yield f"\n{indent}" + ("}" if isinstance(value, dict) else "]")


_LINE = 300
"""A container whose JSON is shorter stands on one line."""


class Gate(BaseModel):
    """The least share of cells right and the most silent errors; null where nothing is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_accuracy: float | None = None
    max_silent: int | None = None

    def failures(self, system: str, counts: Counts) -> Iterator[str]:
        """What the counts fall short of, one line each."""
        accuracy = counts.right / counts.cells if counts.cells else 0.0
        if self.min_accuracy is not None and accuracy < self.min_accuracy:
            yield (
                said(
                    "{system}: {right}/{cells} cells right is {accuracy:.4%}, less than {min_accuracy:.4%}",
                    system=system,
                    right=counts.right,
                    cells=counts.cells,
                    accuracy=accuracy,
                    min_accuracy=self.min_accuracy,
                )
            )
        if self.max_silent is not None and counts.silent > self.max_silent:
            yield (
                said(
                    "{system}: {silent}/{cells} cells wrong and not marked, more than {max_silent}",
                    system=system,
                    silent=counts.silent,
                    cells=counts.cells,
                    max_silent=self.max_silent,
                )
            )


_SCALARS = (str, int, float, bool, type(None))


def differences(expected: SuiteResult, found: SuiteResult) -> Iterator[str]:
    """One line for every figure that differs, the environment aside; none where the two are the same."""
    if expected.measured() == found.measured():
        return
    told = list(_differing("", _by_name(expected), _by_name(found)))
    yield from told or [
        said("the same figures, but other records: gkllm eval compare says which cells differ")
    ]


def _by_name(result: SuiteResult) -> dict[str, Any]:
    """The result without its records, lists of named things as mappings."""
    content = result.measured()
    content["documents"] = {one["id"]: one for one in content["documents"]}
    for key in ("baselines", "systems"):
        content[key] = {one["name"]: {**one, "records": None} for one in content[key]}
    return content


def _differing(place: str, expected: Any, found: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in dict.fromkeys((*expected, *found)):
            yield from _differing(f"{place}, {key}" if place else key, expected.get(key), found.get(key))
    elif expected != found:
        plain = isinstance(expected, _SCALARS) and isinstance(found, _SCALARS)
        yield (
            said("{place}: {expected}, now {found}", place=place, expected=expected, found=found)
            if plain
            else said("{place} differs", place=place)
        )
