"""What error localisation has to solve: the hard relations tied to the broken ones, over cells with weights.

The relations fall apart into components that share no cell. A component in which everything holds needs no
change, so each problem is one component with something broken in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from gkllm.checking.evaluate import TOLERANCE, CheckedCell, Number, Residual, leaders
from gkllm.form import Relation

Exact = int | Fraction
ZERO: Exact = 0
SURE, UNSURE = 2, 1
"""What changing a cell costs, in halves: two doubtful cells weigh as much as one that was read surely."""

_SURE_FROM = 0.9


class Domain(NamedTuple):
    """The values a cell may take by the rules about single cells; `least` is null where there is no bound."""

    least: int | None = None
    whole: bool = False

    def holds(self, value: Exact) -> bool:
        """Whether a value is allowed."""
        return (self.least is None or value >= self.least) and (not self.whole or value == int(value))


@dataclass(frozen=True, slots=True)
class Row:
    """A hard relation over changes: the sum of `terms` (cell to coefficient) is, or is at most, `constant`."""

    terms: Mapping[str, Exact]
    constant: Exact
    equal: bool

    @property
    def violated(self) -> bool:
        """Whether the relation fails if none of its cells changes."""
        constant = float(self.constant)
        return abs(constant) >= TOLERANCE if self.equal else constant <= -TOLERANCE


@dataclass(frozen=True, slots=True)
class Problem:
    """One component. `weights` lacks the cells that must not change; `misfits` are outside their domain."""

    relations: tuple[Relation, ...]
    rows: tuple[Row, ...]
    values: Mapping[str, Exact]
    domains: Mapping[str, Domain]
    weights: Mapping[str, int]
    misfits: tuple[str, ...]


def problems(found: Sequence[Residual], describe: Callable[[str], CheckedCell]) -> list[Problem]:
    """A problem for every component of the hard relations with a broken one in it, in their order.

    A relation that cannot be assessed binds nothing.
    """
    hard = [one for one in found if one.relation.severity == "error" and one.assessable]
    if all(one.holds for one in hard):
        return []
    built = []
    for component in _components(hard):
        if not all(one.holds for one in component):
            built.append(_problem(component, describe))
    return built


def exact(value: Number) -> Exact:
    """The decimal number as printed, without a binary fraction's error."""
    if isinstance(value, int):
        return value
    return int(value) if value.is_integer() else Fraction(str(value))


def _components(hard: Sequence[Residual]) -> list[list[Residual]]:
    """Relations grouped by the cells they share, directly or through others."""
    # Most relations are of one cell, and tie it to no other.
    leader = leaders(one.relation.cells for one in hard if not one.relation.single)
    components: dict[str, list[Residual]] = {}
    for residual in hard:
        first = residual.relation.left[0]
        components.setdefault(leader.get(first, first), []).append(residual)
    return list(components.values())


def _problem(component: Sequence[Residual], describe: Callable[[str], CheckedCell]) -> Problem:
    described = {name: describe(name) for residual in component for name in residual.relation.cells}
    values = {name: exact(cell.counted or 0) for name, cell in described.items()}
    domains = dict.fromkeys(described, Domain())
    rows: list[Row] = []
    for residual in component:
        relation = residual.relation
        if relation.single and relation.operator in ("whole", ">="):
            (cell,) = relation.left
            old = domains[cell]
            domains[cell] = Domain(old.least, True) if relation.operator == "whole" else Domain(0, old.whole)
        else:
            rows.append(_row(relation, values))
    return Problem(
        relations=tuple(residual.relation for residual in component),
        rows=tuple(rows),
        values=values,
        domains=domains,
        weights={
            name: SURE if cell.certainty >= _SURE_FROM else UNSURE
            for name, cell in described.items()
            if not cell.confirmed
        },
        misfits=tuple(name for name, value in values.items() if not domains[name].holds(value)),
    )


def _row(relation: Relation, values: Mapping[str, Exact]) -> Row:
    sign = -1 if relation.operator == ">=" else 1
    terms: dict[str, Exact] = {}
    for cells, coefficient in ((relation.left, sign), (relation.right, -sign)):
        for cell in cells:
            terms[cell] = terms.get(cell, 0) + coefficient
    constant = sum((-coefficient * values[cell] for cell, coefficient in terms.items()), start=ZERO)
    kept = {cell: coefficient for cell, coefficient in terms.items() if coefficient}
    return Row(kept, constant, relation.operator == "=")
