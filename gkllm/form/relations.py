"""Rules ground to relations between cells."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gkllm.errors import FormError
from gkllm.form.rules import Operator, Rule, Scope, Severity, Statement, load_rules
from gkllm.form.tables import Table, split_cell_id


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule ground to cells: sum of `left` OPERATOR sum of `right`.

    `total` is the cell that states the sum of the others, where the rule has one. A relation over a single
    cell has that cell in `left` and an empty `right`, which sums to zero.
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

    @property
    def cells(self) -> tuple[str, ...]:
        """Every cell the relation speaks of, left side first."""
        return self.left + self.right


def relations_over(tables: Iterable[Table], rules: tuple[Rule, ...] | None = None) -> tuple[Relation, ...]:
    """Every relation that `rules` (the built-in ones, if null) state for these tables.

    Those within a table come table by table, then those of the whole report. A rule for the report is left out
    where one of its cells is in none of the tables.

    Raises:
        FormError: a rule names a row, column or role that its table does not have.
    """
    rules = load_rules() if rules is None else rules
    tables = list(tables)
    within = [relation for table in tables for relation in relations_of(table, rules)]
    across = [rule for rule in rules if rule.for_each == "report"]
    if across:
        cells = {cell for table in tables for cell in table.cell_ids()}
        within += [_across(rule) for rule in across if cells.issuperset(rule.left + rule.right)]
    return tuple(within)


@lru_cache(maxsize=64)
def relations_of(table: Table, rules: tuple[Rule, ...] | None = None) -> tuple[Relation, ...]:
    """Every relation that `rules` (the built-in ones, if null) state within one table, in rule order, then printed
    order.

    Raises:
        FormError: a rule names a row, column or role that the table does not have.
    """
    return tuple(
        relation
        for rule in (load_rules() if rules is None else rules)
        if rule.for_each != "report"
        and rule.table in (None, table.id)
        and (not rule.editions or table.edition in rule.editions)
        for relation in _ground(rule, table)
    )


def unrelated_cells(table: Table, rules: tuple[Rule, ...] | None = None) -> tuple[str, ...]:
    """The cells that no rule ties to another cell, in printed order: a wrong number there satisfies all rules."""
    tied = {
        cell for relation in relations_of(table, rules) if len(relation.cells) > 1 for cell in relation.cells
    }
    return tuple(cell for cell in table.cell_ids() if cell not in tied)


def _ground(rule: Rule, table: Table) -> Iterator[Relation]:
    if rule.for_each == "cell":
        for row in table.rows:
            for column in row.columns:
                if column.kind not in rule.except_kinds:
                    yield _relation(
                        rule, f"{row.id}.{column.id}", ("",), (), f"{table.id}.{row.id}.{column.id}{{}}"
                    )
    elif rule.for_each == "row":
        for row in table.rows:
            ids = {column.id for column in row.columns}
            if ids.issuperset(rule.left + rule.right):
                yield _relation(rule, row.id, rule.left, rule.right, f"{table.id}.{row.id}.{{}}")
    else:
        left, right = _row_ids(rule, rule.left, table), _row_ids(rule, rule.right, table)
        for column in table.rows[0].columns:
            yield _relation(rule, column.id, left, right, f"{table.id}.{{}}.{column.id}")


def _relation(rule: Rule, scope: str, left: Sequence[str], right: Sequence[str], cell: str) -> Relation:
    return Relation(
        rule.id,
        scope,
        rule.relation,
        rule.severity,
        tuple(cell.format(name) for name in left),
        tuple(cell.format(name) for name in right),
        cell.format(rule.total) if rule.total else None,
        rule.for_each,
        rule.message,
    )


def _across(rule: Rule) -> Relation:
    scope = split_cell_id(rule.left[0])[0]
    return _relation(rule, scope, rule.left, rule.right, "{}")


def _row_ids(rule: Rule, names: Sequence[str], table: Table) -> tuple[str, ...]:
    known = {row.id for row in table.rows}
    found: list[str] = []
    for name in names:
        if name.startswith("role:"):
            members = [row.id for row in table.rows if row.role == name.removeprefix("role:")]
        else:
            members = [name] if name in known else []
        if not members:
            raise FormError(
                f"rule {rule.id!r} names {name!r}, which table {table.id!r} does not have in edition {table.edition}"
            )
        found += members
    return tuple(found)
