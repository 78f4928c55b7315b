"""The decoder's choice as an integer programme.

It has a binary variable for each option, and one for each relation, true where it is broken.
"""

from collections.abc import Collection, Mapping

from gkllm.checking.solver import new_solver
from gkllm.checking.variables import ORDER, SLIGHT, Assignment, Balance, Component


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
