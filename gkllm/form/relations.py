"""A rule ground to relations between the cells of a table, or of a report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from gkllm.errors import FormError
from gkllm.form.edit_rules import EditRule, Operator, Scope, Severity, Statement
from gkllm.form.tables import CellId, Table


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule ground to cells: sum of `left` OPERATOR sum of `right`.

    `total` is the cell that states the sum of the others, where the rule has one. A relation over a single
    cell has that cell in `left` and an empty `right`, which sums to zero. `cells` are all it speaks of, left side
    first; it is `single` where that is one cell alone, as most do.
    """

    rule: str
    scope: str
    operator: Operator
    severity: Severity
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    total: str | None = None
    for_each: Scope = "report"
    message: Statement = ()
    cells: tuple[str, ...] = field(init=False, repr=False, compare=False)
    single: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", self.left + self.right)
        object.__setattr__(self, "single", len(self.cells) == 1 and not self.right)


def ground_in_table(rule: EditRule, table: Table) -> Iterator[Relation]:
    """What a rule for each column, row or cell states within one table, in printed order.

    Raises:
        FormError: the rule names a row or role that the table does not have.
    """
    if rule.for_each == "cell":
        for row in table.rows:
            for column in row.columns:
                if column.kind not in rule.except_kinds:
                    cell = CellId.of(table.id, row.id, column.id)
                    yield _relation(rule, f"{row.id}.{column.id}", (cell,), (), CellId)
    elif rule.for_each == "row":
        for row in table.rows:
            ids = {column.id for column in row.columns}
            if ids.issuperset(rule.left + rule.right):
                yield _relation(rule, row.id, rule.left, rule.right, partial(CellId.of, table.id, row.id))
    else:
        left, right = _row_ids(rule, rule.left, table), _row_ids(rule, rule.right, table)
        for column in table.rows[0].columns:
            cells = partial(CellId.in_column, table.id, column.id)
            yield _relation(rule, column.id, left, right, cells)


def _relation(
    rule: EditRule, scope: str, left: Sequence[str], right: Sequence[str], cell: Callable[[str], CellId]
) -> Relation:
    return Relation(
        rule.id,
        scope,
        rule.relation,
        rule.severity,
        tuple(map(cell, left)),
        tuple(map(cell, right)),
        cell(rule.total) if rule.total else None,
        rule.for_each,
        rule.message,
    )


def ground_in_report(rule: EditRule) -> Relation:
    """What a rule for the report states, its terms being whole cells."""
    return _relation(rule, CellId(rule.left[0]).table, rule.left, rule.right, CellId)


def _row_ids(rule: EditRule, names: Sequence[str], table: Table) -> tuple[str, ...]:
    known = {row.id for row in table.rows}
    found: list[str] = []
    for name in names:
        if name.startswith("role:"):
            members = [row.id for row in table.rows if row.role == name.removeprefix("role:")]
        else:
            members = [name] if name in known else []
        if not members:
            raise FormError(
                "rule {id!r} names {name!r}, which table {table!r} does not have in edition {edition}",
                id=rule.id,
                name=name,
                table=table.id,
                edition=table.edition,
            )
        found += members
    return tuple(found)
