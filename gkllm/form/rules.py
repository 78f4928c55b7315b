"""Edit rules, loaded from `rules.toml` and ground to relations between cells."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from gkllm.errors import FormError
from gkllm.form.tables import Row, Table

Operator = Literal["=", "<=", ">=", "whole"]
Severity = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class Rule:
    """An edit rule as the data file states it; `left` and `right` hold row ids, column ids or `role:NAME`."""

    id: str
    for_each: Literal["column", "row", "cell"]
    relation: Operator
    severity: Severity
    source: str
    table: str | None = None
    editions: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    total: str | None = None
    except_kinds: tuple[str, ...] = ()


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

    @property
    def cells(self) -> tuple[str, ...]:
        """Every cell the relation speaks of, left side first."""
        return self.left + self.right


@cache
def load_rules() -> tuple[Rule, ...]:
    """Every built-in edit rule, in the data file's order."""
    text = (resources.files("gkllm.form") / "rules.toml").read_text(encoding="utf-8")
    return tuple(_rule(entry) for entry in tomllib.loads(text)["rules"])


def _rule(entry: dict[str, Any]) -> Rule:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Rule(**fields)


def relations_over(tables: Iterable[Table], rules: tuple[Rule, ...] | None = None) -> tuple[Relation, ...]:
    """Every relation that `rules` (the built-in ones, if null) state for these tables, table by table.

    Raises:
        FormError: a rule names a row, column or role that its table does not have.
    """
    return tuple(relation for table in tables for relation in relations_of(table, rules))


@lru_cache(maxsize=64)
def relations_of(table: Table, rules: tuple[Rule, ...] | None = None) -> tuple[Relation, ...]:
    """Every relation that `rules` (the built-in ones, if null) state for one table, in rule order, then printed
    order.

    Raises:
        FormError: a rule names a row, column or role that the table does not have.
    """
    return tuple(relation for rule in rules or load_rules() for relation in _ground(rule, table))


def _ground(rule: Rule, table: Table) -> Iterable[Relation]:
    if rule.table not in (None, table.id) or (rule.editions and table.edition not in rule.editions):
        return
    if rule.for_each == "cell":
        for row in table.rows:
            for column in row.columns:
                if column.kind not in rule.except_kinds:
                    cell = f"{table.id}.{row.id}.{column.id}"
                    yield Relation(rule.id, f"{row.id}.{column.id}", rule.relation, rule.severity, (cell,))
    elif rule.for_each == "row":
        for row in table.rows:
            ids = {column.id for column in row.columns}
            if ids.issuperset(rule.left + rule.right):
                yield _relation(rule, row.id, rule.left, rule.right, f"{table.id}.{row.id}.{{}}")
    else:
        left, right = _row_ids(rule.left, table.rows, rule), _row_ids(rule.right, table.rows, rule)
        for column in table.rows[0].columns:
            yield _relation(rule, column.id, left, right, f"{table.id}.{{}}.{column.id}")


def _relation(rule: Rule, scope: str, left: tuple[str, ...], right: tuple[str, ...], cell: str) -> Relation:
    return Relation(
        rule.id,
        scope,
        rule.relation,
        rule.severity,
        tuple(cell.format(name) for name in left),
        tuple(cell.format(name) for name in right),
        cell.format(rule.total) if rule.total else None,
    )


def _row_ids(names: tuple[str, ...], rows: tuple[Row, ...], rule: Rule) -> tuple[str, ...]:
    known = {row.id for row in rows}
    found: list[str] = []
    for name in names:
        if name.startswith("role:"):
            members = [row.id for row in rows if row.role == name.removeprefix("role:")]
        else:
            members = [name] if name in known else []
        if not members:
            raise FormError(f"rule {rule.id!r} names {name!r}, which the table does not have")
        found += members
    return tuple(found)
