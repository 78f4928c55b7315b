"""Error localisation after Fellegi and Holt: the least that must change for all hard relations to hold at once.

Each change is suggested with the slip that may have made the wrong number, the cheapest first: slips of typing errors
in official statistics (Scholtus 2009), and those of copied tables.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gkllm.checking import programme
from gkllm.checking.evaluate import CheckedCell, Residual
from gkllm.checking.problem import SURE, Exact, Problem, problems
from gkllm.checking.programme import solved
from gkllm.checking.search import SearchExhausted, Solution, search
from gkllm.form import CellPlace, Relation
from gkllm.report import Change, Slip, Suggestion

MOST_NODES = 400
MOST_SOLUTIONS = 12
"""How many solutions the solver is asked for; the search always finds all."""


@dataclass(frozen=True, slots=True)
class Localisation:
    """The optima of one component of the hard relations.

    `weight` is what changing the cells of any optimum costs, in units of a surely read cell. `complete` is false
    where there may be more optima than these.
    """

    relations: tuple[Relation, ...]
    solutions: tuple[Solution, ...]
    weight: float
    complete: bool


def localise(
    found: Sequence[Residual], describe: Callable[[str], CheckedCell], most_nodes: int = MOST_NODES
) -> list[Localisation]:
    """For every component with a broken hard relation, all cheapest sets of cells whose change mends it.

    A component that no change can mend, because its cells are confirmed, has no solutions.
    """
    return [_localise(problem, most_nodes) for problem in problems(found, describe)]


def _localise(problem: Problem, most_nodes: int) -> Localisation:
    try:
        solutions, complete = search(problem, most_nodes), True
    except SearchExhausted:
        solutions, complete = solved(programme.optima, problem, MOST_SOLUTIONS) or ([], False)
    weight = sum(problem.weights[cell] for cell in solutions[0]) / SURE if solutions else 0.0
    return Localisation(problem.relations, tuple(solutions), weight, complete)


COSTS: Mapping[Slip | None, float] = {
    Slip.CANDIDATE_READING: 0.0,
    Slip.TOTAL_NOT_FILLED: 0.02,
    Slip.SHIFTED_ROW: 0.04,
    Slip.SHIFTED_COLUMN: 0.04,
    Slip.REPEATED_DIGIT: 0.06,
    Slip.TRANSPOSED_DIGITS: 0.08,
    Slip.DROPPED_DIGIT: 0.1,
    Slip.EXTRA_DIGIT: 0.1,
    Slip.NEIGHBOUR_VALUE: 0.12,
    Slip.ONE_DIGIT: 0.14,
    None: 0.3,
}
"""How implausible a change is beside one by another slip, in units of a surely read cell. Only the order is meant:
a slip that needs the coincidence of more digits is the likelier explanation where it fits."""

Describe = Callable[[str], CheckedCell]


def slips_of(
    solution: Mapping[str, Exact | None],
    describe: Describe,
    places: Mapping[str, CellPlace],
    totals: frozenset[str],
) -> dict[str, Slip | None]:
    """For each changed cell the most plausible slip that explains it; `totals` are cells that state a sum."""
    found: dict[str, list[Slip]] = {cell: [] for cell in solution}
    for slip, forward in ((Slip.SHIFTED_ROW, "after"), (Slip.SHIFTED_COLUMN, "below")):
        for run in _runs(solution, places, forward):
            if _shifted(run, solution, describe):
                for cell in run:
                    if cell in found:
                        found[cell].append(slip)
    for cell, after in solution.items():
        if after is not None:
            found[cell] += _own_slips(cell, after, describe, places.get(cell), cell in totals)
    return {cell: min(slips, key=COSTS.__getitem__, default=None) for cell, slips in found.items()}


def _own_slips(
    name: str, after: Exact, describe: Describe, place: CellPlace | None, is_total: bool
) -> Iterator[Slip]:
    cell = describe(name)
    before = cell.counted
    if after in cell.readings:
        yield Slip.CANDIDATE_READING
    if is_total and not before:
        yield Slip.TOTAL_NOT_FILLED
    if before and place is not None:
        beside = (place.before, place.after, place.above, place.below)
        if any(other is not None and describe(other).counted == before for other in beside):
            yield Slip.NEIGHBOUR_VALUE
    if before is not None and cell.value is not None:
        yield from digit_slips(_digits(before), _digits(after))


def digit_slips(wrong: str, right: str) -> Iterator[Slip]:
    """The slips that make one string of digits out of another."""
    if len(wrong) == len(right):
        differing = [index for index, pair in enumerate(zip(wrong, right, strict=True)) if pair[0] != pair[1]]
        if len(differing) == 1:
            yield Slip.ONE_DIGIT
        if len(differing) == 2 and differing[0] + 1 == differing[1]:
            first, second = differing
            if (wrong[first], wrong[second]) == (right[second], right[first]):
                yield Slip.TRANSPOSED_DIGITS
    if wrong == right * 2 or any(right[:end] + right[end - 1 :] == wrong for end in range(1, len(right) + 1)):
        yield Slip.REPEATED_DIGIT
    elif wrong in _one_less(right):
        yield Slip.DROPPED_DIGIT
    elif right in _one_less(wrong):
        yield Slip.EXTRA_DIGIT


def _one_less(digits: str) -> Iterable[str]:
    """The strings that losing one digit leaves."""
    return (digits[:index] + digits[index + 1 :] for index in range(len(digits)) if len(digits) > 1)


def _digits(value: float | Exact) -> str:
    return str(int(value)) if value == int(value) else str(float(value))


def _runs(
    solution: Mapping[str, Exact | None], places: Mapping[str, CellPlace], forward: str
) -> Iterator[list[str]]:
    """Stretches of a printed line from its first changed cell to its last, where there are two at least."""
    taken: set[str] = set()
    for cell in places:
        if cell not in solution or cell in taken:
            continue
        line = [cell]
        while (following := getattr(places[line[-1]], forward)) is not None:
            line.append(following)
        last = max(index for index, name in enumerate(line) if name in solution)
        taken.update(line)
        if last:
            yield line[: last + 1]


def _shifted(run: list[str], solution: Mapping[str, Exact | None], describe: Describe) -> bool:
    """Whether every new value is the old one of the next cell, or of the one before."""
    old = [describe(cell).counted for cell in run]
    new = [solution.get(cell, old[index]) for index, cell in enumerate(run)]
    return any(old) and (new[:-1] == old[1:] or new[1:] == old[:-1])


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
    solution: Mapping[str, Exact | None],
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
