"""Optima of error localisation as suggestions: each change with its slip, the cheapest first."""

from collections.abc import Iterable, Mapping

from gkllm.checking.localise import Localisation
from gkllm.checking.problem import Exact
from gkllm.checking.slips import COSTS, Describe, Solution, slips_of
from gkllm.form import CellPlace
from gkllm.report import Change, Suggestion

MOST_SUGGESTIONS = 40
"""More are no help to anyone; how many there are is then left open."""

Suggestions = tuple[tuple[Suggestion, ...], bool]
"""The suggestions, and whether they are all there are."""


def suggestions_by_relation(
    localisations: Iterable[Localisation], describe: Describe, places: Mapping[str, CellPlace]
) -> dict[tuple[str, str], Suggestions]:
    """For every (rule, scope) of a component with something broken, what would mend the component.

    Suggestions of the same cost come in the order in which their cells are printed.
    """
    found: dict[tuple[str, str], Suggestions] = {}
    for localisation in localisations:
        totals = frozenset(relation.total for relation in localisation.relations if relation.total)
        order = {cell: number for number, cell in enumerate(places)}
        all_of_it = sorted(
            (
                _suggestion(solution, localisation.weight, describe, places, totals, order)
                for solution in localisation.solutions
            ),
            key=lambda suggestion: (
                suggestion.cost,
                [order.get(change.cell, len(order)) for change in suggestion.changes],
            ),
        )
        complete = localisation.complete and len(all_of_it) <= MOST_SUGGESTIONS
        for relation in localisation.relations:
            found[relation.rule, relation.scope] = (tuple(all_of_it[:MOST_SUGGESTIONS]), complete)
    return found


def _suggestion(
    solution: Solution,
    weight: float,
    describe: Describe,
    places: Mapping[str, CellPlace],
    totals: frozenset[str],
    order: Mapping[str, int],
) -> Suggestion:
    slips = slips_of(solution, describe, places, totals)
    changes = tuple(
        Change(cell=cell, before=describe(cell).value, after=_plain(solution[cell]), slip=slips[cell])
        for cell in sorted(solution, key=lambda cell: order.get(cell, len(order)))
    )
    return Suggestion(changes=changes, cost=round(weight + sum(COSTS[slip] for slip in slips.values()), 2))


def _plain(value: Exact | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
