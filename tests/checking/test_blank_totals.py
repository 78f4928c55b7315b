"""A broken relation with a blank total is the total's fault, unless a number beside it may stand in another's place."""

from collections.abc import Sequence

import pytest

from gkllm.checking.evaluate import CheckedCell, residuals
from gkllm.checking.localise import localise
from gkllm.checking.violations import blame
from gkllm.form import Relation
from gkllm.report import CellState

from .relations import balance

ROWS = [balance("t", "ab", "row 1"), balance("u", "cd", "row 2"), balance("v", "ef", "results")]
COLUMNS = [balance("e", "ac", "column 1"), balance("f", "bd", "column 2"), balance("v", "tu", "totals")]
EVERY = "abtcduefv"


def _blamed(
    values: dict[str, int | None],
    relations: Sequence[Relation] = (*ROWS, *COLUMNS),
    gaps: bool = False,
    doubtful: str = "",
) -> frozenset[str]:
    found = residuals(relations, {cell: value or 0 for cell, value in values.items()})

    def describe(cell: str) -> CheckedCell:
        state = CellState.BLANK if values[cell] is None else CellState.REPORTED
        return CheckedCell(state, str(values[cell] or ""), values[cell], doubtful=cell in doubtful, gaps=gaps)

    return blame(found, describe, localise(found, describe))[1]


def _report(**changed: int | None) -> dict[str, int | None]:
    return {"a": 3, "b": 1, "t": 4, "c": 2, "d": None, "u": 2, "e": 5, "f": 1, "v": 6} | changed


@pytest.mark.parametrize("blanks", ["t", "u", "tu", "tuv"])
def test_blank_totals_alone_are_blamed_however_many(blanks: str) -> None:
    assert _blamed(_report(**dict.fromkeys(blanks))) == set(blanks)


def test_a_number_that_no_other_relation_confirms_stands_by_its_own_place() -> None:
    assert _blamed({"a": 3, "b": 1, "t": None}, ROWS[:1]) == {"t"}


@pytest.mark.parametrize(("gaps", "doubtful"), [(True, ""), (False, "a")])
def test_a_number_whose_place_is_not_certain_may_be_the_total(gaps: bool, doubtful: str) -> None:
    assert _blamed({"a": 3, "b": None, "t": None}, ROWS[:1], gaps, doubtful) == {"a", "b", "t"}


def test_among_mere_gaps_the_columns_confirm_numbers() -> None:
    assert _blamed(_report(t=None), gaps=True) == {"t"}


def test_a_number_that_is_wrong_beside_a_blank_total_is_blamed_too() -> None:
    assert {"a", "t"} <= _blamed(_report(a=8, t=None))


def test_a_total_of_totals_that_disagrees_is_blamed() -> None:
    assert {"t", "v"} <= _blamed(_report(v=9, t=None))


def test_a_total_that_says_zero_is_no_blank_one() -> None:
    assert _blamed({"a": 3, "b": 1, "t": 0}, ROWS[:1]) == {"a", "b", "t"}


def test_a_part_that_is_blank_like_its_total_is_blamed_with_it_and_no_other() -> None:
    assert _blamed(_report(a=None, t=None)) == {"a", "t"}
