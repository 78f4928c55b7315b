"""Small relations for the tests, over cells named by letters."""

from gkllm.form import Relation
from gkllm.form.edit_rules import Operator


def balance(left: str, right: str, scope: str = "") -> Relation:
    """sum(left) = sum(right), a letter a cell; the first cell of the left is the total."""
    return Relation("test", scope or f"{left}={right}", "=", "error", tuple(left), tuple(right), left[0])


def count(cells: str) -> tuple[Relation, ...]:
    """Each cell is a whole number and not negative."""
    rules: tuple[tuple[str, Operator], ...] = (("integer", "whole"), ("non_negative", ">="))
    return tuple(
        Relation(rule, cell, operator, "error", (cell,)) for cell in cells for rule, operator in rules
    )
