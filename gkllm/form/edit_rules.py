"""Edit rules as data: what a rule is."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from gkllm.form.tables import ColumnKind

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
