"""From a plan to the calibration that is shipped, and to how well it keeps what it promises."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from evals.fitting.fit import fit
from evals.fitting.plan import LoadedPlan, generated
from evals.fitting.reliability import (
    Reliability,
    Review,
    Scored,
    coverage,
    reliability,
    review,
    scored,
)
from evals.fitting.sample import Tally, folds, merged, read_all
from gkllm.confidence import Calibration, RiskPoint, probability

_RULE_OF_THREE = 3
"""Where n cells held no error, the error is at most 3/n, with 95 % certainty."""
_POINTS = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """One set of cells. `reviewed` is the reliability among those that have another reason for review."""

    name: str
    reports: int
    reliability: Reliability
    reviewed: Reliability
    review: Review
    coverage: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The calibration, and what was measured: by cross-validation and on reports held out."""

    calibration: Calibration
    cross_validated: Measured
    held_out: tuple[Measured, ...]


def documents(loaded: LoadedPlan) -> int:
    """How many documents a calibration reads."""
    plan = loaded.plan
    return len(loaded.fixtures) + sum(mix.reports for mix in (*plan.fit, *plan.held_out))


def calibrate(loaded: LoadedPlan, told: Callable[[], None]) -> Calibrated:
    """Read, fit, cross-validate, choose the thresholds, and measure; `told` is called after each document."""
    plan = loaded.plan
    labelled = read_all(loaded.labelled(), told)
    mixes = [read_all(generated(mix), told) for mix in plan.fit]
    everything = [*labelled, *(tally for tallies in mixes for tally in tallies)]
    target = merged(
        tally for mix, tallies in zip(plan.fit, mixes, strict=True) if mix.target for tally in tallies
    )
    model = _fitted(loaded, merged(everything))
    curve = tuple(_curve(scored(target, partial(probability, model))))
    model = model.model_copy(update={"curve": curve})
    threshold = model.threshold(model.risk)
    cross_validated = _measured(
        "cross-validation", len(everything), _out_of_fold(loaded, everything), threshold
    )
    held_out = tuple(
        _measured(mix.name, mix.reports, scored(merged(tallies), partial(probability, model)), threshold)
        for mix, tallies in ((mix, read_all(generated(mix), told)) for mix in plan.held_out)
    )
    found = cross_validated.reliability
    measured: dict[str, float | int] = {
        "reports": cross_validated.reports,
        "cells": found.cells,
        "right": found.right,
        "ece": round(found.ece, 6),
        "brier": round(found.brier, 6),
    }
    return Calibrated(model.model_copy(update={"measured": measured}), cross_validated, held_out)


def _fitted(loaded: LoadedPlan, cells: Tally) -> Calibration:
    found = fit(cells)
    least = _RULE_OF_THREE / sum(cells.values())
    return Calibration(
        data=loaded.data(),
        intercept=found.intercept,
        weights=found.weights,
        floor=least,
        ceiling=1.0 - least,
        risk=loaded.plan.risk,
        curve=(),
        measured={},
    )


def _curve(cells: Sequence[Scored]) -> Iterator[RiskPoint]:
    """Thresholds from the lowest up, each the confidence of some cells that have no other reason for review: of
    cells less sure than any of these nothing was shown."""
    distinct = sorted({one.confidence for one in cells if not one.reviewed})
    step = max(1, len(distinct) // _POINTS)
    for threshold in distinct[::step]:
        yield RiskPoint(threshold=threshold, risk=review(cells, threshold).risk)


def _out_of_fold(loaded: LoadedPlan, tallies: Sequence[Tally]) -> list[Scored]:
    """Every cell judged by a fit on other documents."""
    return [
        one
        for others, part in folds(tallies, loaded.plan.folds)
        for one in scored(merged(part), partial(probability, _fitted(loaded, merged(others))))
    ]


def _measured(name: str, reports: int, cells: Sequence[Scored], threshold: float) -> Measured:
    return Measured(
        name=name,
        reports=reports,
        reliability=reliability(cells),
        reviewed=reliability(one for one in cells if one.reviewed),
        review=review(cells, threshold),
        coverage=coverage(cells),
    )
