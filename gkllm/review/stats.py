"""What the log tells: how fast the work goes, whether reviewers agree, how often the program was right."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median

from gkllm.review.log import Decision
from gkllm.review.standing import Standing

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
