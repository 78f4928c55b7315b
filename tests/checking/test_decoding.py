"""Which reading the relations support: the optimum, its margin, and ties told as ties."""

import math
from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gkllm.checking.decoding import MOST_COMPARED, Decision
from gkllm.checking.decoding import decode as decode_variables
from gkllm.checking.evaluate import Number, residual
from gkllm.checking.variables import Variable
from gkllm.form import Relation
from gkllm.reading.numerals import read_text
from tests.checking.relations import balance

Readings = list[tuple[Number, float]]
"""The values a cell may have, each with its cost."""


def options(raw: str) -> Readings:
    return [(reading.value, reading.cost) for reading in read_text(raw).readings]


def decode(
    relations: Sequence[Relation],
    values: Mapping[str, Number | None],
    cells: Mapping[str, Readings],
    most_compared: int = MOST_COMPARED,
) -> dict[str, Decision]:
    variables = [Variable.of_cell(cell, readings) for cell, readings in cells.items()]
    return decode_variables(relations, values, variables, most_compared)


def chosen(relations: list[Relation], values: Mapping[str, Number | None], **cells: str) -> dict[str, Number]:
    """The value decided for every cell, each given as printed."""
    choices = {cell: options(raw) for cell, raw in cells.items()}
    decisions = decode(relations, values, choices)
    return {cell: choices[cell][decisions[cell].choice][0] for cell in cells}


@pytest.mark.parametrize(
    ("raw", "total", "value"),
    [
        ("66", 6, 6),
        ("66", 66, 66),
        ("11", 11, 11),
        ("22", 22, 22),
        ("100100", 100100, 100100),
        ("100100", 100, 100),
        ("1212", 12, 12),
        ("12 12", 12, 12),
        ("12 12", 1212, 1212),
        ("1 2", 12, 12),
        ("1 2", 2, 2),
    ],
)
def test_the_rows_total_decides(raw: str, total: int, value: int) -> None:
    assert chosen([balance("t", "ab")], {"t": total, "b": 0}, a=raw) == {"a": value}


def test_without_support_the_cheapest_reading_stands() -> None:
    assert chosen([balance("t", "ab")], {"t": 500, "b": 0}, a="66") == {"a": 66}
    [decision] = decode([], {}, {"a": options("66")}).values()
    assert (decision.choice, decision.relations, decision.cost) == (0, 0, 1.0)


def test_relations_outweigh_any_number_of_costs() -> None:
    relations = [balance("t", "abcd")]
    assert chosen(relations, {"t": 8}, a="22", b="22", c="22", d="22") == dict.fromkeys("abcd", 2)


def test_the_margin_counts_relations_then_cost() -> None:
    [decision] = decode(
        [balance("t", "a"), balance("u", "a")], {"t": 6, "u": 6}, {"a": options("66")}
    ).values()
    assert (decision.relations, decision.cost) == (2, -1.0)
    assert not decision.tied


def test_a_relation_with_an_unknown_cell_decides_nothing() -> None:
    assert chosen([balance("t", "ab")], {"t": 6, "b": None}, a="66") == {"a": 66}


def test_cells_decide_together_across_relations() -> None:
    relations = [balance("t", "ab"), balance("u", "ac")]
    assert chosen(relations, {"t": 7, "b": 1, "u": 8}, a="66", c="22") == {"a": 6, "c": 2}


def test_a_tie_is_told_and_the_first_option_stands() -> None:
    pair: Readings = [(1, 1.0), (2, 1.0)]
    decisions = decode([balance("t", "ab")], {"t": 3}, {"a": pair, "b": pair})
    assert all(decision.tied for decision in decisions.values())
    values = [pair[decisions[cell].choice][0] for cell in "ab"]
    assert sum(values) == 3
    again = decode([balance("t", "ab")], {"t": 3}, {"a": pair, "b": pair})
    assert decisions == again


Instance = tuple[list[Relation], dict[str, Number | None], dict[str, Readings]]


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Up to six open cells of two or three options, two constants, and up to five relations over them."""
    small = st.integers(0, 12)
    open_cells = "abcdef"[: draw(st.integers(1, 6))]
    cost = st.sampled_from([0.0, 0.2, 1.0, 1.5, 2.0])
    choices: dict[str, Readings] = {
        cell: [(value, draw(cost)) for value in draw(st.lists(small, min_size=2, max_size=3, unique=True))]
        for cell in open_cells
    }
    values: dict[str, Number | None] = {"x": draw(small), "y": draw(st.none() | small)}
    names = st.lists(st.sampled_from(open_cells + "xy"), min_size=2, max_size=5, unique=True)
    relations = []
    for cells in draw(st.lists(names, max_size=5)):
        cut = draw(st.integers(1, len(cells) - 1))
        relations.append(balance("".join(cells[:cut]), "".join(cells[cut:])))
    return relations, values, choices


def score(instance: Instance, assignment: Mapping[str, int]) -> tuple[int, float]:
    """(broken relations, cost); a relation that cannot be assessed is left out."""
    relations, values, choices = instance
    known = {**values, **{cell: choices[cell][index][0] for cell, index in assignment.items()}}
    found = [residual(relation, known) for relation in relations]
    broken = sum(r.assessable and not r.holds for r in found)
    return broken, sum(choices[cell][index][1] for cell, index in assignment.items())


def every(choices: Mapping[str, Readings]) -> list[dict[str, int]]:
    indices = [range(len(found)) for found in choices.values()]
    return [dict(zip(choices, picked, strict=True)) for picked in product(*indices)]


@pytest.mark.parametrize("most_compared", [MOST_COMPARED, 1])
@settings(max_examples=200, deadline=None)
@given(instance=instances())
def test_the_decision_is_as_good_as_the_best_of_all_assignments(
    most_compared: int, instance: Instance
) -> None:
    relations, values, choices = instance
    decisions = decode(relations, values, choices, most_compared)
    scores = [(score(instance, assignment), assignment) for assignment in every(choices)]
    best = min(found for found, _ in scores)
    got = score(instance, {cell: decision.choice for cell, decision in decisions.items()})
    assert got[0] == best[0] and math.isclose(got[1], best[1], abs_tol=1e-9)
    for cell, decision in decisions.items():
        rival = min(found for found, assignment in scores if assignment[cell] != decision.choice)
        assert decision.relations == rival[0] - best[0]
        assert math.isclose(decision.cost, rival[1] - best[1], abs_tol=1e-9)
        if decision.tied:
            assert math.isclose(rival[1], best[1], abs_tol=1e-6) and rival[0] == best[0]
