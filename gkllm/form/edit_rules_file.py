"""Rules files, TOML: a form's own and a user's, held to what the form has, refused by line where it is wrong."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gkllm.data_file import entries_of, line_of
from gkllm.errors import FormError, RulesError
from gkllm.form.edit_rules import LANGUAGES, EditRule, Operator, Scope, Severity, ground_in_table
from gkllm.form.tables import ColumnKind, Table
from gkllm.language import said

_RULE: TypeAdapter[EditRule] = TypeAdapter(EditRule)
_ALLOWED = {
    "for_each": get_args(Scope),
    "relation": get_args(Operator),
    "severity": get_args(Severity),
    "except_kinds": get_args(ColumnKind),
}


def parse_rules(
    text: str, name: str, tables: Sequence[Table], taken: Collection[str] = ()
) -> tuple[EditRule, ...]:
    """The rules that a text states of a form's tables, each in all its editions.

    `name` is what messages call the text, `taken` are ids that it must not use.

    Raises:
        RulesError: the text is no TOML, or a rule in it cannot be used.
    """
    data = entries_of(text, name, RulesError)
    file = _File(name, text)
    for key in data:
        if key != "rules":
            raise file.error((key,), said("unknown key {key!r}; a rules file holds [[rules]]", key=key))
    entries = data.get("rules")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise file.error(("rules",), said("no [[rules]] in the file"))
    rules: list[EditRule] = []
    for number, entry in enumerate(entries):
        rule = _rule(entry, number, file, tables)
        if rule.id in taken:
            raise file.error(
                ("rules", number, "id"), said("{id!r} is a built-in rule; give yours another id", id=rule.id)
            )
        if any(rule.id == other.id and _overlap(rule, other) for other in rules):
            raise file.error(("rules", number, "id"), said("the rule {id!r} is stated twice", id=rule.id))
        rules.append(rule)
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class _File:
    """A rules file's text, and what messages call it."""

    name: str
    text: str

    def error(self, place: tuple[str | int, ...], reason: str) -> RulesError:
        """What is wrong, after the file's name and the line."""
        return RulesError(
            "{name}: line {line}: {reason}",
            name=self.name,
            line=line_of(self.text, place),
            reason=reason,
        )


def _rule(entry: dict[str, Any], number: int, file: _File, tables: Sequence[Table]) -> EditRule:
    place = ("rules", number)
    try:
        rule = _RULE.validate_python(
            {"source": said("{name}, line {line}", name=file.name, line=line_of(file.text, place)), **entry}
        )
    except ValidationError as error:
        # A key that is missing may only be misspelt.
        flaw = min(error.errors(include_url=False), key=lambda flaw: flaw["type"] == "missing")
        key = str(flaw["loc"][0])
        raise file.error(place if flaw["type"] == "missing" else (*place, key), _reason(flaw, key)) from None
    named = {"table": (rule.table,) if rule.table else (), "editions": rule.editions}
    known = {"table": {table.id for table in tables}, "editions": {table.edition for table in tables}}
    for key, names in named.items():
        for name in names:
            if name not in known[key]:
                raise file.error((*place, key), _not_among(key, name, sorted(known[key])))
    if fault := _ungrounded(rule, [table for table in tables if rule.speaks_of(table.id, table.edition)]):
        raise file.error(tuple(step for step in (*place, fault[0]) if step is not None), fault[1])
    return rule


def _reason(flaw: ErrorDetails, key: str) -> str:
    """What is wrong with a key of a rule, in a sentence."""
    match flaw["type"]:
        case "unexpected_keyword_argument":
            return said(
                "unknown key {key!r}; allowed are {allowed}",
                key=key,
                allowed=", ".join(field.name for field in fields(EditRule)),
            )
        case "missing":
            return said("the rule has no {key!r}", key=key)
        case "literal_error":
            return _not_among(key, flaw["input"], _ALLOWED[key])
    if key == "message":
        return said(
            "message must be a text, or a table of texts {languages}", languages=" and ".join(LANGUAGES)
        )
    several = key in ("editions", "left", "right", "except_kinds")
    return (
        said("{key} must be a list of texts", key=key)
        if several
        else said("{key} must be a text that is not empty", key=key)
    )


def _not_among(key: str, value: object, allowed: Sequence[str]) -> str:
    return said(
        "{key} is {value!r}; it must be one of {allowed}", key=key, value=value, allowed=", ".join(allowed)
    )


def _ungrounded(rule: EditRule, tables: Sequence[Table]) -> tuple[str | None, str] | None:
    """The key and the reason where the form has no cells for a rule."""
    over_cells = rule.for_each == "cell"
    if over_cells != (not rule.left and not rule.right):
        return ("left" if over_cells else None), (
            said("a rule for each cell has no left and right")
            if over_cells
            else said("a rule for each {for_each} needs left", for_each=rule.for_each)
        )
    if rule.relation == "whole" and not over_cells:
        return "relation", said("only a rule for each cell can ask for whole numbers")
    if over_cells and rule.relation not in ("whole", ">="):
        return "relation", said("a rule for each cell is whole, or >= (zero)")
    if rule.for_each == "report" and (rule.table or rule.editions):
        return "table" if rule.table else "editions", said(
            "a rule for the report names whole cells, and no table"
        )
    if rule.for_each in ("column", "row") and rule.table is None:
        return None, said("a rule for each {for_each} needs a table", for_each=rule.for_each)
    if rule.total is not None and rule.total not in rule.left + rule.right:
        return "total", said("the total {total!r} is on neither side", total=rule.total)
    return _unknown_names(rule, tables)


def _unknown_names(rule: EditRule, tables: Sequence[Table]) -> tuple[str | None, str] | None:
    if rule.for_each == "report":
        cells = {cell for table in tables for cell in table.cell_ids()}
        for side in ("left", "right"):
            for name in getattr(rule, side):
                if name not in cells:
                    return side, said("{name!r} is no cell of the form", name=name)
        return None
    for side in ("left", "right") if rule.for_each == "row" else ():
        columns = {column.id for table in tables for row in table.rows for column in row.columns}
        for name in getattr(rule, side):
            if name not in columns:
                return side, said("{name!r} is no column of table {table!r}", name=name, table=rule.table)
    try:
        ground = [tuple(ground_in_table(rule, table)) for table in tables]
    except FormError as error:
        side = "left" if any(repr(name) in str(error) for name in rule.left) else "right"
        return side, f"{str(error).removeprefix(f'rule {rule.id!r} ')}"
    if not any(ground):
        return "left", said("no row of table {table!r} has all of these columns", table=rule.table)
    return None


def _overlap(rule: EditRule, other: EditRule) -> bool:
    return not rule.editions or not other.editions or not set(rule.editions).isdisjoint(other.editions)
