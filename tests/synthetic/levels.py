"""How noisy a report is, and with which kinds of noise."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

Layout = Literal["word", "pipe", "aligned", "delimited"]
LAYOUTS: tuple[Layout, ...] = ("word", "pipe", "aligned", "delimited")

CELL_WEIGHTS = MappingProxyType(
    {
        "duplicated_run": 3.0,
        "split_run": 2.0,
        "leading_zero": 1.5,
        "revised": 1.0,
        "full_width": 1.5,
        "thousands": 6.0,
        "unit": 1.0,
        "none": 0.7,
        "not_applicable": 0.8,
        "blank": 2.0,
        "padding": 3.0,
        "line_break": 3.0,
        "orphan": 12.0,
        "unreadable": 0.1,
    }
)
"""Relative frequency of a cell's noise kinds, among those the cell can bear."""

LABEL_WEIGHTS = MappingProxyType(
    {
        "missing_character": 2.0,
        "doubled_character": 1.0,
        "inner_break": 3.0,
        "list_mark": 2.0,
        "half_brackets": 2.0,
        "quotes": 3.0,
        "dropped_note": 3.0,
        "group_missing": 1.0,
    }
)
"""Relative frequency of a label's damage kinds, among those the label can bear."""

TABLE_KINDS = frozenset({"group_repeated", "header_lost"})
"""Damage that befalls a table rather than one label."""

HARMLESS_KINDS = frozenset({"full_width", "thousands", "unit", "padding", "line_break", "orphan"})
"""Cell noise that leaves a single reading of the number."""

ALL_KINDS = frozenset(CELL_WEIGHTS) | frozenset(LABEL_WEIGHTS) | TABLE_KINDS


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """Rates are probabilities: a cell bears noise, a label is damaged, a report errs in its own numbers.

    Only `kinds` occur; a cell that can bear none of them stays clean, so few kinds mean a lower rate.
    """

    cell_rate: float
    label_rate: float
    mistake_rate: float
    kinds: frozenset[str] = ALL_KINDS

    CLEAN: ClassVar["NoiseLevel"]
    MODERATE: ClassVar["NoiseLevel"]
    HEAVY: ClassVar["NoiseLevel"]

    def __post_init__(self) -> None:
        if unknown := self.kinds - ALL_KINDS:
            raise ValueError(f"unknown noise kinds: {sorted(unknown)}")


NoiseLevel.CLEAN = NoiseLevel(0.0, 0.0, 0.0)
NoiseLevel.MODERATE = NoiseLevel(1 / 8, 1 / 10, 1 / 5)
NoiseLevel.HEAVY = NoiseLevel(3 / 8, 3 / 10, 3 / 5)
