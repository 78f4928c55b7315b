"""Residuals that do not vanish become violations, each with its verdict."""

from collections.abc import Callable, Iterable, Mapping

from gkllm.checking.cells import CheckedCell
from gkllm.checking.evaluate import Number, Residual, residual
from gkllm.report import CellState, Verdict, Violation

Describe = Callable[[str], CheckedCell]
"""Tells what is known of a cell. Asked for cells of broken relations only, so a clean report costs nothing."""


def violations(
    found: Iterable[Residual], values: Mapping[str, Number | None], describe: Describe
) -> tuple[Violation, ...]:
    """Every relation that is broken, or that needs a cell which is missing or unreadable.

    A rule about a single cell says nothing of one that is not there.
    """
    return tuple(
        _violation(one, values, describe)
        for one in found
        if not one.holds and (one.assessable or len(one.relation.cells) > 1)
    )


def _violation(found: Residual, values: Mapping[str, Number | None], describe: Describe) -> Violation:
    relation = found.relation
    return Violation(
        rule=relation.rule,
        scope=relation.scope,
        severity=relation.severity,
        left=found.left,
        right=found.right,
        difference=found.difference,
        cells=relation.cells,
        verdict=_verdict(found, values, describe),
    )


def _verdict(found: Residual, values: Mapping[str, Number | None], describe: Describe) -> Verdict:
    relation = found.relation
    if not found.assessable:
        return Verdict.NOT_ASSESSABLE
    if relation.total is not None and describe(relation.total).state is CellState.BLANK:
        return Verdict.BLANK_TOTAL
    cells = {cell: describe(cell) for cell in relation.cells}
    if any(cell.doubtful for cell in cells.values()):
        return Verdict.SUSPECT_READING
    for name, cell in cells.items():
        if any(residual(relation, {**values, name: value}).holds for value in cell.readings):
            return Verdict.SUSPECT_READING
    return Verdict.SOURCE_INCONSISTENCY
