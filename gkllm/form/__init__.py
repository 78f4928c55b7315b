"""The national form as data: editions, tables, rows, columns, labels, edit rules."""

from gkllm.form.cell_places import CellPlace, places_in, short
from gkllm.form.edit_rules import EditRule
from gkllm.form.edit_rules_file import load_rules, rules_with
from gkllm.form.ground import Relation
from gkllm.form.relations import relations_of, relations_over, unrelated_cells
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
    "CellPlace",
    "Column",
    "ColumnKind",
    "EditRule",
    "Edition",
    "Relation",
    "Row",
    "Table",
    "editions_of",
    "load_rules",
    "load_table",
    "places_in",
    "relations_of",
    "relations_over",
    "rules_with",
    "short",
    "split_cell_id",
    "unrelated_cells",
]
