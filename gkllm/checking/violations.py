"""Residuals that do not vanish become violations: verdict, sentence, and what would reconcile them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from gkllm.checking.evaluate import CheckedCell, Residual, residual
from gkllm.checking.localise import Localisation, Suggestions, localise, suggestions_by_relation
from gkllm.checking.sentences import message
from gkllm.form import Table
from gkllm.report import CellState, Verdict, Violation

Describe = Callable[[str], CheckedCell]
"""Tells what is known of a cell. Asked for cells of broken relations only, so a clean report costs nothing."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the relations find fault with. `blamed` are the cells that a broken relation can be blamed on."""

    violations: tuple[Violation, ...] = ()
    blamed: frozenset[str] = frozenset()


def check(found: Sequence[Residual], describe: Describe, tables: Iterable[Table]) -> Findings:
    """A violation for every relation that is broken, or that needs a cell which is missing or unreadable.

    A rule about a single cell says nothing of one that is not there. `tables` are those that `found` speaks of.
    """
    reported = [one for one in found if not one.holds and (one.assessable or not one.relation.single)]
    if not reported:
        return Findings()
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
    return Findings(tuple(violations), _blamed(reported, localisations))


def _blamed(reported: Iterable[Residual], localisations: Iterable[Localisation]) -> frozenset[str]:
    """The cells of all optima. Where optima are not all known, every cell of what is broken."""
    blamed: set[str] = set()
    for localisation in localisations:
        blamed.update(*localisation.solutions)
        if not localisation.complete or not localisation.solutions:
            relations = set(localisation.relations)
            broken = (one.relation for one in reported if one.assessable and one.relation in relations)
            blamed.update(*(relation.cells for relation in broken))
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
