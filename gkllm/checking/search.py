"""All minimal changes by branching on implied edits: exact, and fast where few cells are wrong."""

from dataclasses import dataclass, field

from gkllm.checking.elimination import Failure, System, system_of
from gkllm.checking.problem import UNSURE, Exact, Problem

Solution = dict[str, Exact | None]
"""Changed cells to their new values, null where the relations leave a value open."""


class SearchExhausted(Exception):
    """The search gave up: too many branches, or a set of cells whose values the equalities do not give."""


def search(problem: Problem, most_nodes: int) -> list[Solution]:
    """Every cheapest set of cells whose change satisfies all relations; none where there is no such set.

    Budgets rise by the smallest weight there is, so the first that admits a solution is the least.

    Raises:
        SearchExhausted: `most_nodes` branches were not enough.
    """
    step = min(problem.weights.values(), default=UNSURE)
    looking = _Search(problem, most_nodes, step)
    root = system_of(problem)
    while True:
        looking.budget += step
        looking.cut = False
        looking.visit(root, 0, frozenset())
        if looking.found or not looking.cut:
            return looking.found


@dataclass(slots=True)
class _Search:
    """Depth first. `cut` tells whether a greater budget could admit more."""

    problem: Problem
    most_nodes: int
    least_weight: int
    budget: int = 0
    nodes: int = 0
    cut: bool = False
    found: list[Solution] = field(default_factory=list)

    def visit(self, system: System, spent: int, barred: frozenset[str]) -> None:
        """Find the solutions with the system's chosen cells and none that is barred."""
        self.nodes += 1
        if self.nodes > self.most_nodes:
            raise SearchExhausted
        weights = self.problem.weights
        failures = [
            Failure(frozenset(cell for cell in failure.cells if cell in weights) - barred, failure.row)
            for failure in system.failures()
        ]
        if not all(failure.cells for failure in failures):
            return
        if not failures:
            if system.undecided:
                raise SearchExhausted
            self.found.append(system.solution())
            return
        failures.sort(key=lambda failure: len(failure.cells))
        left = self.budget - spent
        if self._least_cost(failures) > left:
            self.cut = True
            return
        first = failures[0]
        candidates = first.cells
        if left < 2 * self.least_weight:
            # One more cell can be paid for, and it must mend all that fails.
            candidates = first.cells.intersection(*(failure.cells for failure in failures))
            self.cut = True
        for cell in sorted(candidates):
            if weights[cell] <= left:
                self.visit(system.choose(cell, first.row), spent + weights[cell], barred)
            else:
                self.cut = True
            barred |= {cell}

    def _least_cost(self, failures: list[Failure]) -> int:
        """What mending edits that share no cell costs at the least."""
        cost = 0
        taken: set[str] = set()
        for failure in failures:
            if taken.isdisjoint(failure.cells):
                cost += min(self.problem.weights[cell] for cell in failure.cells)
                taken |= failure.cells
        return cost
