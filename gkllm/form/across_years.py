"""Edit rules over several years of one issuer, read from a form's file and ground to relations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gkllm.errors import FormError
from gkllm.form.edit_rules import EditRule
from gkllm.form.relations import Relation
from gkllm.form.tables import ColumnKind, Table

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


def across_years(data: dict[str, Any]) -> AcrossYears:
    """The rules and scales in a data file, in its order."""
    return AcrossYears(
        tuple(EditRule(**_fields(entry)) for entry in data.get("rules", ())),
        tuple(Scale(**_fields(entry)) for entry in data.get("scales", ())),
    )


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
        if rule.for_each == "column":
            scopes = {c.id: f"{now.id}.{{}}.{c.id}" for c in now.rows[0].columns}
        elif rule.for_each == "row":
            scopes = {row.id: f"{now.id}.{row.id}.{{}}" for row in now.rows}
        else:
            raise FormError(
                f"rule {rule.id!r} is for each {rule.for_each!r}, which no rule over years can be"
            )
        for scope, cell in scopes.items():
            relation = Relation(
                rule.id,
                scope,
                rule.relation,
                rule.severity,
                tuple(_cell(cell, name) for name in rule.left),
                tuple(_cell(cell, name) for name in rule.right),
            )
            if known.issuperset(relation.cells):
                found.append(relation)
    return tuple(found)


def _cell(pattern: str, name: str) -> str:
    plain = name.removesuffix(BEFORE)
    return pattern.format(plain) + name[len(plain) :]


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return {**fields, "message": tuple(entry["message"].items())} if "message" in entry else fields
