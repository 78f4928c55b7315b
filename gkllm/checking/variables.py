"""What the decoder chooses among: variables with options, those that relations tie together in one component."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product
from math import prod

from gkllm.checking.evaluate import TOLERANCE, Number, Residual, leaders, residual
from gkllm.form import Relation
from gkllm.report import CellState

_DIGITS = 6
"""Costs are compared to as many decimals as the solver tells apart."""
ORDER = 1e-4
"""Makes options that tie come out in their own order, whatever the solver would have met first."""
TELLING = 3
"""Cells other than zero in a relation, before that it holds says where they stand: one number equals its total in any
column."""

SLIGHT = 0.75
"""What it costs to break a relation that holds by one number, in accidents: offices that leave one total blank leave
others blank too."""

Content = Number | CellState
"""What a cell holds: a number, or the state of one that holds none, which counts as zero."""


@dataclass(frozen=True, slots=True)
class Option:
    """What the cells of a variable may hold, and how many accidents it takes to have printed what stands there."""

    contents: tuple[Content, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Variable:
    """Cells that are open together: one that can be read in several ways, or those among which numbers may stand.

    Where it is `placing`, relations that any place would satisfy do not tell one place from another.
    """

    cells: tuple[str, ...]
    options: tuple[Option, ...]
    placing: bool = False

    @classmethod
    def of_cell(cls, cell: str, readings: Sequence[tuple[Number, float]]) -> "Variable":
        """A cell with the values it may have and what each costs."""
        return cls((cell,), tuple(Option((value,), cost) for value, cost in readings))

    def counted(self, option: int) -> dict[str, Number]:
        """What the cells count for in the option."""
        contents = self.options[option].contents
        return {
            cell: 0 if isinstance(content, CellState) else content
            for cell, content in zip(self.cells, contents, strict=True)
        }

    @property
    def constant(self) -> bool:
        """Whether every option counts for the same."""
        first = self.counted(0)
        return all(self.counted(option) == first for option in range(1, len(self.options)))

    def cheapest(self) -> list[int]:
        """The options by cost."""
        return sorted(range(len(self.options)), key=lambda index: (self.options[index].cost, index))

    def rivals(self, cell: str, chosen: int) -> frozenset[int]:
        """The options that give the cell something else than the chosen one does."""
        at = self.cells.index(cell)
        held = self.options[chosen].contents[at]
        return frozenset(index for index, option in enumerate(self.options) if option.contents[at] != held)


Assignment = tuple[int, ...]
"""The option of each variable, in their order."""


@dataclass(frozen=True, slots=True)
class Balance:
    """By how much an equation's left side exceeds its right: what the constants do, and what each option adds of the
    variables that it counts, by their number.
    """

    constant: Number
    added: tuple[tuple[int, tuple[Number, ...]], ...]

    def holds(self, assignment: Assignment) -> bool:
        """Whether both sides are equal."""
        added = sum([options[assignment[number]] for number, options in self.added])
        return abs(self.constant + added) < TOLERANCE


@dataclass(frozen=True)
class Component:
    """Variables tied together by equations, with those relations; `values` has the constants they need.

    `slight` are relations that tell little: one that is broken counts no more than an accident.
    """

    variables: tuple[Variable, ...]
    relations: tuple[Relation, ...]
    values: Mapping[str, Number | None]
    slight: tuple[Relation, ...] = ()

    @property
    def size(self) -> int:
        """How many assignments there are."""
        return prod(len(variable.options) for variable in self.variables)

    def assignments(self) -> Iterator[Assignment]:
        """Every assignment."""
        return product(*(range(len(variable.options)) for variable in self.variables))

    def counted(self, assignment: Assignment) -> dict[str, Number | None]:
        """What every cell counts for."""
        values = dict(self.values)
        for variable, option in zip(self.variables, assignment, strict=True):
            values |= variable.counted(option)
        return values

    @cached_property
    def balances(self) -> tuple[Balance, ...]:
        """Those of the relations: many assignments are compared."""
        return tuple(map(self._balance, self.relations))

    @cached_property
    def slight_balances(self) -> tuple[Balance, ...]:
        """Those of the slight relations."""
        return tuple(map(self._balance, self.slight))

    def _balance(self, relation: Relation) -> Balance:
        def difference(counts: Mapping[str, Number | None]) -> Number:
            left, right = (
                [counts.get(cell) or 0 for cell in side] for side in (relation.left, relation.right)
            )
            return sum(left) - sum(right)

        added = (
            (number, tuple(difference(variable.counted(option)) for option in range(len(variable.options))))
            for number, variable in enumerate(self.variables)
            if not set(relation.cells).isdisjoint(variable.cells)
        )
        return Balance(difference(self.values), tuple(added))

    def broken(self, assignment: Assignment) -> int:
        """How many relations do not hold."""
        return sum(not balance.holds(assignment) for balance in self.balances)

    def cost(self, assignment: Assignment) -> float:
        """What the options cost together, and the slight relations that do not hold."""
        chosen = zip(self.variables, assignment, strict=True)
        cost = sum(variable.options[option].cost for variable, option in chosen)
        return cost + SLIGHT * sum(not balance.holds(assignment) for balance in self.slight_balances)

    def rank(self, assignment: Assignment) -> tuple[int, float]:
        """Less is better: broken relations first, then cost, then the options' own order."""
        return self.broken(assignment), round(self.cost(assignment) + ORDER * sum(assignment), _DIGITS)

    def alone(self, variable: Variable) -> "Component":
        """One of the variables, with the relations that tie it to no other."""
        others = {cell for other in self.variables if other is not variable for cell in other.cells}
        own = tuple(relation for relation in self.relations if others.isdisjoint(relation.cells))
        return Component((variable,), own, self.values)

    def telling(self, assignment: Assignment) -> "Component":
        """The component in which the relations that hold in the assignment by one number are slight."""
        values = self.counted(assignment)
        slight = tuple(
            relation
            for relation in self.relations
            if residual(relation, values).holds and not tells_places(relation, values)
        )
        kept = tuple(relation for relation in self.relations if relation not in slight)
        return replace(self, relations=kept, slight=slight)


def tells_places(relation: Relation, values: Mapping[str, Number | None]) -> bool:
    """Whether the relation counts so many numbers that it holds by their places."""
    return sum(1 for cell in relation.cells if values[cell]) >= TELLING


def components(
    relations: Sequence[Relation], values: Mapping[str, Number | None], variables: Sequence[Variable]
) -> Iterator[Component]:
    """The variables with the relations that tie them; one that counts for the same in every option is tied to none."""
    moving = [variable for variable in variables if not variable.constant]
    values = dict(values)
    for variable in variables:
        if variable not in moving:
            values |= variable.counted(0)
            yield Component((variable,), (), {})
    owner = {cell: variable.cells[0] for variable in moving for cell in variable.cells}
    tied = [
        (relation, cells)
        for relation in relations
        if relation.operator == "=" and (cells := _owners(relation, owner, values))
    ]
    leader = leaders(cells for _, cells in tied)
    members: dict[str, list[Variable]] = {}
    for variable in moving:
        members.setdefault(leader.get(variable.cells[0], variable.cells[0]), []).append(variable)
    own: dict[str, list[Relation]] = {}
    for relation, cells in tied:
        own.setdefault(leader[cells[0]], []).append(relation)
    for first, together in members.items():
        bound = tuple(own.get(first, ()))
        needed = {cell: values[cell] for relation in bound for cell in relation.cells if cell not in owner}
        yield Component(tuple(together), bound, needed)


def _owners(relation: Relation, owner: Mapping[str, str], values: Mapping[str, Number | None]) -> list[str]:
    """The variables that a relation ties; none where it needs a cell that cannot be assessed."""
    if any(cell not in owner and values.get(cell) is None for cell in relation.cells):
        return []
    return [owner[cell] for cell in relation.cells if cell in owner]


def shifted(
    lines: Iterable[frozenset[str]], found: Sequence[Residual], values: Mapping[str, Number | None]
) -> frozenset[str]:
    """The cells of lines on which a relation is broken, but for those that another confirms in their places.

    `lines` are the cells of each line that leaves out blank ones. A relation that any place would satisfy confirms
    none; `values` holds what every cell counts for.
    """
    broken = [one.relation.cells for one in found if one.breaks and not one.relation.single]
    if not broken:
        return frozenset()
    telling = [one.relation.cells for one in found if one.holds and tells_places(one.relation, values)]
    confirmed = frozenset(chain.from_iterable(telling))
    marked = [line - confirmed for line in lines if any(map(line.issuperset, broken))]
    return frozenset(chain.from_iterable(marked))
