"""Which options the relations support: the cheapest assignment that satisfies the most of them.

Few assignments are all compared. Of many the best is found by an integer programme, solved exactly by HiGHS. Breaking a
relation costs more than all options together, so satisfying the most relations comes first and the cheapest options
second.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gkllm.checking.evaluate import Number, residual
from gkllm.checking.programme import GAP, new_solver, solved
from gkllm.checking.variables import (
    ORDER,
    SLIGHT,
    Assignment,
    Balance,
    Component,
    Variable,
    components,
    tells_places,
)
from gkllm.form import Relation

MOST_COMPARED = 512
"""Assignments that are compared one by one, in some 10 ms: the solver is seldom needed, and takes 200 ms to load."""
_MOST_PLACED = 150
"""Options of rows whose numbers may stand in several columns, before each row is decided by its own relations alone:
the more rows are open, the more alike the columns are, and the less any relation could tell."""


MIN_COST_MARGIN = 3.0
"""Readings that relations do not tell apart are told apart by how far-fetched they are only where the rival needs
about three independent accidents more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The option chosen for an open cell, and by what margin.

    `relations` is how many fewer relations hold, `cost` how much dearer the options are, in the best assignment that
    gives the cell another content. Both are 0 for a tie, and then `choice` is the option that comes first.
    """

    choice: int
    relations: int
    cost: float

    @property
    def tied(self) -> bool:
        return self.relations == 0 and abs(self.cost) < GAP


def settled(margin_relations: int, margin_cost: float) -> bool:
    """Whether a lead of so many relations, or else of so much cost, settles a cell's reading."""
    return margin_relations >= 1 or (margin_relations == 0 and margin_cost >= MIN_COST_MARGIN)


_Rivals = dict[str, Assignment]
"""For each cell the best of the assignments in which it holds something else; none where there is no such."""
_CERTAIN = (1, 0.0)
"""The margin of a cell that holds the same in every option, or in all that its row's own relation allows."""


def decode(
    relations: Iterable[Relation],
    values: Mapping[str, Number | None],
    variables: Sequence[Variable],
    most_compared: int = MOST_COMPARED,
) -> dict[str, Decision]:
    """A decision for every cell of the variables, `choice` counting its variable's options.

    All are ties where the solver finds none in time. `values` holds every cell that is not open: its number, 0 where it
    is blank, null where it cannot be assessed (relations that need it are left out).
    """
    relations = list(relations)
    decisions: dict[str, Decision] = {}
    for component in components(relations, values, variables):
        decisions |= _decide(component, most_compared)
    return {cell: decisions[cell] for variable in variables for cell in variable.cells}


def _decide(component: Component, most_compared: int) -> dict[str, Decision]:
    if not component.relations:
        return _unrelated(component)
    if any(variable.placing for variable in component.variables):
        return _placed(component, most_compared)
    return _by_relations(component, most_compared)


def _by_relations(component: Component, most_compared: int) -> dict[str, Decision]:
    if component.size <= most_compared:
        found: tuple[Assignment, Component, _Rivals] | None = _compared(component)
    else:
        found = solved(_programmed, component)
    if found is None:
        return {
            cell: Decision(variable.cheapest()[0], 0, 0.0)
            for variable in component.variables
            for cell in variable.cells
        }
    best, telling, rivals = found
    decisions: dict[str, Decision] = {}
    for variable, choice in zip(component.variables, best, strict=True):
        weighed = telling if variable.placing else component
        for cell in variable.cells:
            margin = _CERTAIN
            if cell in rivals:
                other = rivals[cell]
                broken = weighed.broken(other) - weighed.broken(best)
                margin = (broken, weighed.cost(other) - weighed.cost(best))
            decisions[cell] = Decision(choice, *margin)
    return decisions


def _compared(component: Component) -> tuple[Assignment, Component, _Rivals]:
    ranked = sorted(component.assignments(), key=component.rank)
    best, telling = ranked[0], component.telling(ranked[0])
    told = sorted(ranked, key=telling.rank) if telling.slight else ranked
    rivals: _Rivals = {}
    for number, (variable, choice) in enumerate(zip(component.variables, best, strict=True)):
        for cell in variable.cells:
            others = variable.rivals(cell, choice)
            if others:
                order = told if variable.placing else ranked
                rivals[cell] = next(one for one in order if one[number] in others)
    return best, telling, rivals


def _programmed(component: Component) -> tuple[Assignment, Component, _Rivals]:
    programme = OptionProgramme(component)
    best = programme.solve()
    telling = component.telling(best)
    placing = OptionProgramme(telling) if telling.slight else programme
    solutions: dict[tuple[int, frozenset[int]], Assignment] = {}
    rivals: _Rivals = {}
    for number, (variable, choice) in enumerate(zip(component.variables, best, strict=True)):
        for cell in variable.cells:
            others = variable.rivals(cell, choice)
            if not others:
                continue
            if (number, others) not in solutions:
                asked = placing if variable.placing else programme
                solutions[number, others] = asked.solve(number, others)
            rivals[cell] = solutions[number, others]
    return best, telling, rivals


def _unrelated(component: Component) -> dict[str, Decision]:
    """No relation sees the cells: the cheapest option, ahead by what the next one costs more."""
    decisions: dict[str, Decision] = {}
    for variable in component.variables:
        order = variable.cheapest()
        for cell in variable.cells:
            others = variable.rivals(cell, order[0])
            dearer = [variable.options[index].cost for index in order if index in others]
            lead = dearer[0] - variable.options[order[0]].cost if dearer else 0.0
            decisions[cell] = Decision(order[0], 0, lead) if dearer else Decision(order[0], *_CERTAIN)
    return decisions


def _placed(component: Component, most_compared: int) -> dict[str, Decision]:
    """Rows whose own total holds over several numbers keep to the options in which it does; then all together.

    Of rows with seven numbers whose total is their sum and not zero, 482 of 483 were right.
    """
    decisions: dict[str, Decision] = {}
    values, still = dict(component.values), []
    kept = {variable.cells[0]: _narrowed(component.alone(variable)) for variable in component.variables}
    for variable in component.variables:
        options = kept[variable.cells[0]]
        smaller = replace(variable, options=tuple(variable.options[index] for index in options))
        if len(options) > 1:
            still.append(smaller)
        else:
            values |= smaller.counted(0)
            decisions |= dict.fromkeys(variable.cells, Decision(options[0], *_CERTAIN))
    found = [_bounded(rest, most_compared) for rest in components(component.relations, values, still)]
    among = {cell: kept[variable.cells[0]] for variable in still for cell in variable.cells}
    for cell, decision in (pair for one in found for pair in one.items()):
        decisions[cell] = replace(decision, choice=among[cell][decision.choice])
    return decisions


def _narrowed(alone: Component) -> list[int]:
    """The options of one variable that keep the relations over it alone which tell places in its best option."""
    [variable] = alone.variables
    every = list(range(len(variable.options)))
    if not variable.placing or not alone.relations:
        return every
    best = min(every, key=lambda option: alone.rank((option,)))
    values = alone.counted((best,))
    held = [one for one in alone.relations if tells_places(one, values) and residual(one, values).holds]
    keeping = replace(alone, relations=tuple(held))
    return [option for option in every if not keeping.broken((option,))]


def _bounded(component: Component, most_compared: int) -> dict[str, Decision]:
    """Decisions by all relations where the options are few enough, else by those over one variable."""
    if not component.relations:
        return _unrelated(component)
    options = sum(len(variable.options) for variable in component.variables if variable.placing)
    if component.size <= most_compared or options <= _MOST_PLACED:
        return _by_relations(component, most_compared)
    decisions: dict[str, Decision] = {}
    for alone in map(component.alone, component.variables):
        decisions |= _by_relations(alone, most_compared) if alone.relations else _unrelated(alone)
    return decisions


class OptionProgramme:
    """The programme of one component, built once and solved again with fewer options."""

    def __init__(self, component: Component) -> None:
        import highspy
        import numpy

        self._numpy = numpy
        self._component = component
        self._columns = {
            (variable, option): column
            for column, (variable, option) in enumerate(
                (number, option)
                for number, variable in enumerate(component.variables)
                for option in range(len(variable.options))
            )
        }
        self._solver = new_solver()
        self._add_columns(highspy.HighsVarType.kInteger)
        for number, variable in enumerate(component.variables):
            self._add_row(
                1, 1, {self._columns[number, option]: 1.0 for option in range(len(variable.options))}
            )
        for number, balance in enumerate((*component.balances, *component.slight_balances)):
            self._add_balance(balance, len(self._columns) + number)

    def solve(self, variable: int | None = None, among: Collection[int] = ()) -> Assignment:
        """The best assignment, if asked that in which a variable has one of certain options."""
        shut = [
            column
            for (number, option), column in self._columns.items()
            if number == variable and option not in among
        ]
        for column in shut:
            self._solver.changeColBounds(column, 0.0, 0.0)
        self._solver.run()
        solution = self._solver.getSolution().col_value
        for column in shut:
            self._solver.changeColBounds(column, 0.0, 1.0)
        chosen = [
            (number, option) for (number, option), column in self._columns.items() if solution[column] > 0.5
        ]
        return tuple(option for _, option in sorted(chosen))

    def _add_columns(self, integer: object) -> None:
        costs = [
            self._component.variables[number].options[option].cost + ORDER * option
            for number, option in self._columns
        ]
        slight = [SLIGHT] * len(self._component.slight)
        breaking = 1.0 + sum(costs) + sum(slight)
        costs += [breaking] * len(self._component.relations) + slight
        number = len(costs)
        indices = self._numpy.arange(number, dtype=self._numpy.int32)
        self._solver.addVars(number, self._numpy.zeros(number), self._numpy.ones(number))
        self._solver.changeColsCost(number, indices, self._numpy.array(costs))
        self._solver.changeColsIntegrality(number, indices, self._numpy.array([integer] * number))

    def _add_row(self, lower: float, upper: float, terms: Mapping[int, float]) -> None:
        indices = self._numpy.array(list(terms), dtype=self._numpy.int32)
        self._solver.addRow(lower, upper, len(terms), indices, self._numpy.array(list(terms.values())))

    def _add_balance(self, balance: Balance, broken: int) -> None:
        """left - right = 0, unless the relation's variable says it is broken."""
        constant = float(balance.constant)
        lowest = constant + sum(float(min(options)) for _, options in balance.added)
        highest = constant + sum(float(max(options)) for _, options in balance.added)
        slack = max(abs(lowest), abs(highest))
        terms = {
            self._columns[number, option]: float(value)
            for number, options in balance.added
            for option, value in enumerate(options)
        }
        self._add_row(-self._solver.inf, -constant, {**terms, broken: -slack})
        self._add_row(-constant, self._solver.inf, {**terms, broken: slack})
