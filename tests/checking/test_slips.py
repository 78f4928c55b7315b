"""The slips that may have made a wrong number, and the order they put suggestions in."""

from collections.abc import Mapping

import pytest

from evals.generator.planted import findings_in, plant
from gkllm.checking.evaluate import CheckedCell
from gkllm.checking.localise import COSTS, digit_slips, slips_of
from gkllm.report import CellState, Slip
from tests.forms import FORM

TABLE = FORM.table("requests", "2021")
PLACES = TABLE.places


@pytest.mark.parametrize(
    ("wrong", "right", "slips"),
    [
        ("6", "3", {Slip.ONE_DIGIT}),
        ("128", "123", {Slip.ONE_DIGIT}),
        ("132", "123", {Slip.TRANSPOSED_DIGITS}),
        ("21", "12", {Slip.TRANSPOSED_DIGITS}),
        ("321", "123", set()),
        ("66", "6", {Slip.REPEATED_DIGIT}),
        ("1223", "123", {Slip.REPEATED_DIGIT}),
        ("1212", "12", {Slip.REPEATED_DIGIT}),
        ("1293", "123", {Slip.EXTRA_DIGIT}),
        ("13", "123", {Slip.DROPPED_DIGIT}),
        ("7", "123", set()),
        ("456", "123", set()),
    ],
)
def test_slips_of_digits(wrong: str, right: str, slips: set[Slip]) -> None:
    assert set(digit_slips(wrong, right)) == slips


def slips(
    printed: Mapping[str, int | None],
    changes: Mapping[str, int],
    readings: Mapping[str, tuple[int, ...]] | None = None,
    totals: frozenset[str] = frozenset(),
) -> dict[str, Slip | None]:
    """Slips in section 三 where all cells print 100 but for the `printed` ones (null: blank)."""

    def describe(cell: str) -> CheckedCell:
        value = printed.get(cell, 100)
        if value is None:
            return CheckedCell(CellState.BLANK, "", None)
        return CheckedCell(CellState.REPORTED, str(value), value, (readings or {}).get(cell, (value,)))

    return slips_of(changes, describe, PLACES, totals)


CELL = "requests.granted.social"


def test_another_reading_of_the_print_comes_first() -> None:
    assert slips({CELL: 66}, {CELL: 6}, {CELL: (66, 6)}) == {CELL: Slip.CANDIDATE_READING}


@pytest.mark.parametrize("printed", [0, None])
def test_a_total_that_was_not_filled_in(printed: int | None) -> None:
    total = "requests.granted.total"
    assert slips({total: printed}, {total: 11}, totals=frozenset([total])) == {total: Slip.TOTAL_NOT_FILLED}
    assert slips({CELL: printed}, {CELL: 11}, totals=frozenset([total])) == {CELL: None}


@pytest.mark.parametrize("beside", ["granted.research", "granted.legal_service", "partially_granted.social"])
def test_the_value_of_a_neighbour(beside: str) -> None:
    assert slips({CELL: 47, f"requests.{beside}": 47}, {CELL: 9}) == {CELL: Slip.NEIGHBOUR_VALUE}
    assert slips({CELL: 47, "requests.received.total": 47}, {CELL: 9}) == {CELL: None}


def test_a_shifted_row() -> None:
    row = [f"requests.granted.{column}" for column in ("natural_person", "business", "research", "social")]
    printed = dict(zip(row, (0, 58, 58, 7), strict=True))
    right = dict(zip(row, (58, 58, 7, 0), strict=True))
    changes = {cell: right[cell] for cell in row if right[cell] != printed[cell]}
    assert len(changes) == 3
    assert set(slips(printed, changes).values()) == {Slip.SHIFTED_ROW}
    assert Slip.SHIFTED_ROW not in slips(printed, {**changes, row[0]: 59}).values()


def test_a_shifted_column() -> None:
    upper, lower = "requests.granted.social", "requests.partially_granted.social"
    assert slips({upper: 0, lower: 58}, {upper: 58, lower: 0}) == dict.fromkeys(
        (upper, lower), Slip.SHIFTED_COLUMN
    )


def test_every_slip_has_a_cost_below_a_cell() -> None:
    assert set(COSTS) == {*Slip, None}
    assert all(0 <= cost < 0.5 for cost in COSTS.values())
    assert COSTS[None] == max(COSTS.values())


def test_suggestions_come_cheapest_first_and_then_as_printed() -> None:
    listed = 0
    for seed in range(120):
        case = plant(seed, 1)
        order = {cell: number for number, cell in enumerate(case.figures)}
        for violation in findings_in(case.tables, case.relations, case.values).violations:
            keys = [(s.cost, [order[change.cell] for change in s.changes]) for s in violation.suggestions]
            assert keys == sorted(keys)
            listed += len(keys) > 1
    assert listed
