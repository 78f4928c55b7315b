"""Minimal changes as an integer programme, solved exactly by HiGHS: for reports in which much is wrong.

A variable for each cell's new value, and a binary one that is true where it differs from the old; the weights of
the changed cells are minimised. A set that was found is cut off, and the next is asked for. HiGHS is quiet, exact and
repeatable, runs in a process of its own, and is loaded when first needed: most reports need none.
"""

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ParamSpec, TypeVar

from gkllm.checking.problem import SURE, ZERO, Exact, Problem, Row
from gkllm.checking.search import Solution, system_of
from gkllm.confined import Child
from gkllm.errors import LimitExceeded

P = ParamSpec("P")
T = TypeVar("T")

GAP = 1e-6
"""Objectives closer than this are equal."""

_CHILD = Child(seconds=10, memory=3_000_000_000)
"""The solver obeys neither a limit of its own nor Ctrl-C: of thirteen altered lines of a report it was left alone after
377 s. Of 103 questions from 4 to 14 planted errors the slowest answer took 17 s by the clock, on two cores that seven
people shared."""
_MOST_REMEMBERED = 100
_answers: dict[bytes, Any] = {}


def solved(function: Callable[P, T], /, *arguments: P.args, **options: P.kwargs) -> T | None:
    """What a module's function finds with the solver, null where that takes too long.

    A question is not asked again, one that was given up neither: a report is interpreted several times over.
    """
    question = pickle.dumps((function, arguments, options))
    if question not in _answers:
        while len(_answers) >= _MOST_REMEMBERED:
            del _answers[next(iter(_answers))]
        try:
            _answers[question] = _CHILD.call(function, *arguments, **options)
        except LimitExceeded:
            _answers[question] = None
    return _answers[question]  # type: ignore[no-any-return]


def new_solver() -> Any:
    """An empty programme. One thread and no gap, so that the same problem always has the same optimum."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", GAP)
    return solver


_MOST_BRANCHES = 200
LARGEST_COMPARED = 4
"""Where more cells than this must change, one way to do it is enough: nobody will compare several."""


def optima(problem: Problem, most: int) -> tuple[list[Solution], bool]:
    """The cheapest sets of cells whose change satisfies all relations, and whether these are all there are.

    At most `most` are listed, and only one of a size that helps nobody. None where there is no such set; none,
    and told as incomplete, where the solver's bound on branches was reached, or where the numbers are too large
    for its arithmetic.
    """
    programme = _Programme(problem)
    found: list[Solution] = []
    while len(found) < most:
        answer = programme.solve()
        if answer is None:
            return found, programme.exhausted
        weight, values = answer
        changed = [cell for cell, value in values.items() if value != problem.values[cell]]
        if sum(problem.weights[cell] for cell in changed) > weight + GAP or not _satisfied(problem, values):
            return found, False
        if not found:
            programme.limit(weight)
        found.append(_determined(problem, changed))
        if weight > LARGEST_COMPARED * SURE:
            break
        programme.cut_off(changed)
    return found, False


def _satisfied(problem: Problem, values: Mapping[str, Exact]) -> bool:
    changes = {cell: value - problem.values[cell] for cell, value in values.items()}
    for row in problem.rows:
        done = sum((coefficient * changes[cell] for cell, coefficient in row.terms.items()), start=ZERO)
        if Row(row.terms, row.constant - done, row.equal).violated:
            return False
    return all(problem.domains[cell].holds(value) for cell, value in values.items())


def _determined(problem: Problem, changed: Iterable[str]) -> Solution:
    """The values that the relations give the changed cells."""
    system = system_of(problem)
    for cell in changed:
        system = system.choose(cell)
    return system.solution()


class _Programme:
    """The integer programme of one problem."""

    def __init__(self, problem: Problem) -> None:
        import numpy

        self._numpy = numpy
        self._problem = problem
        self._cells = list(problem.values)
        self._index = {cell: number for number, cell in enumerate(self._cells)}
        self._solver = new_solver()
        # A bound on branches rather than on time: the same report has the same suggestions on every machine.
        self._solver.setOptionValue("mip_max_nodes", _MOST_BRANCHES)
        self._whole = False
        self._range = 1.0 + 2.0 * sum(abs(float(value)) for value in problem.values.values())
        self._add_columns()
        for row in problem.rows:
            terms = {self._index[cell]: float(factor) for cell, factor in row.terms.items()}
            old = sum((factor * problem.values[cell] for cell, factor in row.terms.items()), start=ZERO)
            most = float(row.constant + old)
            self._add_row(most if row.equal else -self._solver.inf, most, terms)
        for number, cell in enumerate(self._cells):
            self._tie(number, float(problem.values[cell]))

    def solve(self) -> tuple[float, dict[str, Exact]] | None:
        """The least weight and the new values; null where nothing satisfies the relations.

        Relations that are sums mostly have whole optima anyway, so that is asked for only once one has not.
        """
        values = self._run()
        if values is not None and not self._whole and not self._all_whole(values):
            self._whole = True
            numbers = [n for n, cell in enumerate(self._cells) if self._problem.domains[cell].whole]
            self._make_whole(numbers)
            values = self._run()
        if values is None:
            return None
        old, first_binary = self._problem.values, len(self._cells)
        changed = {
            cell: _rounded(values[number]) if values[number + first_binary] > 0.5 else old[cell]
            for number, cell in enumerate(self._cells)
        }
        return float(self._solver.getInfo().objective_function_value), changed

    def limit(self, weight: float) -> None:
        """No further solution weighs more than this."""
        first_binary = len(self._cells)
        weights = self._problem.weights
        self._add_row(
            -self._solver.inf,
            weight + GAP,
            {self._index[cell] + first_binary: float(each) for cell, each in weights.items()},
        )

    def cut_off(self, changed: Iterable[str]) -> None:
        """No further solution changes all of these cells."""
        columns = [self._index[cell] + len(self._cells) for cell in changed]
        self._add_row(-self._solver.inf, len(columns) - 1.0, dict.fromkeys(columns, 1.0))

    @property
    def exhausted(self) -> bool:
        """Whether the last run found none because there is none."""
        import highspy

        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible)

    def _run(self) -> Sequence[float] | None:
        import highspy

        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values: Sequence[float] = self._solver.getSolution().col_value
        return values

    def _all_whole(self, values: Sequence[float]) -> bool:
        return all(
            abs(values[number] - round(values[number])) < GAP
            for number, cell in enumerate(self._cells)
            if self._problem.domains[cell].whole
        )

    def _add_columns(self) -> None:
        number = len(self._cells)
        domains = [self._problem.domains[cell] for cell in self._cells]
        lowest = [-self._range if domain.least is None else float(domain.least) for domain in domains]
        movable = [float(cell in self._problem.weights) for cell in self._cells]
        weights = [float(self._problem.weights.get(cell, 0)) for cell in self._cells]
        self._solver.addVars(
            2 * number,
            self._numpy.array([*lowest, *[0.0] * number]),
            self._numpy.array([*[self._range] * number, *movable]),
        )
        binaries = list(range(number, 2 * number))
        self._solver.changeColsCost(
            number, self._numpy.array(binaries, dtype=self._numpy.int32), self._numpy.array(weights)
        )
        self._make_whole(binaries)

    def _make_whole(self, columns: Sequence[int]) -> None:
        import highspy

        self._solver.changeColsIntegrality(
            len(columns),
            self._numpy.array(columns, dtype=self._numpy.int32),
            self._numpy.array([highspy.HighsVarType.kInteger] * len(columns)),
        )

    def _tie(self, number: int, old: float) -> None:
        """A value differs from the old one only where its binary variable says so."""
        binary = number + len(self._cells)
        reach = self._range - old
        lowest = self._problem.domains[self._cells[number]].least
        depth = old - (-self._range if lowest is None else lowest)
        self._add_row(-self._solver.inf, old, {number: 1.0, binary: -reach})
        self._add_row(old, self._solver.inf, {number: 1.0, binary: depth})

    def _add_row(self, least: float, most: float, terms: Mapping[int, float]) -> None:
        columns = self._numpy.array(list(terms), dtype=self._numpy.int32)
        self._solver.addRow(least, most, len(terms), columns, self._numpy.array(list(terms.values())))


def _rounded(value: float) -> Exact:
    """A solver's number as a printed one has it: whole, or with two decimals."""
    return round(value) if abs(value - round(value)) < GAP else Fraction(str(round(value, 2)))
