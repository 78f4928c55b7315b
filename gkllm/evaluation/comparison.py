"""Two systems on the same cells: what differs, and whether that is more than luck."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gkllm.errors import ConfigurationError
from gkllm.evaluation.results import ReportRecord, Said, SuiteResult, SystemResult, WrongCell
from gkllm.evaluation.statistics import bootstrap_interval, mcnemar_exact

_SIGNIFICANT = 0.05

ReportKey = tuple[str, int]
"""(document, index of the report in it)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that one side has right and the other wrong. `wrong` is what that other says."""

    document: str
    report: int
    cell: str
    truth: Said
    wrong: Said | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left` and `right` name the systems. `interval` is for the share right of the right one minus the left's.

    `better` are cells right on the right side only, `worse` on the left side only; with repeats a cell counts as
    right where it is in more than half of them. `not_shared` counts reports that one side alone has.
    """

    left: str
    right: str
    reports: int
    cells: int
    left_right: int
    right_right: int
    left_silent: int
    right_silent: int
    interval: tuple[float, float]
    p: float
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    not_shared: int

    @property
    def verdict(self) -> str:
        """A difference is claimed only where both tests show it."""
        low, high = self.interval
        if self.p < _SIGNIFICANT and low > 0:
            return f"{self.right} is better than {self.left}"
        if self.p < _SIGNIFICANT and high < 0:
            return f"{self.left} is better than {self.right}"
        return "no difference shown"


@dataclass(frozen=True, slots=True)
class _Side:
    """One report as one system read it, in each of its repeats."""

    records: tuple[ReportRecord, ...]

    @property
    def cells(self) -> int:
        return self.records[0].counts.cells

    @property
    def share_right(self) -> float:
        return sum(record.counts.right for record in self.records) / len(self.records)

    @property
    def silent(self) -> int:
        return sum(record.counts.silent for record in self.records)

    def mostly_wrong(self) -> dict[str, WrongCell]:
        """Cells that are wrong in at least half of the repeats."""
        seen: dict[str, list[WrongCell]] = {}
        for record in self.records:
            for cell in record.wrong:
                seen.setdefault(cell.cell, []).append(cell)
        return {cell: wrong[0] for cell, wrong in seen.items() if 2 * len(wrong) >= len(self.records)}


def compare(
    left: SuiteResult, left_system: str, right: SuiteResult, right_system: str, *, seed: int
) -> Comparison:
    """Compares the reports that both have; a document must be the same in both.

    Raises ConfigurationError where a system is not in its result, a document or its truth changed between the two,
    or they share none.
    """
    _require_same_documents(left, right)
    lefts, rights = _sides(_find(left, left_system)), _sides(_find(right, right_system))
    shared = [key for key in lefts if key in rights]
    if not shared:
        raise ConfigurationError("the two results share no document")
    better: list[Change] = []
    worse: list[Change] = []
    differences: list[tuple[float, int]] = []
    for key in shared:
        wrong_left, wrong_right = lefts[key].mostly_wrong(), rights[key].mostly_wrong()
        better += _changes(key, wrong_left, wrong_right)
        worse += _changes(key, wrong_right, wrong_left)
        differences.append((rights[key].share_right - lefts[key].share_right, lefts[key].cells))
    cells = sum(lefts[key].cells for key in shared)
    return Comparison(
        left=left_system,
        right=right_system,
        reports=len(shared),
        cells=cells,
        left_right=cells - sum(len(lefts[key].mostly_wrong()) for key in shared),
        right_right=cells - sum(len(rights[key].mostly_wrong()) for key in shared),
        left_silent=sum(lefts[key].silent for key in shared),
        right_silent=sum(rights[key].silent for key in shared),
        interval=bootstrap_interval(differences, seed=seed),
        p=mcnemar_exact(len(worse), len(better)),
        better=tuple(better),
        worse=tuple(worse),
        not_shared=len(lefts.keys() ^ rights.keys()),
    )


def pairs(left: SuiteResult, right: SuiteResult) -> Iterator[tuple[str, str]]:
    """The systems to compare where none is named: those of one name, else the only one of each."""
    lefts, rights = ([system.name for system in result.systems] for result in (left, right))
    common = [name for name in lefts if name in rights]
    if common:
        yield from ((name, name) for name in common)
    elif len(lefts) == len(rights) == 1:
        yield lefts[0], rights[0]
    else:
        raise ConfigurationError(
            f"name the systems to compare with --left and --right: {', '.join(lefts)}; {', '.join(rights)}"
        )


def _find(result: SuiteResult, name: str) -> SystemResult:
    for system in result.systems:
        if system.name == name:
            return system
    known = ", ".join(system.name for system in result.systems)
    raise ConfigurationError(f"there is no system {name!r} in the result; there are {known}")


def _require_same_documents(left: SuiteResult, right: SuiteResult) -> None:
    known = {document.id: (document.sha256, document.truth_sha256) for document in left.documents}
    for document in right.documents:
        if known.get(document.id, (document.sha256, document.truth_sha256)) != (
            document.sha256,
            document.truth_sha256,
        ):
            raise ConfigurationError(
                f"{document.id}: the document or its truth changed between the two results"
            )


def _sides(system: SystemResult) -> dict[ReportKey, _Side]:
    grouped: dict[ReportKey, list[ReportRecord]] = {}
    for record in system.records:
        for report in record.reports:
            grouped.setdefault((record.document, report.report), []).append(report)
    return {key: _Side(tuple(records)) for key, records in grouped.items()}


def _changes(key: ReportKey, wrong: dict[str, WrongCell], right: dict[str, WrongCell]) -> Sequence[Change]:
    document, report = key
    return [
        Change(document, report, cell, one.truth, one.got, one.flagged)
        for cell, one in wrong.items()
        if cell not in right
    ]
