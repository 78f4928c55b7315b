"""The relations that rules state for a report's tables."""

from collections.abc import Iterable
from functools import lru_cache

from gkllm.form.edit_rules import EditRule
from gkllm.form.edit_rules_file import load_rules
from gkllm.form.ground import Relation, ground_in_report, ground_in_table
from gkllm.form.tables import Table


def relations_over(
    tables: Iterable[Table], rules: tuple[EditRule, ...] | None = None
) -> tuple[Relation, ...]:
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
        within += [ground_in_report(rule) for rule in across if cells.issuperset(rule.left + rule.right)]
    return tuple(within)


@lru_cache(maxsize=64)
def relations_of(table: Table, rules: tuple[EditRule, ...] | None = None) -> tuple[Relation, ...]:
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
        for relation in ground_in_table(rule, table)
    )


def unrelated_cells(table: Table, rules: tuple[EditRule, ...] | None = None) -> tuple[str, ...]:
    """The cells that no rule ties to another cell, in printed order: a wrong number there satisfies all rules."""
    tied = {
        cell for relation in relations_of(table, rules) if len(relation.cells) > 1 for cell in relation.cells
    }
    return tuple(cell for cell in table.cell_ids() if cell not in tied)
