"""Residuals that do not vanish become violations: verdict, sentence, and what would reconcile them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gkllm.checking.blank_totals import FilledTotals, fill_blank_totals
from gkllm.checking.evaluate import CheckedCell, Residual, residual
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
        localisations = localise(filled.residuals, lambda cell: _filled(cell, filled, describe))
    blamed = _blamed(filled.residuals, localisations)
    return filled.residuals, blamed | filled.totals.keys() | filled.unproved


def _filled(cell: str, filled: FilledTotals, describe: Describe) -> CheckedCell:
    known = describe(cell)
    return replace(known, value=filled.totals[cell]) if cell in filled.totals else known


def _blamed(found: Iterable[Residual], localisations: Iterable[Localisation]) -> frozenset[str]:
    """The cells of all optima. Where optima are not all known, every cell of what is broken."""
    blamed: set[str] = set()
    broken = [one.relation for one in found if one.assessable and not one.holds]
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
