"""Which candidate readings the relations support: the cheapest assignment that satisfies the most of them.

Few assignments are all compared. Of many the best is found by an integer programme, solved exactly by HiGHS: a binary
variable for each candidate of each open cell, and one for each relation, true where it is broken. Breaking a relation
costs more than all readings together, so satisfying the most relations comes first and the cheapest readings second.
Cells whose reading is unambiguous are constants.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

from gkllm.checking.evaluate import Number, leaders, residual
from gkllm.checking.solver import GAP, new_solver, solved
from gkllm.form import Relation

MOST_COMPARED = 512
"""Assignments that are compared one by one, in some 10 ms: the solver is seldom needed, and takes 200 ms to load."""

_DIGITS = 6
"""Costs are compared to as many decimals as the solver tells apart."""
_ORDER = 1e-4
"""Makes options that tie come out in their own order, whatever the solver would have met first."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value an open cell may have, and how far-fetched the reading behind it is."""

    value: Number
    cost: float


class Decision(NamedTuple):
    """The option chosen for an open cell, and by what margin.

    `relations` is how many fewer relations hold, `cost` how much dearer the readings are, in the best
    assignment that gives the cell another value. Both are 0 for a tie, and then `choice` is the option that
    comes first.
    """

    choice: int
    relations: int
    cost: float

    @property
    def tied(self) -> bool:
        return self.relations == 0 and abs(self.cost) < GAP


Assignment = dict[str, int]
_Optimum = tuple[Assignment, dict[str, Assignment]]
"""The best assignment, and for each cell the best of those in which it has another value."""


@dataclass(frozen=True, slots=True)
class _Component:
    """Open cells tied together by relations, with those relations; `values` has the constants they need."""

    options: Mapping[str, Sequence[Option]]
    relations: Sequence[Relation]
    values: Mapping[str, Number | None]

    def broken(self, assignment: Assignment) -> int:
        chosen = {cell: self.options[cell][index].value for cell, index in assignment.items()}
        values = {**self.values, **chosen}
        return sum(not residual(relation, values).holds for relation in self.relations)

    def cost(self, assignment: Assignment) -> float:
        return sum(self.options[cell][index].cost for cell, index in assignment.items())

    def rank(self, assignment: Assignment) -> tuple[int, float]:
        return self.broken(assignment), round(
            self.cost(assignment) + _ORDER * sum(assignment.values()), _DIGITS
        )

    @property
    def size(self) -> int:
        return prod(len(options) for options in self.options.values())

    def assignments(self) -> Iterator[Assignment]:
        for chosen in product(*(range(len(options)) for options in self.options.values())):
            yield dict(zip(self.options, chosen, strict=True))


def decode(
    relations: Iterable[Relation],
    values: Mapping[str, Number | None],
    options: Mapping[str, Sequence[Option]],
    most_compared: int = MOST_COMPARED,
) -> dict[str, Decision]:
    """A decision for every open cell; all are ties where the solver finds none in time.

    `values` holds every cell that is not open: its number, 0 where it is blank, null where it cannot be
    assessed (relations that need it are left out). `options` holds the open cells.
    """
    usable = [
        relation
        for relation in relations
        if relation.operator == "="
        and any(cell in options for cell in relation.cells)
        and all(cell in options or values.get(cell) is not None for cell in relation.cells)
    ]
    decisions: dict[str, Decision] = {}
    for component in _components(usable, values, options):
        decisions |= _decide(component, most_compared)
    return {cell: decisions[cell] for cell in options}


def _components(
    relations: Sequence[Relation],
    values: Mapping[str, Number | None],
    options: Mapping[str, Sequence[Option]],
) -> list[_Component]:
    tied = [[cell for cell in relation.cells if cell in options] for relation in relations]
    leader = leaders(tied)
    members: dict[str, list[str]] = {}
    for cell in options:
        members.setdefault(leader.get(cell, cell), []).append(cell)
    own: dict[str, list[Relation]] = {}
    for relation, cells in zip(relations, tied, strict=True):
        own.setdefault(leader[cells[0]], []).append(relation)
    return [
        _Component({cell: options[cell] for cell in cells}, own.get(first, []), values)
        for first, cells in members.items()
    ]


def _decide(component: _Component, most_compared: int) -> dict[str, Decision]:
    if not component.relations:
        return {cell: _unrelated(options) for cell, options in component.options.items()}
    if component.size <= most_compared:
        optimum: _Optimum | None = _compared(component)
    else:
        optimum = solved(_programmed, component)
    if optimum is None:
        return {cell: Decision(_by_cost(options)[0], 0, 0.0) for cell, options in component.options.items()}
    best, others = optimum
    broken, cost = component.broken(best), component.cost(best)
    return {
        cell: Decision(best[cell], component.broken(other) - broken, component.cost(other) - cost)
        for cell, other in others.items()
    }


def _compared(component: _Component) -> _Optimum:
    best, *others = sorted(component.assignments(), key=component.rank)
    return best, {
        cell: next(other for other in others if other[cell] != chosen) for cell, chosen in best.items()
    }


def _programmed(component: _Component) -> _Optimum:
    programme = _Programme(component)
    best = programme.solve()
    return best, {cell: programme.solve(without=(cell, chosen)) for cell, chosen in best.items()}


def _unrelated(options: Sequence[Option]) -> Decision:
    """No relation sees the cell: the cheapest reading, ahead by what the next one costs more."""
    first, second, *_ = _by_cost(options)
    return Decision(first, 0, options[second].cost - options[first].cost)


def _by_cost(options: Sequence[Option]) -> list[int]:
    return sorted(range(len(options)), key=lambda index: (options[index].cost, index))


class _Programme:
    """The integer programme of one component, built once and solved again under one more exclusion."""

    def __init__(self, component: _Component) -> None:
        import highspy
        import numpy

        self._numpy = numpy
        self._component = component
        self._columns = {
            (cell, index): number
            for number, (cell, index) in enumerate(
                (cell, index) for cell, options in component.options.items() for index in range(len(options))
            )
        }
        self._solver = new_solver()
        self._add_columns(highspy.HighsVarType.kInteger)
        for cell, options in component.options.items():
            self._add_row(1, 1, {self._columns[cell, index]: 1.0 for index in range(len(options))})
        for number, relation in enumerate(component.relations):
            self._add_relation(relation, len(self._columns) + number)

    def solve(self, without: tuple[str, int] | None = None) -> Assignment:
        """The best assignment, if asked one in which a cell does not have a certain option."""
        column = None if without is None else self._columns[without]
        if column is not None:
            self._solver.changeColBounds(column, 0.0, 0.0)
        self._solver.run()
        solution = self._solver.getSolution().col_value
        if column is not None:
            self._solver.changeColBounds(column, 0.0, 1.0)
        return {cell: index for (cell, index), number in self._columns.items() if solution[number] > 0.5}

    def _add_columns(self, integer: object) -> None:
        readings = [
            self._component.options[cell][index].cost + _ORDER * index for cell, index in self._columns
        ]
        breaking = 1.0 + sum(readings)
        costs = [*readings, *[breaking] * len(self._component.relations)]
        number = len(costs)
        indices = self._numpy.arange(number, dtype=self._numpy.int32)
        self._solver.addVars(number, self._numpy.zeros(number), self._numpy.ones(number))
        self._solver.changeColsCost(number, indices, self._numpy.array(costs))
        self._solver.changeColsIntegrality(number, indices, self._numpy.array([integer] * number))

    def _add_row(self, lower: float, upper: float, terms: Mapping[int, float]) -> None:
        indices = self._numpy.array(list(terms), dtype=self._numpy.int32)
        self._solver.addRow(lower, upper, len(terms), indices, self._numpy.array(list(terms.values())))

    def _add_relation(self, relation: Relation, broken: int) -> None:
        """left - right = 0, unless the relation's variable says it is broken."""
        component = self._component
        signs = [(cell, 1.0) for cell in relation.left] + [(cell, -1.0) for cell in relation.right]
        constant = 0.0
        lowest = highest = 0.0
        terms: dict[int, float] = {}
        for cell, sign in signs:
            if cell not in component.options:
                constant += sign * float(component.values[cell] or 0)
                continue
            contributions = [sign * float(option.value) for option in component.options[cell]]
            lowest, highest = lowest + min(contributions), highest + max(contributions)
            terms |= {self._columns[cell, index]: value for index, value in enumerate(contributions)}
        slack = max(abs(lowest + constant), abs(highest + constant))
        self._add_row(-self._solver.inf, -constant, {**terms, broken: -slack})
        self._add_row(-constant, self._solver.inf, {**terms, broken: slack})
