"""Residuals that do not vanish become violations: verdict, sentence, what would reconcile them, and what is to blame.

A relation that a blank total breaks says nothing against the numbers that the total should add up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gkllm.checking.evaluate import CheckedCell, Number, Residual, residual
from gkllm.checking.localise import Localisation, Suggestions, localise, suggestions_by_relation
from gkllm.checking.sentences import message
from gkllm.form import Table
from gkllm.report import CellState, Verdict, Violation

Describe = Callable[[str], CheckedCell]
"""Tells what is known of a cell. Asked for cells of broken relations only, so a clean report costs nothing."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the relations find fault with. `blamed` are the cells that a broken relation can be blamed on.

    `weighed` are the relations with blank totals filled in, by which the other cells are judged.
    """

    weighed: Sequence[Residual]
    violations: tuple[Violation, ...] = ()
    blamed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FilledTotals:
    """The relations as they are where every blank total holds the sum of its parts.

    `totals` are the sums. `residuals` lacks the relations that gave them: they hold by themselves, and confirm nothing.
    `unproved` are the cells beside a blank total that may be wrong for all that is known.
    """

    totals: Mapping[str, Number]
    residuals: Sequence[Residual]
    unproved: frozenset[str] = frozenset()


def check(found: Sequence[Residual], describe: Describe, tables: Iterable[Table]) -> Findings:
    """A violation for every relation that is broken, or that needs a cell which is missing or unreadable.

    A rule about a single cell says nothing of one that is not there. `tables` are those that `found` speaks of.
    """
    reported = [one for one in found if not one.holds and (one.assessable or not one.relation.single)]
    if not reported:
        return Findings(found)
    describe = cache(describe)
    places = {cell: place for table in tables for cell, place in table.places.items()}
    localisations = localise(found, describe)
    suggestions = suggestions_by_relation(localisations, describe, places)
    violations = []
    for one in reported:
        relation, verdict = one.relation, _verdict(one, describe)
        key = (relation.rule, relation.scope)
        hard = relation.severity == "error" and one.assessable
        listed: Suggestions = suggestions[key] if hard else ((), True)
        violations.append(
            Violation(
                rule=relation.rule,
                scope=relation.scope,
                severity=relation.severity,
                left=one.left,
                right=one.right,
                difference=one.difference,
                cells=relation.cells,
                verdict=verdict,
                message=message(one, verdict, describe, places),
                suggestions=listed[0],
                suggestions_complete=listed[1],
            )
        )
    weighed, blamed = blame(found, describe, localisations)
    return Findings(weighed, tuple(violations), blamed)


def blame(
    found: Sequence[Residual], describe: Describe, localisations: Sequence[Localisation]
) -> tuple[Sequence[Residual], frozenset[str]]:
    """The relations by which cells are judged, and the cells that what is broken can be blamed on.

    A blank total is to blame for its own relation, and the rest is judged as if the sum stood there.
    """
    filled = fill_blank_totals(found, describe)
    if filled.totals:
        localisations = localise(filled.residuals, lambda cell: _with_total(cell, filled, describe))
    blamed = _blamed(filled.residuals, localisations)
    return filled.residuals, blamed | filled.totals.keys() | filled.unproved


def _with_total(cell: str, filled: FilledTotals, describe: Describe) -> CheckedCell:
    known = describe(cell)
    return replace(known, value=filled.totals[cell]) if cell in filled.totals else known


def _blamed(found: Iterable[Residual], localisations: Iterable[Localisation]) -> frozenset[str]:
    """The cells of all optima. Where optima are not all known, every cell of what is broken."""
    blamed: set[str] = set()
    broken = [one.relation for one in found if one.fails]
    for localisation in localisations:
        blamed.update(*localisation.solutions)
        if not localisation.complete or not localisation.solutions:
            relations = set(localisation.relations)
            blamed.update(*(relation.cells for relation in broken if relation in relations))
    return frozenset(blamed)


def _verdict(found: Residual, describe: Describe) -> Verdict:
    relation = found.relation
    if not found.assessable:
        return Verdict.NOT_ASSESSABLE
    if relation.total is not None and describe(relation.total).state is CellState.BLANK:
        return Verdict.BLANK_TOTAL
    cells = {name: describe(name) for name in relation.cells}
    if any(cell.doubtful for cell in cells.values()):
        return Verdict.SUSPECT_READING
    values = {name: cell.counted for name, cell in cells.items()}
    for name, cell in cells.items():
        if any(residual(relation, {**values, name: value}).holds for value in cell.readings):
            return Verdict.SUSPECT_READING
    return Verdict.SOURCE_INCONSISTENCY


def fill_blank_totals(found: Sequence[Residual], describe: Describe) -> FilledTotals:
    """Every blank total of a broken relation filled in, a total of totals after those that it adds up.

    One that another relation contradicts stays blank: a part of it was left blank too.
    """
    blank = {
        one.relation.total: one
        for one in reversed(found)
        if one.relation.total and one.breaks and describe(one.relation.total).state is CellState.BLANK
    }
    while blank:
        filled = _filled(found, blank, describe)
        broken = {cell for one in filled.residuals if one.breaks for cell in one.relation.cells}
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
