"""Which kind of noise, if any, befalls one thing."""

from collections.abc import Callable, Mapping
from random import Random

from evals.generator.levels import NoiseLevel


def draw_kind(
    rng: Random,
    level: NoiseLevel,
    weights: Mapping[str, float],
    rate: float,
    bears: Callable[[str], bool],
) -> str | None:
    """One of the kinds in `weights` that the thing bears, or none.

    Kinds with a rate of their own come first, in the order of `weights`; the others share `rate`.
    """
    for kind in weights:
        own = level.own_rates.get(kind)
        if own is not None and bears(kind) and rng.random() < own:
            return kind
    kinds = [kind for kind in weights if kind in level.mixed and bears(kind)]
    if kinds and rng.random() < rate:
        return rng.choices(kinds, [weights[kind] for kind in kinds])[0]
    return None
