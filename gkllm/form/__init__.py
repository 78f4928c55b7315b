"""Forms as data: editions, tables, rows, columns, labels, edit rules. A form is passed to whoever needs it."""

from gkllm.form.catalogue import Forms, load_forms
from gkllm.form.edit_rules import BEFORE, EditRule, Relation, Scale
from gkllm.form.form import Form, Titles, load_form
from gkllm.form.tables import CellId, CellKey, CellPlace, Column, ColumnKind, Row, Table, short

__all__ = [
    "BEFORE",
    "CellId",
    "CellKey",
    "CellPlace",
    "Column",
    "ColumnKind",
    "EditRule",
    "Form",
    "Forms",
    "Relation",
    "Row",
    "Scale",
    "Table",
    "Titles",
    "load_form",
    "load_forms",
    "short",
]
