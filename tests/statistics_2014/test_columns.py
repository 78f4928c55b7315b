"""Which of the numbers beside a label is the form's, and what is said where that cannot be told."""

from gkllm.facts import DoubtKind
from gkllm.report import Cell
from tests.statistics_2014.reading import TABLE, by_row, read, table_text

Numbers = dict[str, list[str]]

OFFICES = ["本级", "部门", "乡镇街道"]
SPLIT: Numbers = {
    "disclosed": ["90", "31", "40", "19"],
    "by_website": ["85", "30", "38", "17"],
    "received": ["7", "2", "3", "2"],
    "received_online": ["7", "2", "3", "2"],
    "closed": ["6", "1", "3", "2"],
    "closed_in_time": ["6", "1", "3", "2"],
}
"""The sum and its three offices; every other row prints zeros."""


def _cells(headings: list[str], order: list[int], changed: Numbers | None = None) -> dict[str, Cell]:
    rows = []
    for row in TABLE.rows:
        numbers = {**SPLIT, **(changed or {})}.get(row.id, ["0"] * 4)
        rows.append([row.label, row.columns[0].unit or "", *(numbers[place] for place in order)])
    return by_row(read(table_text(rows, ["统计指标", "单位", *headings])))


def _kinds(cell: Cell) -> set[DoubtKind]:
    return {doubt.kind for doubt in cell.doubts}


def test_the_column_headed_as_the_sum_is_the_forms_wherever_it_stands() -> None:
    for order in ([0, 1, 2, 3], [1, 2, 3, 0], [1, 0, 2, 3]):
        headings = [["合计", *OFFICES][place] for place in order]
        cells = _cells(headings, order)
        assert (cells["disclosed"].value, cells["received"].value) == (90, 7)
        assert not any(cell.needs_review for cell in cells.values())


def test_without_legible_headings_the_column_that_is_the_sum_of_the_others_is_the_forms() -> None:
    cells = _cells(["", "", "", ""], [2, 1, 0, 3])
    assert (cells["disclosed"].value, cells["received"].value) == (90, 7)
    assert not any(cell.needs_review for cell in cells.values())


def test_columns_of_which_nothing_tells_the_forms_are_all_marked() -> None:
    cells = _cells(["本级", "部门"], [1, 2])
    assert all(_kinds(cell) >= {DoubtKind.SEVERAL_COLUMNS} for cell in cells.values())


def test_a_heading_over_a_number_that_is_a_part_of_another_is_not_believed() -> None:
    cells = _cells(["本级", "合计", "部门", "乡镇街道"], [0, 1, 2, 3])
    assert all(cell.needs_review for cell in cells.values())


def test_a_row_whose_offices_do_not_add_up_is_marked() -> None:
    cells = _cells(["合计", *OFFICES], [0, 1, 2, 3], {"by_website": ["58", "30", "38", "17"]})
    assert DoubtKind.PARTS_UNEQUAL in _kinds(cells["by_website"])
    assert not cells["disclosed"].needs_review


def test_a_running_number_is_never_a_value() -> None:
    for code in (0, 3):
        rows = []
        for number, row in enumerate(TABLE.rows, 1):
            value = SPLIT.get(row.id, [""])[0]
            cells = [row.label, row.columns[0].unit or "", value]
            cells.insert(code, f"{number:02}")
            rows.append(cells)
        headings = ["统计指标", "单位", "统计数"]
        headings.insert(code, "代码")
        for heads in (headings, [""] * 4):
            cells_read = by_row(read(table_text(rows, heads)))
            assert cells_read["disclosed"].value == 90
            assert (cells_read["budget"].value, cells_read["budget"].state) == (None, "blank")


def test_where_only_running_numbers_are_printed_every_cell_is_marked() -> None:
    rows = [[row.label, "", str(number)] for number, row in enumerate(TABLE.rows, 1)]
    cells = by_row(read(table_text(rows, ["", "", ""])))
    assert all(cell.value is None and cell.needs_review for cell in cells.values())


def test_an_amount_in_another_unit_is_converted_and_marked() -> None:
    beside = [[row.label, "元" if row.id == "fees" else row.columns[0].unit or "", "0"] for row in TABLE.rows]
    behind = [[f"{label}（{unit}）", number] for label, unit, number in beside]
    for rows, headings in ((beside, None), (behind, ["统计指标", "统计数"])):
        for row in rows:
            row[-1] = "1200" if "收取的费用" in row[0] else "0"
        cell = by_row(read(table_text(rows, headings)))["fees"]
        assert (cell.value, cell.raw) == (0.12, "1200")
        assert DoubtKind.OTHER_UNIT in _kinds(cell)
