"""From a plan to the calibration that is shipped, and to how well it keeps what it promises."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from evals.fitting.fit import fit
from evals.fitting.plan import LoadedPlan, labelled
from evals.fitting.reliability import (
    Reliability,
    Review,
    Scored,
    coverage,
    reliability,
    review,
    scored,
)
from evals.fitting.sample import Counted, Tally, by_layout, folds, merged, read_all
from gkllm.confidence import Calibration, RiskPoint, probability

_RULE_OF_THREE = 3
"""Where n cells held no error, the error is at most 3/n, with 95 % certainty."""
_POINTS = 200


SURE = 0.999
"""Cells with at least this confidence that nothing else is said about are to be right, all of them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One set of cells. `reviewed` is the reliability among those that have another reason for review, and
    `sure_and_wrong` counts the wrong cells without one whose confidence is `SURE` or more."""

    name: str
    documents: int
    reliability: Reliability
    reviewed: Reliability
    review: Review
    sure_and_wrong: int
    coverage: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was measured on reports held out: by mix, and by layout over all mixes."""

    mixes: tuple[Measured, ...]
    layouts: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The calibration, and what was measured: by cross-validation and on reports held out."""

    calibration: Calibration
    cross_validated: Measured
    held_out: HeldOut


def calibrate(loaded: LoadedPlan, told: Callable[[], None]) -> Calibrated:
    """Read, fit, cross-validate, choose the thresholds, and measure; `told` is called after each document."""
    fixtures = read_all(labelled(loaded.fixtures), told)
    mixes = [read_all(mix.labelled(), told) for mix in loaded.plan.fit]
    everything = [*fixtures, *(document for mix in mixes for document in mix)]
    target = merged(
        document
        for mix, known in zip(loaded.plan.fit, mixes, strict=True)
        for document in known
        if mix.target
    )
    model = _fitted(loaded, merged(everything))
    curve = tuple(_curve(scored(target, partial(probability, model))))
    model = model.model_copy(update={"curve": curve})
    out_of_fold = _out_of_fold(loaded, everything)
    cross_validated = _measured("cross-validation", len(everything), out_of_fold, model.threshold(model.risk))
    found = cross_validated.reliability
    measured: dict[str, float | int] = {
        "documents": cross_validated.documents,
        "cells": found.cells,
        "right": found.right,
        "ece": round(found.ece, 6),
        "brier": round(found.brier, 6),
    }
    model = model.model_copy(update={"measured": measured})
    return Calibrated(model, cross_validated, measure(model, loaded, told))


def measure(model: Calibration, loaded: LoadedPlan, told: Callable[[], None]) -> HeldOut:
    """How well a calibration keeps its promise on the plan's reports held out; `told` is called after each document."""
    mixes = {mix.name: read_all(mix.labelled(), told) for mix in loaded.plan.held_out}
    if loaded.held_out_fixtures:
        mixes["labelled documents"] = read_all(labelled(loaded.held_out_fixtures), told)
    layouts = by_layout(document for known in mixes.values() for document in known)
    judged = partial(_judged, model)
    return HeldOut(
        tuple(judged(name, known) for name, known in mixes.items()),
        tuple(judged(name, known) for name, known in sorted(layouts.items())),
    )


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


def _out_of_fold(loaded: LoadedPlan, counted: Sequence[Counted]) -> list[Scored]:
    """Every cell judged by a fit on other reports."""
    return [
        one
        for others, part in folds(counted, loaded.plan.folds)
        for one in scored(merged(part), partial(probability, _fitted(loaded, merged(others))))
    ]


def _judged(model: Calibration, name: str, counted: Sequence[Counted]) -> Measured:
    cells = scored(merged(counted), partial(probability, model))
    return _measured(name, len(counted), cells, model.threshold(model.risk))


def _measured(name: str, documents: int, cells: Sequence[Scored], threshold: float) -> Measured:
    return Measured(
        name=name,
        documents=documents,
        reliability=reliability(cells),
        reviewed=reliability(one for one in cells if one.reviewed),
        review=review(cells, threshold),
        sure_and_wrong=sum(
            one.cells for one in cells if not (one.right or one.reviewed) and one.confidence >= SURE
        ),
        coverage=coverage(cells),
    )
