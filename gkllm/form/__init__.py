"""The national form as data: editions, tables, rows, columns, labels, edit rules."""

from gkllm.form.rules import Relation, Rule, load_rules, relations_of, relations_over
from gkllm.form.tables import (
    TABLE_IDS,
    CellKey,
    Column,
    ColumnKind,
    Edition,
    Row,
    Table,
    editions_of,
    load_table,
    split_cell_id,
)

__all__ = [
    "TABLE_IDS",
    "CellKey",
    "Column",
    "ColumnKind",
    "Edition",
    "Relation",
    "Row",
    "Rule",
    "Table",
    "editions_of",
    "load_rules",
    "load_table",
    "relations_of",
    "relations_over",
    "split_cell_id",
]
