"""Relations over values: both sides of each, and whether it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gkllm.form import Relation

Number = int | float
_CENT = 0.005
"""Amounts are printed to two decimals at least; sums of them are compared to half a unit of the second."""


@dataclass(frozen=True, slots=True)
class Residual:
    """A relation's two sides. All three are null where a cell it needs is missing or unreadable."""

    relation: Relation
    left: Number | None
    right: Number | None
    difference: Number | None

    @property
    def assessable(self) -> bool:
        return self.difference is not None

    @property
    def holds(self) -> bool:
        """Whether the relation is assessable and satisfied."""
        return (
            self.left is not None
            and self.right is not None
            and satisfied(self.relation, self.left, self.right)
        )


def satisfied(relation: Relation, left: Number, right: Number) -> bool:
    """Whether the relation's operator holds between the two sides."""
    match relation.operator:
        case "=":
            return abs(left - right) < _CENT
        case "<=":
            return left - right < _CENT
        case ">=":
            return right - left < _CENT
        case "whole":
            return float(left).is_integer()


def residuals(relations: Iterable[Relation], values: Mapping[str, Number | None]) -> list[Residual]:
    """Every relation evaluated. `values` holds 0 for a blank cell and null for one that cannot be assessed."""
    return [residual(relation, values) for relation in relations]


def residual(relation: Relation, values: Mapping[str, Number | None]) -> Residual:
    """One relation evaluated; a cell that `values` lacks counts as missing."""
    left, right = _total(relation.left, values), _total(relation.right, values)
    if left is None or right is None:
        return Residual(relation, None, None, None)
    return Residual(relation, left, right, left - right)


def _total(cells: Iterable[str], values: Mapping[str, Number | None]) -> Number | None:
    total: Number = 0
    for cell in cells:
        value = values.get(cell)
        if value is None:
            return None
        total += value
    return total
