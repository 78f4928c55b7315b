"""Cells as the checks see them, relations over their values, and whether each holds; of a finished report too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gkllm.form import Form, Relation, Table
from gkllm.report import CellState, Report

Number = int | float
TOLERANCE = 0.005
"""Amounts are printed to two decimals at least; sums of them are compared to half a unit of the second."""


class Residual(NamedTuple):
    """A relation's two sides, and whether it is assessable and satisfied.

    All three numbers are null where a cell it needs is missing or unreadable.
    """

    relation: Relation
    left: Number | None
    right: Number | None
    difference: Number | None
    holds: bool

    @property
    def assessable(self) -> bool:
        return self.difference is not None

    @property
    def fails(self) -> bool:
        return self.assessable and not self.holds

    @property
    def breaks(self) -> bool:
        """Whether it fails and must not: what is advice may."""
        return self.fails and self.relation.severity == "error"


def satisfied(relation: Relation, left: Number, right: Number) -> bool:
    """Whether the relation's operator holds between the two sides."""
    operator = relation.operator
    if operator == "whole":
        return isinstance(left, int) or left.is_integer()
    if operator == ">=":
        return right - left < TOLERANCE
    if operator == "<=":
        return left - right < TOLERANCE
    return abs(left - right) < TOLERANCE


def residuals(relations: Iterable[Relation], values: Mapping[str, Number | None]) -> list[Residual]:
    """Every relation evaluated. `values` holds 0 for a blank cell and null for one that cannot be assessed."""
    return [residual(relation, values) for relation in relations]


def residual(relation: Relation, values: Mapping[str, Number | None]) -> Residual:
    """One relation evaluated; a cell that `values` lacks counts as missing."""
    # Most relations are of one cell, and evaluating them is most of what a clean report costs.
    left = values.get(relation.left[0]) if len(relation.left) == 1 else _total(relation.left, values)
    right = _total(relation.right, values) if relation.right else 0
    if left is None or right is None:
        return Residual(relation, None, None, None, False)
    return Residual(relation, left, right, left - right, satisfied(relation, left, right))


def _total(cells: tuple[str, ...], values: Mapping[str, Number | None]) -> Number | None:
    if len(cells) == 1:
        return values.get(cells[0])
    try:
        return sum(map(values.__getitem__, cells))  # type: ignore[arg-type]
    except (KeyError, TypeError):
        return None


class Support(NamedTuple):
    """How many relations hold between numbers other than zero, and how many are broken."""

    held: int
    broken: int

    @property
    def lead(self) -> int:
        return self.held - self.broken


def support(relations: Iterable[Relation], values: Mapping[str, Number | None]) -> Support:
    """What the relations that must hold between several cells say of those that are known."""
    found = [residual(each, values) for each in relations if not each.single and each.severity == "error"]
    assessed = [one for one in found if one.assessable]
    held = sum(one.holds and bool(one.left) for one in assessed)
    return Support(held, sum(not one.holds for one in assessed))


_UNKNOWN = frozenset({CellState.MISSING, CellState.UNREADABLE})


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """What a cell says and how sure that is.

    `value` is null unless the state is "reported"; `readings` are all values its text allows. `doubtful` where the
    text may belong to another cell; `gaps` where blank cells beside it are mere gaps. `certainty` is the probability
    that the value is what is printed, as far as it can be told without the relations. A `confirmed` cell was seen by a
    person: its value does not change.
    """

    state: CellState
    raw: str
    value: Number | None
    readings: tuple[Number, ...] = ()
    doubtful: bool = False
    certainty: float = 1.0
    confirmed: bool = False
    gaps: bool = False

    @property
    def placed(self) -> bool:
        """Whether the cell's own place is beyond doubt, without any relation."""
        return self.confirmed or not (self.doubtful or self.gaps)

    @property
    def counted(self) -> Number | None:
        """The number that relations count: 0 where nothing is printed, null where that is not known."""
        return counted(self.state, self.value)


Cells = Mapping[str, CheckedCell]


def counted(state: CellState, value: Number | None) -> Number | None:
    """The number that relations count: 0 where nothing is printed, null where that is not known."""
    return None if state in _UNKNOWN else (value or 0)


def leaders(groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """A leader for every name in the groups, which are not empty: the same for all names that hang together."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = name = leader[leader[name]]
        return name

    for first, *others in groups:
        root = find(first)
        for other in others:
            leader[find(other)] = root
    return {name: find(name) for name in leader}


def counted_values(report: Report) -> dict[str, Number | None]:
    """Every cell's number: 0 where nothing is printed, null where that is not known."""
    return {cell.id: counted(cell.state, cell.value) for cell in report.cells}


def found_tables(report: Report, form: Form) -> list[Table]:
    """The tables that the report has found, in the editions it names.

    Raises:
        FormError: the report names an edition that a table does not have.
    """
    return [form.table(table_id, info.edition) for table_id, info in report.tables.items() if info.found]


def reported_residuals(report: Report, form: Form) -> list[Residual]:
    """Every relation that the form's rules state of the tables found, evaluated."""
    return residuals(form.relations_over(found_tables(report, form)), counted_values(report))
