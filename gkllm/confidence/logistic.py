"""The calibration: its parameters, kept in a file of the form that `python -m evals.fitting` fits, and what they say.

A logistic score over the evidence's features; no probability goes beyond what the data could show.
"""

import math
from collections.abc import Mapping
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict, Field

from gkllm.confidence.evidence import Evidence, features
from gkllm.form import Form

EVERYTHING = 1.0
"""The threshold under which every cell is: no confidence reaches 1."""


class RiskPoint(BaseModel):
    """With cells under `threshold` in review, the share of wrong ones to expect among the others, per cell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float
    risk: float


class Calibration(BaseModel):
    """The parameters. `floor` and `ceiling` bound the probability; `risk` is the target of the review by default.

    `curve` runs from the lowest threshold and the greatest risk up. `data` is the hash of what it was fitted on,
    and `measured` what came of it, for people to read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: str
    intercept: float
    weights: Mapping[str, float]
    floor: float = Field(ge=0, le=1)
    ceiling: float = Field(ge=0, lt=1)
    risk: float = Field(ge=0, le=1)
    curve: tuple[RiskPoint, ...]
    measured: Mapping[str, float | int]

    def threshold(self, risk: float) -> float:
        """The lowest threshold that keeps to the risk; above all confidence where the data shows none that does."""
        if risk >= 1:
            return 0.0
        return next((point.threshold for point in self.curve if point.risk <= risk), EVERYTHING)


@cache
def calibration(form: Form) -> Calibration:
    """The calibration of the form."""
    return Calibration.model_validate_json(form.calibration_file.read_bytes())


def probability(model: Calibration, evidence: Evidence) -> float:
    """The probability that a cell with such evidence is right."""
    weights = model.weights
    score = model.intercept + sum(
        weights.get(name, 0.0) * value for name, value in features(evidence).items()
    )
    return min(max(1.0 / (1.0 + math.exp(-score)), model.floor), model.ceiling)


@lru_cache(maxsize=1024)
def confidence(form: Form, evidence: Evidence) -> float:
    """The probability by the form's calibration."""
    return probability(calibration(form), evidence)


def review_threshold(form: Form, risk: float | None) -> float:
    """The confidence under which cells go to review, for a share of wrong cells among the others; the default
    target's, if null."""
    own = calibration(form)
    return own.threshold(own.risk if risk is None else risk)
