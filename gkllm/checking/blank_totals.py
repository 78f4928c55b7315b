"""Totals that a body left blank: a broken relation says nothing against the numbers that such a total should add up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gkllm.checking.evaluate import CheckedCell, Number, Residual, residual
from gkllm.report import CellState

Describe = Callable[[str], CheckedCell]


@dataclass(frozen=True, slots=True)
class FilledTotals:
    """The relations as they are where every blank total holds the sum of its parts.

    `totals` are the sums. `residuals` lacks the relations that gave them: they hold by themselves, and confirm nothing.
    `unproved` are the cells beside a blank total that may be wrong for all that is known.
    """

    totals: Mapping[str, Number]
    residuals: Sequence[Residual]
    unproved: frozenset[str] = frozenset()


def fill_blank_totals(found: Sequence[Residual], describe: Describe) -> FilledTotals:
    """Every blank total of a broken relation filled in, a total of totals after those that it adds up.

    One that another relation contradicts stays blank: a part of it was left blank too.
    """
    blank = {
        one.relation.total: one
        for one in reversed(found)
        if one.relation.total and _breaks(one) and describe(one.relation.total).state is CellState.BLANK
    }
    while blank:
        filled = _filled(found, blank, describe)
        broken = {cell for one in filled.residuals if _breaks(one) for cell in one.relation.cells}
        if not broken & blank.keys():
            return filled
        blank = {total: one for total, one in blank.items() if total not in broken}
    return FilledTotals({}, found)


def _filled(found: Sequence[Residual], blank: Mapping[str, Residual], describe: Describe) -> FilledTotals:
    pending = dict(blank)
    values = {cell: describe(cell).counted for one in found for cell in one.relation.cells}
    totals: dict[str, Number] = {}
    given: list[Residual] = []
    while ready := [one for total, one in pending.items() if not _waits(one, total, pending)]:
        for one in ready:
            total = one.relation.total or ""
            del pending[total]
            missing = residual(one.relation, values).difference or 0
            values[total] = totals[total] = -missing if total in one.relation.left else missing
            given.append(one)
    relations = {one.relation for one in given}
    filled = [residual(one.relation, values) for one in found if one.relation not in relations]
    return FilledTotals(totals, filled, _unproved(given, filled, describe))


def _breaks(found: Residual) -> bool:
    return found.assessable and not found.holds and found.relation.severity == "error"


def _waits(found: Residual, total: str, pending: Mapping[str, Residual]) -> bool:
    return any(cell in pending for cell in found.relation.cells if cell != total)


def _unproved(given: Sequence[Residual], filled: Sequence[Residual], describe: Describe) -> frozenset[str]:
    """The cells of relations in which a number may be another cell's, or the total itself.

    It may where it stands among mere gaps or is doubtful, unless it is counted in a relation that holds.
    """
    proved = {
        cell for one in filled if one.holds and one.left and one.relation.right for cell in one.relation.cells
    }
    return frozenset(
        cell
        for one in given
        if any(
            not describe(name).placed and name not in proved
            for name in one.relation.cells
            if describe(name).counted
        )
        for cell in one.relation.cells
    )
