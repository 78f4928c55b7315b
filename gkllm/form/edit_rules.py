"""Edit rules as data, and ground to relations between the cells of a table, of a report, or of two years' reports."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from gkllm.errors import FormError
from gkllm.form.tables import CellId, ColumnKind, Table

Operator = Literal["=", "<=", ">=", "whole"]
Severity = Literal["error", "advice"]
Scope = Literal["column", "row", "cell", "report"]
LANGUAGES = ("en", "zh")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Names = Annotated[tuple[Text, ...], Field(min_length=1)]


def _in_each_language(message: object) -> object:
    if isinstance(message, str) and message.strip():
        message = dict.fromkeys(LANGUAGES, message)
    if isinstance(message, dict) and set(message) <= set(LANGUAGES):
        return tuple(message.items())
    raise ValueError


Statement = tuple[tuple[str, str], ...]
"""What a rule states in words, as (language, sentence) pairs; a file has one text, or a table of one a language."""


@dataclass(frozen=True, slots=True)
class EditRule:
    """An edit rule as a rules file states it.

    `left` and `right` hold row ids or `role:NAME` in a rule for each column, column ids in one for each row, and
    whole cell ids in one for the report. `total` names the term that states the sum of the others. `source` says
    where the rule comes from.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: Text
    for_each: Scope
    relation: Operator
    severity: Severity
    source: Text = ""
    message: Annotated[Statement, BeforeValidator(_in_each_language)] = ()
    table: Text | None = None
    editions: Names = ()
    left: Names = ()
    right: Names = ()
    total: Text | None = None
    except_kinds: Annotated[tuple[ColumnKind, ...], Field(min_length=1)] = ()

    def speaks_of(self, table: str, edition: str) -> bool:
        """Whether the rule is about a table in an edition."""
        return self.table in (None, table) and (not self.editions or edition in self.editions)

    @property
    def stated(self) -> str:
        """The relation in one line, as the rules file states it."""
        if self.for_each == "cell":
            statement = "a whole number" if self.relation == "whole" else f"{self.relation} 0"
            return statement + (f", except {' and '.join(self.except_kinds)}" if self.except_kinds else "")
        return f"{' + '.join(self.left)} {self.relation} {' + '.join(self.right) or '0'}"


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
