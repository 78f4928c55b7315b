"""Edit rules over several years of one issuer, read from a form's file and ground to relations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from gkllm.errors import FormError
from gkllm.form.edit_rules import EditRule
from gkllm.form.relations import Relation
from gkllm.form.tables import CellId, ColumnKind, Table

BEFORE = "@-1"
"""What follows a cell's id where the cell is that of the year before."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A ratio to the year before that is worth a look: `factor` times as large, give or take `within` times.

    Without `within`, any ratio from `factor` on. The larger of the two numbers must be `least` at least.
    """

    id: str
    kinds: tuple[ColumnKind, ...]
    factor: float
    source: str
    within: float | None = None
    least: float = 0


@dataclass(frozen=True, slots=True)
class AcrossYears:
    """What a form says of a year and the one before. A rule's term that ends in BEFORE is of the year before."""

    rules: tuple[EditRule, ...] = ()
    scales: tuple[Scale, ...] = ()


def ground_across_years(rules: Iterable[EditRule], now: Table, before: Table) -> tuple[Relation, ...]:
    """What rules state for a table and the same one of the year before.

    Cells of the year before end in BEFORE. A relation is left out where one of the editions lacks a cell of it.

    Raises:
        FormError: a rule names a row or column that no edition of the table has.
    """
    known = {*now.cell_ids(), *(cell + BEFORE for cell in before.cell_ids())}
    found: list[Relation] = []
    for rule in rules:
        if rule.table != now.id or (rule.editions and now.edition not in rule.editions):
            continue
        cells: dict[str, Callable[[str], CellId]]
        if rule.for_each == "column":
            cells = {c.id: partial(CellId.in_column, now.id, c.id) for c in now.rows[0].columns}
        elif rule.for_each == "row":
            cells = {row.id: partial(CellId.of, now.id, row.id) for row in now.rows}
        else:
            raise FormError(
                "rule {id!r} is for each {for_each!r}, which no rule over years can be",
                id=rule.id,
                for_each=rule.for_each,
            )
        for scope, cell in cells.items():
            left, right = (tuple(_cell(cell, name) for name in side) for side in (rule.left, rule.right))
            relation = Relation(rule.id, scope, rule.relation, rule.severity, left, right)
            if known.issuperset(relation.cells):
                found.append(relation)
    return tuple(found)


def _cell(cell: Callable[[str], CellId], name: str) -> str:
    plain = name.removesuffix(BEFORE)
    return cell(plain) + name[len(plain) :]
