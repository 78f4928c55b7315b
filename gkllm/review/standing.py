"""Which decisions stand: the log folded, undone and overruled ones left out, conflicts kept apart; and kept in step.

What they tell: how fast the work goes, whether reviewers agree, how often the program was right.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise
from statistics import median
from typing import Final

from gkllm.report import ReportId
from gkllm.results import Results
from gkllm.review.log import CellRef, Content, Decision, Log, Note, Undo


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds, by cell.

    `decisions` are each reviewer's own last word, the latest last. A cell is settled where they agree, and in
    conflict where they do not: none of them is applied then.
    """

    decisions: Mapping[CellRef, tuple[Decision, ...]]
    notes: Mapping[CellRef, tuple[Note, ...]]

    def settled(self, ref: CellRef) -> Decision | None:
        """The decision that holds for a cell, if its reviewers agree."""
        found = self.decisions.get(ref, ())
        return found[-1] if found and not _differ(found) else None

    def conflict(self, ref: CellRef) -> tuple[Decision, ...]:
        """The decisions that contradict each other, empty where none do."""
        found = self.decisions.get(ref, ())
        return found if _differ(found) else ()

    def by_report(self) -> dict[ReportId, dict[str, Decision | None]]:
        """For each report its decided cells, with the decision that holds; null where reviewers disagree."""
        found: dict[ReportId, dict[str, Decision | None]] = {}
        for ref in self.decisions:
            found.setdefault(ref.report, {})[ref.cell] = self.settled(ref)
        return found


def fold(entries: Iterable[Decision | Undo | Note]) -> Standing:
    """What holds after all entries.

    A reviewer's later decision replaces the earlier; an undo brings back what stood before. A decision that
    overrules others replaces theirs too, as far as they came before it.
    """
    entries = tuple(entries)
    undone = {entry.undoes for entry in entries if isinstance(entry, Undo)}
    decisions: dict[CellRef, dict[str, Decision]] = {}
    notes: dict[CellRef, list[Note]] = {}
    for entry in entries:
        if isinstance(entry, Note):
            notes.setdefault(entry.ref, []).append(entry)
        elif isinstance(entry, Decision) and entry.id not in undone:
            standing = decisions.setdefault(entry.ref, {})
            for reviewer in (*entry.overrules, entry.reviewer):
                standing.pop(reviewer, None)
            standing[entry.reviewer] = entry
    return Standing(
        {ref: tuple(found.values()) for ref, found in decisions.items()},
        {ref: tuple(found) for ref, found in notes.items()},
    )


@dataclass(frozen=True, slots=True)
class Stale:
    """Decisions that do not fit the results.

    `changed` are of a document that stands in the results under the same name with other bytes, `unattributed` of
    one that is there, but not as the report they are about: an old log does not say which of several it is.
    `unprinted` are of cells that a report no longer has, `elsewhere` of documents that the results do not have at
    all.
    """

    changed: tuple[Decision, ...]
    unattributed: tuple[Decision, ...]
    unprinted: tuple[Decision, ...]
    elsewhere: tuple[Decision, ...]


def stale_decisions(standing: Standing, results: Results) -> Stale:
    """The decisions that cannot be applied to these results, and why."""
    cells = {report: {cell.id for cell in s.report.cells} for report, s in results.by_id().items()}
    documents = {report.sha256 for report in cells}
    names = {name for s in results.reports for name in (s.report.source.name, s.report.source.file)}
    changed: list[Decision] = []
    unattributed: list[Decision] = []
    unprinted: list[Decision] = []
    elsewhere: list[Decision] = []
    for ref, found in standing.decisions.items():
        if ref.report in cells:
            unprinted += [] if ref.cell in cells[ref.report] else found
        elif ref.report.sha256 in documents:
            unattributed += found
        elif found[-1].source in names:
            changed += found
        else:
            elsewhere += found
    return Stale(tuple(changed), tuple(unattributed), tuple(unprinted), tuple(elsewhere))


def _differ(decisions: tuple[Decision, ...]) -> bool:
    return any(_key(decision.after) != _key(decisions[0].after) for decision in decisions[1:])


def _key(content: Content) -> tuple[int | float | None, str]:
    return content.value, content.state.value


_ONE_WRITE: Final = timedelta(seconds=1)
"""What the times of decisions that are made in one may differ by."""


class Ledger:
    """What stands in a log.

    Raises, from every method that reads or writes:
        LogUnusable: the log cannot be used.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._entries: defaultdict[ReportId, list[Decision | Undo | Note]] = defaultdict(list)
        self._order: list[Decision] = []
        self._undone: set[str] = set()
        self._standing: dict[ReportId, Standing] = {}
        self.warnings: list[str] = []
        self.catch_up()

    def standing(self, report: ReportId) -> Standing:
        """What holds for one report."""
        if report not in self._standing:
            self._standing[report] = fold(self._entries.get(report, ()))
        return self._standing[report]

    def everything(self) -> Standing:
        """What holds over all reports of the log."""
        found = [self.standing(report) for report in self._entries]
        return Standing(
            {ref: decisions for one in found for ref, decisions in one.decisions.items()},
            {ref: notes for one in found for ref, notes in one.notes.items()},
        )

    def append(self, entries: Sequence[Decision | Undo | Note]) -> frozenset[ReportId]:
        """Add entries, and return the reports of all that was added since, by others too."""
        self._log.append(entries)
        return self.catch_up()

    def last_decision(self, reviewer: str, reports: Collection[ReportId]) -> Decision | None:
        """The reviewer's latest decision about these reports that is not undone."""
        for decision in reversed(self._order):
            if (
                decision.reviewer == reviewer
                and decision.id not in self._undone
                and decision.ref.report in reports
            ):
                return decision
        return None

    def catch_up(self) -> frozenset[ReportId]:
        """Take up what was added since; the reports that it is about."""
        content = self._log.read()
        self.warnings += content.warnings
        for entry in content.entries:
            self._entries[entry.ref.report].append(entry)
            self._standing.pop(entry.ref.report, None)
            if isinstance(entry, Decision):
                self._order.append(entry)
            elif isinstance(entry, Undo):
                self._undone.add(entry.undoes)
        return frozenset(entry.ref.report for entry in content.entries)

    def made_with(self, decision: Decision, cells: Iterable[CellRef]) -> list[Decision]:
        """The decisions about these cells that were made in one with this, which is always among them."""
        standing = self.standing(decision.ref.report)
        others = [one for ref in cells for one in standing.decisions.get(ref, ())]
        what = (decision.reviewer, decision.after, decision.reason)
        same = [one for one in others if (one.reviewer, one.after, one.reason) == what]
        return [one for one in same if abs(one.time - decision.time) < _ONE_WRITE] or [decision]


_BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Cells whose confidence was in [low, high), or up to 1 in the last: `right` of `total` stood as they were read."""

    low: float
    high: float
    right: int
    total: int
    mean: float
    """The mean confidence of these cells."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One reviewer's decisions in force, and the seconds they took."""

    reviewer: str
    decisions: int
    seconds: float
    median: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the cells both decided, on how many they agree."""

    reviewers: tuple[str, str]
    same: int
    both: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a log tells of the reviewers and of the program.

    `sampled` are cells drawn at random among the confident ones, `queued` those the queue chose: only the first
    say how often a confident cell is right. Cells in conflict are in neither; `conflicts` counts them.
    """

    pace: tuple[Pace, ...]
    agreement: tuple[Agreement, ...]
    sampled: tuple[Bin, ...]
    queued: tuple[Bin, ...]
    conflicts: int


def compute_stats(standing: Standing) -> Stats:
    """Everything that can be told from the decisions in force."""
    every = [decision for found in standing.decisions.values() for decision in found]
    settled = [d for d in map(standing.settled, standing.decisions) if d is not None]
    drawn = {ref for ref, found in standing.decisions.items() if any(d.sampled for d in found)}
    sampled = [d for d in settled if d.ref in drawn]
    queued = [d for d in settled if d.ref not in drawn]
    return Stats(
        tuple(_paces(every)),
        tuple(_agreements(standing)),
        tuple(_bins(sampled)),
        tuple(_bins(queued)),
        sum(bool(standing.conflict(ref)) for ref in standing.decisions),
    )


def _paces(decisions: Iterable[Decision]) -> Iterable[Pace]:
    seconds: dict[str, list[float]] = {}
    for decision in decisions:
        seconds.setdefault(decision.reviewer, []).append(decision.seconds)
    for reviewer in sorted(seconds):
        taken = seconds[reviewer]
        yield Pace(reviewer, len(taken), sum(taken), median(taken))


def _agreements(standing: Standing) -> Iterable[Agreement]:
    same: dict[tuple[str, str], list[bool]] = {}
    for found in standing.decisions.values():
        for one, other in combinations(sorted(found, key=lambda d: d.reviewer), 2):
            same.setdefault((one.reviewer, other.reviewer), []).append(one.after == other.after)
    return [Agreement(pair, sum(seen), len(seen)) for pair, seen in sorted(same.items())]


def _bins(decisions: list[Decision]) -> Iterable[Bin]:
    for index, (low, high) in enumerate(pairwise(_BINS)):
        last = index == len(_BINS) - 2
        found = [d for d in decisions if low <= d.confidence < high or (last and d.confidence >= high)]
        if found:
            right = sum(d.after == d.before for d in found)
            yield Bin(low, high, right, len(found), sum(d.confidence for d in found) / len(found))
