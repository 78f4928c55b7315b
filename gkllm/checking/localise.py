"""Error localisation after Fellegi and Holt: the least that must change for all hard relations to hold at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gkllm.checking import programme
from gkllm.checking.evaluate import CheckedCell, Residual
from gkllm.checking.problem import SURE, Problem, problems
from gkllm.checking.search import SearchExhausted, Solution, search
from gkllm.checking.solver import solved
from gkllm.form import Relation

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
