"""How well probabilities keep what they promise, and what a threshold on them costs and leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from evals.fitting.sample import Tally
from gkllm.confidence import Evidence

BINS = 10
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Scored:
    """`cells` cells of one confidence. `reviewed`: they have another reason for review than that."""

    confidence: float
    right: bool
    reviewed: bool
    cells: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Cells of like confidence: how many, how many of them right, and the sum of their confidences."""

    cells: int
    right: int
    promised: float

    @property
    def confidence(self) -> float:
        return self.promised / self.cells

    @property
    def accuracy(self) -> float:
        return self.right / self.cells

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy, as if cells erred independently."""
        n, p = self.cells, self.accuracy
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        reach = _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, slots=True)
class Reliability:
    """`ece` is the expected calibration error: the mean distance between confidence and accuracy over `BINS` bins
    of equal width, weighted by their cells. `brier` is the mean squared error."""

    cells: int
    right: int
    ece: float
    brier: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a threshold does: the cells sent to review, and the wrong ones among the others, found and expected."""

    threshold: float
    cells: int
    reviewed: int
    wrong: int
    silent: int
    expected: float

    @property
    def share(self) -> float:
        """The cells sent to review, of all."""
        return self.reviewed / self.cells

    @property
    def risk(self) -> float:
        """The share of wrong cells to expect among those not sent to review."""
        left = self.cells - self.reviewed
        return self.expected / left if left else 0.0


def scored(cells: Tally, confidence: Callable[[Evidence], float]) -> list[Scored]:
    """The cells with their confidence."""
    return [
        Scored(confidence(judged.evidence), judged.right, judged.reviewed, count)
        for judged, count in cells.items()
    ]


def reliability(cells: Iterable[Scored]) -> Reliability:
    """The reliability over the cells; of none, all is 0."""
    found: dict[int, list[Scored]] = {}
    for one in cells:
        found.setdefault(min(BINS - 1, int(one.confidence * BINS)), []).append(one)
    bins = tuple(_bin(found[index]) for index in sorted(found))
    total = sum(one.cells for one in bins)
    squared = sum(one.cells * (one.right - one.confidence) ** 2 for group in found.values() for one in group)
    error = sum(abs(one.promised - one.right) for one in bins)
    return Reliability(
        total, sum(one.right for one in bins), error / max(1, total), squared / max(1, total), bins
    )


def review(cells: Iterable[Scored], threshold: float) -> Review:
    """What the threshold does to the cells; those with another reason are in review whatever it is."""
    total = reviewed = wrong = silent = 0
    expected = 0.0
    for one in cells:
        total += one.cells
        missed = 0 if one.right else one.cells
        wrong += missed
        if one.reviewed or one.confidence < threshold:
            reviewed += one.cells
        else:
            expected += one.cells * (1.0 - one.confidence)
            silent += missed
    return Review(threshold, total, reviewed, wrong, silent, expected)


def coverage(cells: Iterable[Scored]) -> tuple[tuple[float, float], ...]:
    """The risk-coverage curve as (share of cells kept, share of wrong ones among them), the surest kept first."""
    by_confidence: dict[float, list[int]] = {}
    for one in cells:
        sums = by_confidence.setdefault(one.confidence, [0, 0])
        sums[0] += one.cells
        sums[1] += 0 if one.right else one.cells
    total = sum(count for count, _ in by_confidence.values())
    kept = wrong = 0
    points: list[tuple[float, float]] = []
    for confidence in sorted(by_confidence, reverse=True):
        kept += by_confidence[confidence][0]
        wrong += by_confidence[confidence][1]
        points.append((kept / total, wrong / kept))
    return tuple(points)


def _bin(cells: Sequence[Scored]) -> Bin:
    return Bin(
        cells=sum(one.cells for one in cells),
        right=sum(one.cells for one in cells if one.right),
        promised=sum(one.cells * one.confidence for one in cells),
    )
