"""No module names what only a form's folder may name: its tables, labels, titles and editions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gkllm
from gkllm.form import Form
from tests.forms import FORMS

PACKAGE = Path(gkllm.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if PACKAGE / "forms" not in path.parents)
_LEAST = 4
"""Shorter labels, such as 总计 and 其他, are words of the language."""


def literals(path: Path) -> Iterator[str]:
    """Every string in a module that is not its own explanation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


LITERALS = {path: tuple(literals(path)) for path in MODULES}


def names(form: Form) -> set[str]:
    """Ids of tables, of their rows where they are more than a word, and of their cells' tables and editions."""
    rows = {row.id for table in form.all_tables() for row in table.rows if "_" in row.id}
    return {*form.table_ids, *rows, *(table.edition for table in form.all_tables())}


def labels(form: Form) -> set[str]:
    printed = {
        text
        for table in form.all_tables()
        for row in table.rows
        for text in (table.title, row.label, *row.groups, *(column.label for column in row.columns))
    }
    plain = {re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）).、]\s*|（.*）$", "", text) for text in printed}
    return {text for text in plain if len(text) >= _LEAST}


@pytest.mark.parametrize("form", list(FORMS), ids=lambda form: form.id)
def test_no_module_names_a_table_a_row_or_an_edition(form: Form) -> None:
    wanted = names(form)
    assert {path.name: found for path, held in LITERALS.items() if (found := wanted.intersection(held))} == {}


@pytest.mark.parametrize("form", list(FORMS), ids=lambda form: form.id)
def test_no_module_holds_a_label_or_a_title(form: Form) -> None:
    wanted = labels(form)
    assert wanted
    found = {
        path.name: hits
        for path, held in LITERALS.items()
        if (hits := {label for label in wanted for text in held if label in text})
    }
    assert found == {}


@pytest.mark.parametrize("form", list(FORMS), ids=lambda form: form.id)
def test_no_module_names_a_cell(form: Form) -> None:
    cells = {cell for table in form.all_tables() for cell in table.cell_ids()}
    assert {path.name for path, held in LITERALS.items() if cells.intersection(held)} == set()
