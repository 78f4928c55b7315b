"""All minimal changes by branching on implied edits: exact, and fast where few cells are wrong.

Gaussian elimination of the chosen cells from the hard relations leaves *implied edits*: sums of relations in which no
chosen cell stands. An implied edit that fails cannot be mended by the chosen cells, whatever their values, so every
solution that contains them changes one of the implied edit's cells too (Fellegi and Holt 1976).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from gkllm.checking.problem import UNSURE, Exact, Problem, Row


@dataclass(frozen=True, slots=True)
class Failure:
    """An edit that fails. Every solution changes one of `cells`; `row` is its number among the rows, if it has one."""

    cells: frozenset[str]
    row: int | None


@dataclass(frozen=True, slots=True)
class System:
    """The relations after some cells were chosen to change.

    `rows` are the relations left, `pivots` those that give a chosen cell's change, and `free` the chosen cells
    that no equality gives.
    """

    problem: Problem
    rows: tuple[Row, ...]
    pivots: Mapping[str, Row]
    free: frozenset[str]

    def choose(self, cell: str, number: int | None = None) -> "System":
        """The system in which the cell may change too; row `number` is preferred to tell its value."""
        if number is None or not (self.rows[number].equal and cell in self.rows[number].terms):
            number = next(
                (index for index, row in enumerate(self.rows) if row.equal and cell in row.terms), None
            )
        if number is None:
            return System(self.problem, self.rows, self.pivots, self.free | {cell})
        pivot = _scaled(self.rows[number], self.rows[number].terms[cell])
        rows = tuple(
            _without(row, cell, pivot) if cell in row.terms else row
            for index, row in enumerate(self.rows)
            if index != number
        )
        pivots = {
            chosen: _without(row, cell, pivot) if cell in row.terms else row
            for chosen, row in self.pivots.items()
        }
        return System(self.problem, rows, {**pivots, cell: pivot}, self.free)

    def failures(self) -> Iterator[Failure]:
        """What the chosen cells cannot mend; nothing is said of an edit in which a free cell stands."""
        for number, row in enumerate(self.rows):
            if row.violated and self.free.isdisjoint(row.terms):
                yield Failure(frozenset(row.terms), number)
        for cell, row in self.pivots.items():
            if self.free.isdisjoint(row.terms) and not self._allowed(cell, row.constant):
                yield Failure(frozenset(row.terms) - {cell}, None)
        for cell in self.problem.misfits:
            if cell not in self.pivots and cell not in self.free:
                yield Failure(frozenset((cell,)), None)

    @property
    def undecided(self) -> bool:
        """Whether some relation ties a free cell, so that elimination alone cannot tell if values exist."""
        return any(not self.free.isdisjoint(row.terms) for row in (*self.rows, *self.pivots.values()))

    def solution(self) -> dict[str, Exact | None]:
        """The chosen cells' new values, null where the relations leave them open."""
        values: dict[str, Exact | None] = {
            cell: self.problem.values[cell] + row.constant if self.free.isdisjoint(row.terms) else None
            for cell, row in self.pivots.items()
        }
        return values | dict.fromkeys(sorted(self.free))

    def _allowed(self, cell: str, change: Exact) -> bool:
        return self.problem.domains[cell].holds(self.problem.values[cell] + change)


def system_of(problem: Problem) -> System:
    """The relations before any cell is chosen."""
    return System(problem, problem.rows, {}, frozenset())


def _scaled(row: Row, divisor: Exact) -> Row:
    if divisor == 1:
        return row
    if divisor == -1:
        return Row({cell: -coefficient for cell, coefficient in row.terms.items()}, -row.constant, row.equal)
    factor = Fraction(1) / divisor
    terms = {cell: coefficient * factor for cell, coefficient in row.terms.items()}
    return Row(terms, row.constant * factor, row.equal)


def _without(row: Row, cell: str, pivot: Row) -> Row:
    """The row less the multiple of the pivot that takes the cell out of it."""
    factor = row.terms[cell]
    terms = dict(row.terms)
    for name, coefficient in pivot.terms.items():
        reduced = terms.get(name, 0) - factor * coefficient
        if reduced:
            terms[name] = reduced
        else:
            terms.pop(name, None)
    return Row(terms, row.constant - factor * pivot.constant, row.equal)


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
