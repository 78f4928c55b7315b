"""Numbers of random reports, printed in every layout with blanks at random places: none in a wrong cell is unmarked.

Far more of them: `python -m tests.placing.printing 1000 300`.
"""

import pytest

import gkllm
from tests.forms import FORM
from tests.placing.printing import LAYOUTS, count, print_report

_LEAST_RIGHT = {
    "pipe": 0.9,
    "tabbed": 0.9,
    "trimmed": 0.75,
    "by place": 0.9,
    "by place, wrapped": 0.75,
    "by place, loosely": 0.8,
    "by place, in pages": 0.85,
}
"""Share of cells that are right and unmarked, in layouts that print where a number stands; measured higher by 0.05."""


KNOWN = [
    ("cell a line", 2001),
    ("by place", 2006),
    ("streamed", 3000),
    ("streamed", 3019),
]
"""Reports in which a cell was once wrong and unmarked: a column left blank and zeros torn, a wide row shifted."""


@pytest.mark.parametrize(("layout", "seed"), KNOWN)
def test_what_was_once_misplaced_unmarked_is_so_no_more(layout: str, seed: int) -> None:
    assert count(print_report(seed, layout), f"{layout} {seed}.txt")[1] == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_number_is_misplaced_unmarked(layout: str) -> None:
    found = [count(print_report(seed, layout), f"{layout} {seed}.txt") for seed in range(300, 306)]
    assert [line for _, silent in found for line in silent] == []
    right = sum(one["right"] for one, _ in found)
    cells = sum(one.total() for one, _ in found)
    assert right >= _LEAST_RIGHT.get(layout, 0.0) * cells


def test_a_number_that_stands_at_its_label_without_a_space_is_the_rows_first() -> None:
    numbers = "4   0   0   0   0   1   5"
    lines = [f"{row.label.ljust(60)}  {numbers}" for row in FORM.table("requests", "2019").rows]
    [glued] = [index for index, line in enumerate(lines) if line.startswith("2.其他法律")]
    lines[glued] = "2.其他法律行政法规禁止公开".rjust(62) + numbers
    report = gkllm.extract_text("三、收到和处理政府信息公开申请情况\n" + "\n".join(lines) + "\n", "a.txt")
    cells = {cell.id: cell for cell in report.cells}
    assert cells["requests.refused_law_prohibits.natural_person"].value == 4


def test_a_word_among_the_numbers_leaves_those_before_it_their_places() -> None:
    rows = FORM.table("requests", "2019").rows
    lines = [f"{row.label} 4 0 2 0 0 1 7" for row in rows]
    lines[5] = f"{rows[5].label} 4 0 2 0 若干 1 7"
    report = gkllm.extract_text("三、收到和处理政府信息公开申请情况\n" + "\n".join(lines) + "\n", "a.txt")
    cells = [cell for cell in report.cells if cell.id.split(".")[1] == rows[5].id]
    assert [cell.raw for cell in cells] == ["4", "0", "2", "0", "若干", "1", "7"]
    assert [cell.raw for cell in cells if cell.state == "unreadable" and cell.needs_review] == ["若干"]


def test_rows_of_a_page_that_ends_unsaid_stand_under_the_columns_stretched() -> None:
    """As one library lays pages out: a place is counted in letters, which are narrower on the second page."""
    table = FORM.table("requests", "2019")
    columns = [24, 31, 38, 45, 52, 59, 66]
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    lines = ["三、收到和处理政府信息公开申请情况", _placed("", heads, columns)]
    for number, row in enumerate(table.rows):
        value = "7" if row.id in ("received", "granted", "results_total") else "0"
        places = columns if not number else [round(1.2 * column) for column in columns]
        lines.append(_placed(row.label[:14], [value, "", "", "", "", "", value], places))
    report = gkllm.extract_text("\n".join(lines) + "\n", "a.txt")
    read = {cell.id: cell for cell in report.cells}
    cells = [
        (column.id, read[f"requests.{row.id}.{column.id}"]) for row in table.rows for column in row.columns
    ]
    wrong = [cell.id for column, cell in cells if (column in ("natural_person", "total")) != bool(cell.raw)]
    assert not wrong
    assert sum(cell.needs_review for _, cell in cells) <= 0.1 * len(cells)


def _placed(label: str, cells: list[str], columns: list[int]) -> str:
    line = label
    for cell, column in zip(cells, columns, strict=True):
        if cell:
            line += " " * (column - len(line)) + cell
    return line
