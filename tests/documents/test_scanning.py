"""Ways of taking a text apart that show in what stands between its cells."""

import pytest

from gkllm.documents.lines import split_lines, without_page_marks
from gkllm.documents.scanning import SCANS

ROWS = [
    ["规章", "1", "", "3"],
    ["许可", "", "", "6"],
    ["处罚", "7", "8", ""],
    ["强制", "10", "11", "12"],
    ["收费", "", "14", "15"],
]


def taken_apart(text: str) -> list[list[list[str]]]:
    paged = list(without_page_marks(split_lines(text)))
    return [
        [[cell.raw for cell in row.cells] for grid in scan.grids(text, paged) for row in grid.rows]
        for scan in SCANS
        if scan.shows_in(text)
    ]


@pytest.mark.parametrize(
    ("cell", "blank", "end"),
    [
        ("{}\n\n\n", "\n\n", "\n"),
        ("{}|\n|", "\n|", ""),
        ("{} ", "\xa0 ", "\n"),
        ("{}\n\n", "\n", ""),
    ],
    ids=[
        "a cell and the line behind it, a separator between any two",
        "bars on lines",
        "a lone hard space",
        "an empty line behind a cell, and one for a blank cell",
    ],
)
def test_a_blank_cell_that_leaves_something_behind_is_a_cell(cell: str, blank: str, end: str) -> None:
    parts = ["".join(cell.format(raw) if raw else blank for raw in row) + end for row in ROWS * 4]
    found = taken_apart("".join(parts))
    assert any([row[:4] for row in rows if len(row) > 3][:5] == ROWS for rows in found), found
