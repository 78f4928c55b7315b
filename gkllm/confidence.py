"""Evidence about a cell to a probability that its value and state are what the document prints.

A first model: it orders cells sensibly, but its weights are set by hand, not fitted. The probability is therefore
not calibrated yet.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

_CERTAIN = 6.0
_MIN_COST_MARGIN = 3.0
"""Readings that relations do not tell apart are told apart by how far-fetched they are only where the rival needs
about three independent accidents more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a cell's reading. Flags are 0 or 1.

    `label`: likeness of the row's printed label to the form's. `doubts`: reasons why the text may stand for
    another cell. `candidates`: readings the text allows. `margin_relations` and `margin_cost`: by how many
    relations, then by how much cost, the chosen reading leads. `supported` and `broken`: relations over the cell
    that hold (and have a number to speak of) or do not. `blamed`: a broken relation can be blamed on the cell.
    `legible`: the cell has a text that can be read. `agreement`: 1 if a second reader saw the same, -1 if it saw
    another text, 0 if there was none.
    """

    label: float = 1.0
    doubts: int = 0
    candidates: int = 1
    margin_relations: int = 0
    margin_cost: float = 0.0
    supported: int = 0
    broken: int = 0
    blamed: int = 0
    legible: int = 1
    agreement: int = 0

    @property
    def decided(self) -> bool:
        """Whether one reading leads clearly."""
        return self.candidates <= 1 or settled(self.margin_relations, self.margin_cost)

    @classmethod
    def of(cls, named: Mapping[str, float]) -> "Evidence":
        """The evidence that `as_dict` gave; what it does not name is as in a cell with nothing against it."""
        return cls(**{name: named[name] for name in _NAMES if name in named})  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, float]:
        """The evidence by name."""
        return {name: float(getattr(self, name)) for name in _NAMES}


_NAMES = tuple(field.name for field in fields(Evidence))


def settled(margin_relations: int, margin_cost: float) -> bool:
    """Whether a lead of so many relations, or else of so much cost, settles a cell's reading."""
    return margin_relations >= 1 or margin_cost >= _MIN_COST_MARGIN


@lru_cache(maxsize=4096)
def confidence(evidence: Evidence) -> float:
    """The probability, by a logistic score over the evidence."""
    score = _CERTAIN - 3.0 * (1.0 - evidence.label) - 4.5 * min(evidence.doubts, 2)
    if not evidence.legible:
        score -= 6.0
    if evidence.candidates > 1:
        score -= 1.0 if evidence.decided else 5.0 - min(evidence.margin_cost, 2.0)
        score += 0.5 * min(evidence.margin_relations, 3)
    score += 0.4 * min(evidence.supported, 3) - 0.3 * min(evidence.broken, 2) - 4.0 * evidence.blamed
    score += {1: 1.0, 0: 0.0, -1: -4.0}[evidence.agreement]
    return 1.0 / (1.0 + math.exp(-score))
