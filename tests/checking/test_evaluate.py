"""Relations over values: sides, what holds, and what cannot be assessed."""

import pytest

from gkllm.checking.evaluate import Number, residual, residuals
from gkllm.form import Relation
from gkllm.form.edit_rules import Operator
from tests.checking.relations import balance
from tests.forms import FORM


def test_a_zero_for_a_blank_cell_counts() -> None:
    found = residual(balance("t", "ab"), {"t": 3, "a": 3, "b": 0})
    assert (found.left, found.right, found.difference, found.holds) == (3, 3, 0, True)


def test_the_difference_is_left_minus_right() -> None:
    found = residual(balance("t", "ab"), {"t": 6, "a": 2, "b": 1})
    assert (found.left, found.right, found.difference, found.holds) == (6, 3, 3, False)
    assert found.assessable


@pytest.mark.parametrize(
    "values", [{"t": 3, "a": 3, "b": None}, {"t": 3, "a": 3}, {"t": None, "a": 3, "b": 0}]
)
def test_a_missing_cell_leaves_a_relation_unassessed(values: dict[str, Number | None]) -> None:
    found = residual(balance("t", "ab"), values)
    assert (found.left, found.right, found.difference) == (None, None, None)
    assert not found.assessable and not found.holds


@pytest.mark.parametrize(
    ("operator", "left", "right", "holds"),
    [
        ("=", 3, 3, True),
        ("=", 0.1 + 0.2, 0.3, True),
        ("=", 3, 3.01, False),
        ("<=", 3, 3, True),
        ("<=", 4, 3, False),
        (">=", 0, 0, True),
        (">=", -1, 0, False),
        ("whole", 3, 0, True),
        ("whole", 3.5, 0, False),
    ],
)
def test_operators(operator: Operator, left: float, right: float, holds: bool) -> None:
    relation = Relation("test", "", operator, "error", ("l",), ("r",))
    assert residual(relation, {"l": left, "r": right}).holds is holds


def test_an_empty_table_satisfies_every_relation_of_the_form() -> None:
    table = FORM.table("requests", "2021")
    relations = FORM.relations_of(table)
    found = residuals(relations, dict.fromkeys(table.cell_ids(), 0))
    assert len(found) == len(relations) and all(r.holds for r in found)


def test_one_number_alone_breaks_its_row_and_its_column() -> None:
    table = FORM.table("requests", "2021")
    values = {**dict.fromkeys(table.cell_ids(), 0), "requests.granted.research": 4}
    broken = [
        (r.relation.rule, r.relation.scope)
        for r in residuals(FORM.relations_of(table), values)
        if not r.holds
    ]
    assert broken == [("requests.results", "research"), ("requests.total", "granted")]
