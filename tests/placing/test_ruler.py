"""Columns learned from headings and moved onto the numbers."""

import pytest

from gkllm.documents.document import GridCell
from gkllm.reading.place.page_rulers import _borrowed
from gkllm.reading.place.ruler import MEASURES, Ruler

_CENTRES = MEASURES[0]


def cell(raw: str, left: int) -> GridCell:
    return GridCell(raw, left, left + len(raw), left, left + len(raw), left, left + len(raw))


def test_two_columns_are_not_taken_from_the_cells_of_one() -> None:
    """Narrow numbers stand a little right of wide ones in the same column; the next column prints nothing."""
    headings = Ruler((37.0, 43.0, 52.0, 61.0), _CENTRES[0])
    wide = [[cell("374 375", 36), cell("12", 51)], [cell("126", 38), cell("3", 51)]]
    narrow = [[cell("0", 41), cell("3", 51)] for _ in range(6)]
    refined = headings.refined([*wide, *narrow], _CENTRES)
    assert refined.even
    first, second, *_ = refined.marks
    assert second - first > 3


@pytest.mark.parametrize("left", [20, 40])
def test_a_single_column_holds_every_cell(left: int) -> None:
    refined = Ruler((40.0,), _CENTRES[0]).refined([[cell("12", left)], [cell("14", left)]], _CENTRES)
    assert refined.nearest(cell("12", left)) == (0, 0.0)


def test_a_page_whose_numbers_begin_the_line_borrows_columns_that_are_moved_and_none_that_are_stretched() -> (
    None
):
    """Nothing times any factor is nothing."""
    left = _CENTRES[2]
    rows = [[cell("12", 0), cell("3", 10), cell("4", 20), cell("5", 30)], [cell("1", 0), cell("2", 30)]]
    found = _borrowed(Ruler((5.0, 15.0, 25.0, 35.0), left), rows, None)
    assert found is not None and found.marks == (0.0, 10.0, 20.0, 30.0)
