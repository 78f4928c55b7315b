"""Where numbers stand, decided by relations: what they settle, what they leave open, and that no margin is made up."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gkllm.checking.decoding import MOST_COMPARED, Decision, decode
from gkllm.checking.decoding import settled as lead
from gkllm.checking.evaluate import Number, residual
from gkllm.checking.variables import Content, Option, Variable
from gkllm.form import Relation
from gkllm.report import CellState
from tests.checking.relations import balance


def row(cells: str, numbers: Sequence[Number], *costs: float) -> Variable:
    """A row of which only the numbers are known, in their order: they may stand in any of its cells."""
    contents: list[tuple[Content, ...]] = []
    for places in combinations(range(len(cells)), len(numbers)):
        held = dict(zip(places, numbers, strict=True))
        contents.append(tuple(held.get(place, CellState.BLANK) for place in range(len(cells))))
    paid = [*costs, *[0.0] * (len(contents) - len(costs))]
    return Variable(tuple(cells), tuple(map(Option, contents, paid)), placing=True)


def settled(decisions: dict[str, Decision]) -> set[str]:
    return {cell for cell, decision in decisions.items() if lead(decision.relations, decision.cost)}


def content(variable: Variable, decisions: dict[str, Decision], cell: str) -> Content:
    return variable.options[decisions[cell].choice].contents[variable.cells.index(cell)]


SUM = balance("t", "abc")


@pytest.mark.parametrize(
    ("numbers", "columns", "certain"),
    [
        ((1, 2, 3), [], "t"),
        ((1, 2, 3), [balance("A", "a"), balance("C", "c")], "t"),
        ((1, 2, 3), [balance("A", "ax"), balance("B", "bx"), balance("C", "cx")], "abct"),
        ((3, 3), [], ""),
        ((0, 0), [], ""),
        ((3,), [], ""),
    ],
    ids=["the row alone", "trivial columns", "columns", "one number is its total", "zeros", "one number"],
)
def test_what_relations_settle(numbers: Sequence[int], columns: list[Relation], certain: str) -> None:
    variable = row("abct", numbers)
    decisions = decode([SUM, *columns], {"A": 6, "B": 7, "C": 5, "x": 5}, [variable])
    assert settled(decisions) == set(certain)


def test_rows_that_may_move_together_stay_open() -> None:
    rows = [row("abt", (2, 2)), row("cdu", (3, 3)), row("gho", (4, 4)), row("efv", (9, 9))]
    columns = [balance("e", "acg"), balance("f", "bdh"), balance("v", "tuo")]
    relations = [balance("t", "ab"), balance("u", "cd"), balance("o", "gh"), balance("v", "ef"), *columns]
    decisions = decode(relations, {}, rows)
    assert settled(decisions) == set("tuov")
    assert [content(rows[3], decisions, "v")] == [9]


def test_costs_tell_what_relations_do_not() -> None:
    decisions = decode([SUM], {}, [row("abct", (3, 3), 9.0, 9.0, 9.0, 9.0, 0.0, 5.0)])
    assert decisions["b"].choice == 4
    assert (decisions["b"].relations, decisions["b"].cost) == (0, 5.0)


@st.composite
def instances(draw: st.DrawFn) -> tuple[list[Relation], list[Variable], dict[str, Number | None]]:
    """Two or three open rows of four cells, the last the total, over columns that add up to a known row."""
    names = ["abct", "defu", "ghiv"][: draw(st.integers(2, 3))]
    truth = [[draw(st.integers(0, 3)) for _ in range(3)] for _ in names]
    rows = []
    for cells, values in zip(names, truth, strict=True):
        rows.append(row(cells, [value for value in (*values, sum(values)) if value]))
    sums = dict(zip("ABC", map(sum, zip(*truth, strict=True)), strict=True))
    relations = [balance(cells[3], cells[:3]) for cells in names]
    relations += [balance(total, "".join(cells[at] for cells in names)) for at, total in enumerate("ABC")]
    return relations, rows, dict(sums)


@pytest.mark.parametrize("most_compared", [MOST_COMPARED * 8, 1])
@settings(max_examples=60, deadline=None)
@given(instance=instances())
def test_a_settled_cell_holds_the_same_in_every_best_assignment(
    most_compared: int, instance: tuple[list[Relation], list[Variable], dict[str, Number | None]]
) -> None:
    relations, rows, values = instance
    decisions = decode(relations, values, rows, most_compared)
    every: list[dict[str, Content]] = [{}]
    for variable in rows:
        every = [
            known | dict(zip(variable.cells, option.contents, strict=True))
            for known in every
            for option in variable.options
        ]
    perfect = [
        known
        for known in every
        if all(
            residual(
                relation, values | {c: 0 if isinstance(held, str) else held for c, held in known.items()}
            ).holds
            for relation in relations
        )
    ]
    assert perfect
    for variable in rows:
        for cell in variable.cells:
            held = {known[cell] for known in perfect}
            if cell in settled(decisions):
                assert held == {content(variable, decisions, cell)}
