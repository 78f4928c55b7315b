"""The two tests a paired comparison rests on."""

from collections.abc import Sequence
from math import comb
from random import Random

from gkllm.checking.evaluate import Number


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
