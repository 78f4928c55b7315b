"""Rules files, TOML: a form's own and a user's, held to what the form has, refused by line where it is wrong."""

import re
import tomllib
from collections.abc import Collection, Sequence
from typing import Any, get_args

from gkllm.errors import FormError, RulesError
from gkllm.form.edit_rules import EditRule, Operator, Scope, Severity
from gkllm.form.form_file import toml_fault
from gkllm.form.relations import ground_in_table
from gkllm.form.tables import ColumnKind, Table

_CHOICES: dict[str, tuple[str, ...]] = {
    "for_each": get_args(Scope),
    "relation": get_args(Operator),
    "severity": get_args(Severity),
}
_LISTS: dict[str, tuple[str, ...] | None] = {
    "editions": None,
    "except_kinds": get_args(ColumnKind),
    "left": None,
    "right": None,
}
_REQUIRED = ("id", "for_each", "relation", "severity")
_KEYS = (*_REQUIRED, "message", "source", "table", "editions", "left", "right", "total", "except_kinds")
_LANGUAGES = ("en", "zh")
_HEADER = re.compile(r"^\s*\[\[\s*rules\s*\]\]")


def parse_rules(
    text: str, name: str, tables: Sequence[Table], taken: Collection[str] = ()
) -> tuple[EditRule, ...]:
    """The rules that a text states of a form's tables, each in all its editions.

    `name` is what messages call the text, `taken` are ids that it must not use.

    Raises:
        RulesError: the text is no TOML, or a rule in it cannot be used.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, reason = toml_fault(text, error)
        raise RulesError(f"{name}: line {line}: not valid TOML: {reason}") from error
    except RecursionError:
        raise RulesError(f"{name}: not valid TOML: nested too deeply") from None
    lines = _Lines(name, text)
    for key in data:
        if key != "rules":
            raise lines.error(None, key, f"unknown key {key!r}; a rules file holds [[rules]]")
    entries = data.get("rules")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise lines.error(None, "rules", "no [[rules]] in the file")
    rules: list[EditRule] = []
    for number, entry in enumerate(entries):
        rule = _rule(entry, number, lines, tables)
        if rule.id in taken:
            raise lines.error(number, "id", f"{rule.id!r} is a built-in rule; give yours another id")
        if any(rule.id == other.id and _overlap(rule, other) for other in rules):
            raise lines.error(number, "id", f"the rule {rule.id!r} is stated twice")
        rules.append(rule)
    return tuple(rules)


class _Lines:
    """Where in the text a rule's keys stand. Rules are numbered from 0."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._lines = text.splitlines()
        self._headers = [number for number, line in enumerate(self._lines) if _HEADER.match(line)]

    def number(self, rule: int | None, key: str | None) -> int:
        """The line of a rule's key, counted from 1; of its header where the key is not written out."""
        start = self._headers[rule] if rule is not None and rule < len(self._headers) else 0
        later = [header for header in self._headers if header > start] if rule is not None else []
        end = later[0] if later else len(self._lines)
        if key is not None:
            pattern = re.compile(rf"""^\s*\[*\s*["']?{re.escape(key)}\b""")
            for number in range(start, end):
                if pattern.match(self._lines[number]):
                    return number + 1
        return start + 1

    def error(self, rule: int | None, key: str | None, reason: str) -> RulesError:
        """What is wrong, after the file's name and the line."""
        return RulesError(f"{self.name}: line {self.number(rule, key)}: {reason}")


def _rule(entry: dict[str, Any], number: int, lines: _Lines, tables: Sequence[Table]) -> EditRule:
    for key, value in entry.items():
        if key not in _KEYS:
            raise lines.error(number, key, f"unknown key {key!r}; allowed are {', '.join(_KEYS)}")
        if reason := _unusable(key, value, tables):
            raise lines.error(number, key, reason)
    for key in _REQUIRED:
        if key not in entry:
            raise lines.error(number, None, f"the rule has no {key!r}")
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    message = entry.get("message", {})
    if isinstance(message, str):
        message = dict.fromkeys(_LANGUAGES, message)
    fields["message"] = tuple(message.items())
    fields.setdefault("source", f"{lines.name}, line {lines.number(number, None)}")
    rule = EditRule(**fields)
    if fault := _ungrounded(rule, [table for table in tables if rule.speaks_of(table.id, table.edition)]):
        raise lines.error(number, *fault)
    return rule


def _unusable(key: str, value: object, tables: Sequence[Table]) -> str | None:
    """Why a key's value is not of the right kind."""
    choices = {**_CHOICES, "table": tuple(dict.fromkeys(table.id for table in tables))}
    if key in _LISTS:
        editions = tuple(sorted({table.edition for table in tables}))
        allowed = editions if key == "editions" else _LISTS[key]
        if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
            return f"{key} must be a list of texts"
        unknown = [name for name in value if allowed is not None and name not in allowed]
        return f"{key} has {unknown[0]!r}; allowed are {', '.join(allowed or ())}" if unknown else None
    if key == "message" and isinstance(value, dict):
        sentences = set(value) <= set(_LANGUAGES) and all(isinstance(text, str) for text in value.values())
        return (
            None if sentences else f"message must be a text, or a table of texts {' and '.join(_LANGUAGES)}"
        )
    if not isinstance(value, str) or not value.strip():
        return f"{key} must be a text that is not empty"
    if key in choices and value not in choices[key]:
        return f"{key} is {value!r}; it must be one of {', '.join(choices[key])}"
    return None


def _ungrounded(rule: EditRule, tables: Sequence[Table]) -> tuple[str | None, str] | None:
    """The key and the reason where the form has no cells for a rule."""
    over_cells = rule.for_each == "cell"
    if over_cells != (not rule.left and not rule.right):
        return ("left" if over_cells else None), (
            "a rule for each cell has no left and right"
            if over_cells
            else f"a rule for each {rule.for_each} needs left"
        )
    if rule.relation == "whole" and not over_cells:
        return "relation", "only a rule for each cell can ask for whole numbers"
    if over_cells and rule.relation not in ("whole", ">="):
        return "relation", "a rule for each cell is whole, or >= (zero)"
    if rule.for_each == "report" and (rule.table or rule.editions):
        return "table" if rule.table else "editions", "a rule for the report names whole cells, and no table"
    if rule.for_each in ("column", "row") and rule.table is None:
        return None, f"a rule for each {rule.for_each} needs a table"
    if rule.total is not None and rule.total not in rule.left + rule.right:
        return "total", f"the total {rule.total!r} is on neither side"
    return _unknown_names(rule, tables)


def _unknown_names(rule: EditRule, tables: Sequence[Table]) -> tuple[str | None, str] | None:
    if rule.for_each == "report":
        cells = {cell for table in tables for cell in table.cell_ids()}
        for side in ("left", "right"):
            for name in getattr(rule, side):
                if name not in cells:
                    return side, f"{name!r} is no cell of the form"
        return None
    for side in ("left", "right") if rule.for_each == "row" else ():
        columns = {column.id for table in tables for row in table.rows for column in row.columns}
        for name in getattr(rule, side):
            if name not in columns:
                return side, f"{name!r} is no column of table {rule.table!r}"
    try:
        ground = [tuple(ground_in_table(rule, table)) for table in tables]
    except FormError as error:
        side = "left" if any(repr(name) in str(error) for name in rule.left) else "right"
        return side, f"{str(error).removeprefix(f'rule {rule.id!r} ')}"
    if not any(ground):
        return "left", f"no row of table {rule.table!r} has all of these columns"
    return None


def _overlap(rule: EditRule, other: EditRule) -> bool:
    return not rule.editions or not other.editions or not set(rule.editions).isdisjoint(other.editions)
