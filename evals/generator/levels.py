"""How noisy a report is, and with which kinds of noise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Literal

from evals.generator.kinds import KINDS

Layout = Literal["word_dump", "pipe", "fixed_width", "delimited"]
LAYOUTS: tuple[Layout, ...] = ("word_dump", "pipe", "fixed_width", "delimited")

CELL_WEIGHTS = MappingProxyType({kind.name: kind.weight for kind in KINDS if kind.befalls == "cell"})
"""Relative frequency of a cell's noise kinds, among those the cell can bear."""

LABEL_WEIGHTS = MappingProxyType({kind.name: kind.weight for kind in KINDS if kind.befalls == "label"})
"""Relative frequency of a label's damage kinds, among those the label can bear."""

TABLE_KINDS = frozenset(kind.name for kind in KINDS if kind.befalls == "table")
"""Damage that befalls a table rather than one label."""

HARMLESS_KINDS = frozenset(kind.name for kind in KINDS if kind.harmless)
"""Cell noise that leaves a single reading of the number."""

ALL_KINDS = frozenset(kind.name for kind in KINDS)
USUAL_KINDS = frozenset(kind.name for kind in KINDS if kind.usual)


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """Rates are probabilities: a cell bears noise, a label is damaged, a report errs in its own numbers.

    Only `kinds` occur; a cell that can bear none of them stays clean, so few kinds mean a lower rate. A kind in
    `own_rates` is drawn first and by itself, for whatever can bear it, whether or not it is among `kinds`.

    Raises ValueError for an unknown kind and for a rate that is no probability.
    """

    cell_rate: float
    label_rate: float
    mistake_rate: float
    kinds: frozenset[str] = USUAL_KINDS
    own_rates: Mapping[str, float] = field(default_factory=dict, hash=False)

    CLEAN: ClassVar["NoiseLevel"]
    MODERATE: ClassVar["NoiseLevel"]
    HEAVY: ClassVar["NoiseLevel"]

    def __post_init__(self) -> None:
        if unknown := (self.kinds | self.own_rates.keys()) - ALL_KINDS:
            raise ValueError(f"unknown noise kinds: {sorted(unknown)}")
        rates = (self.cell_rate, self.label_rate, self.mistake_rate, *self.own_rates.values())
        if wrong := [rate for rate in rates if not 0 <= rate <= 1]:
            raise ValueError(f"not a probability: {wrong[0]:g}")

    @property
    def mixed(self) -> frozenset[str]:
        """The kinds that share the level's common rates."""
        return self.kinds - self.own_rates.keys()


NoiseLevel.CLEAN = NoiseLevel(0.0, 0.0, 0.0)
NoiseLevel.MODERATE = NoiseLevel(1 / 8, 1 / 10, 1 / 5)
NoiseLevel.HEAVY = NoiseLevel(3 / 8, 3 / 10, 3 / 5)

LEVELS: Mapping[str, NoiseLevel] = MappingProxyType(
    {"clean": NoiseLevel.CLEAN, "moderate": NoiseLevel.MODERATE, "heavy": NoiseLevel.HEAVY}
)
"""The named levels; moderate and heavy are about one cell in eight and three in eight, one label in ten and
three in ten."""
