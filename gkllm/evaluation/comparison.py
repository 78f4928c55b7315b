"""Two systems on the same cells: what differs, and whether that is more than luck."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from random import Random

from gkllm.checking.evaluate import Number
from gkllm.errors import ConfigurationError
from gkllm.evaluation.results import ReportRecord, Said, SuiteResult, SystemResult, WrongCell
from gkllm.evaluation.scoring import Counts
from gkllm.language import said

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
    right where it is in more than half of them. `not_shared` counts reports that one side alone has. `unmarked` are the
    shares of cells right and not flagged, the left's and the right's, and `unmarked_interval` is for their difference.
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
    unmarked: tuple[float, float]
    unmarked_interval: tuple[float, float]
    p: float
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    not_shared: int

    @property
    def verdict(self) -> str:
        """A difference is claimed only where both tests show it."""
        low, high = self.interval
        if self.p < _SIGNIFICANT and low > 0:
            return said("{right} is better than {left}", right=self.right, left=self.left)
        if self.p < _SIGNIFICANT and high < 0:
            return said("{left} is better than {right}", left=self.left, right=self.right)
        return said("no difference shown")


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
    def unmarked(self) -> float:
        return sum(unmarked(record.counts) for record in self.records) / len(self.records)

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
        unmarked=(
            sum(lefts[key].unmarked for key in shared) / cells,
            sum(rights[key].unmarked for key in shared) / cells,
        ),
        unmarked_interval=bootstrap_interval(
            [(rights[key].unmarked - lefts[key].unmarked, lefts[key].cells) for key in shared], seed=seed
        ),
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
            "name the systems to compare with --left and --right: {lefts}; {rights}",
            lefts=", ".join(lefts),
            rights=", ".join(rights),
        )


def _find(result: SuiteResult, name: str) -> SystemResult:
    for system in result.systems:
        if system.name == name:
            return system
    known = ", ".join(system.name for system in result.systems)
    raise ConfigurationError(
        "there is no system {name!r} in the result; there are {known}", name=name, known=known
    )


def _require_same_documents(left: SuiteResult, right: SuiteResult) -> None:
    known = {document.id: (document.sha256, document.truth_sha256) for document in left.documents}
    for document in right.documents:
        if known.get(document.id, (document.sha256, document.truth_sha256)) != (
            document.sha256,
            document.truth_sha256,
        ):
            raise ConfigurationError(
                "{id}: the document or its truth changed between the two results", id=document.id
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


def unmarked(counts: Counts) -> int:
    """Cells that are right and not flagged: nobody need look at them, and nobody is misled."""
    return counts.cells - counts.flagged - counts.silent


def mcnemar_exact(only_left: int, only_right: int) -> float:
    """The two-sided exact p-value of McNemar's test: `only_left` cells right on the left alone, `only_right` on
    the right alone, under the hypothesis that either is as likely.

    1 where no cell differs.
    """
    differing = only_left + only_right
    if not differing:
        return 1.0
    tail = sum(comb(differing, k) for k in range(min(only_left, only_right) + 1))
    return min(1.0, tail / (1 << (differing - 1)))


def bootstrap_interval(
    differences: Sequence[tuple[Number, int]], *, seed: int, draws: int = 10_000, level: float = 0.95
) -> tuple[float, float]:
    """A percentile interval for a difference of shares, resampling whole reports.

    Each entry is one report: the sum of its cells' differences (right minus left) and how many cells it has. Cells
    of one report err together, so reports are drawn, not cells.
    """
    if not differences:
        return (0.0, 0.0)
    rng = Random(seed)  # noqa: S311 - reproducible on purpose
    drawn: list[float] = []
    for _ in range(draws):
        picked = rng.choices(differences, k=len(differences))
        drawn.append(sum(gain for gain, _ in picked) / sum(cells for _, cells in picked))
    drawn.sort()
    cut = (1 - level) / 2
    return drawn[int(cut * draws)], drawn[min(draws - 1, int((1 - cut) * draws))]


def render_comparison(found: Comparison, *, cells: bool = True) -> str:
    """The verdict, what it rests on, and, with `cells`, every cell that got better or worse."""
    low, high = found.interval
    before, after = found.unmarked
    least, most = found.unmarked_interval
    lines = [
        f"{found.left} -> {found.right}: {found.verdict}",
        f"  cells right {found.left_right}/{found.cells} -> {found.right_right}/{found.cells}, over "
        f"{found.reports} reports",
        f"  silent {found.left_silent} -> {found.right_silent}",
        f"  difference {(found.right_right - found.left_right) / found.cells:+.3%}, 95% interval over reports "
        f"{low:+.3%} to {high:+.3%}",
        f"  right and unmarked {before:.3%} -> {after:.3%}, difference {after - before:+.3%}, 95% interval over "
        f"reports {least:+.3%} to {most:+.3%}",
        f"  better {len(found.better)}, worse {len(found.worse)}, McNemar exact p = {found.p:.4g}",
    ]
    if found.not_shared:
        lines.append(f"  {found.not_shared} reports that only one of the two has are left out")
    if cells:
        lines += _listed("better", found.better)
        lines += _listed("worse", found.worse)
    return "\n".join(lines)


def _listed(name: str, changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        part = f"#{change.report + 1}" if change.report else ""
        wrong = _said(change.wrong) if change.wrong else "no such cell"
        marked = "flagged" if change.flagged else "silent"
        yield f"  {name}: {change.document}{part} {change.cell}: {_said(change.truth)}, not {wrong} ({marked})"


def _said(said: Said) -> str:
    value, state, raw = said
    return f"{state.value if value is None else value} {raw!r}"
