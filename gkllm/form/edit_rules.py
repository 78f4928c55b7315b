"""Edit rules as data: what a rule is."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "<=", ">=", "whole"]
Severity = Literal["error", "advice"]
Scope = Literal["column", "row", "cell", "report"]
Statement = tuple[tuple[str, str], ...]
"""What a rule states in words, as (language, sentence) pairs."""


@dataclass(frozen=True, slots=True)
class EditRule:
    """An edit rule as a rules file states it.

    `left` and `right` hold row ids or `role:NAME` in a rule for each column, column ids in one for each row, and
    whole cell ids in one for the report. `total` names the term that states the sum of the others. `source` says
    where the rule comes from.
    """

    id: str
    for_each: Scope
    relation: Operator
    severity: Severity
    source: str
    message: Statement = ()
    table: str | None = None
    editions: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    total: str | None = None
    except_kinds: tuple[str, ...] = ()

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
