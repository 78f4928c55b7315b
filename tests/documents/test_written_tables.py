"""Tables that a text writes out as such."""

import pytest

from gkllm.documents.text import rebuild_grids


def _cells(text: str) -> list[list[str]]:
    return [[cell.raw for cell in row.cells] for grid in rebuild_grids(text) for row in grid.rows]


def test_a_cell_of_a_drawn_table_may_be_several_lines_high_and_span_rows_and_columns() -> None:
    text = (
        "+--------+------+-----+-----+\n"
        "| 三、办 | 公开 | 12  |     |\n"
        "| 理结果 +------+-----+-----+\n"
        "|        | 其他 | 4   | 56  |\n"
        "+--------+------+-----+-----+\n"
        "| 总计          | 16  | 56  |\n"
        "+---------------+-----+-----+\n"
    )
    assert _cells(text) == [["三、办 理结果", "公开", "12", ""], ["其他", "4", "56"], ["总计", "16", "56"]]
    [grid] = rebuild_grids(text)
    assert [(cell.left, cell.right) for cell in grid.rows[2].cells] == [(0, 2), (2, 3), (3, 4)]


def test_a_number_on_several_lines_of_a_drawn_cell_is_no_number_and_its_table_stays_one() -> None:
    text = (
        "+----+---+---+---+\n"
        "| 规 | 1 | 7 | 暂 |\n"
        "| 章 | 2 |   | 无 |\n"
        "+----+---+---+---+\n"
        "| 总 | 1 | 3 | 4 |\n"
        "| 计 |   |   |   |\n"
        "+----+---+---+---+\n"
    )
    [grid] = rebuild_grids(text)
    assert grid.layout == "lattice"
    assert [[cell.raw for cell in row.cells if cell.legible] for row in grid.rows] == [
        ["规 章", "7"],
        ["总 计", "1", "3", "4"],
    ]
    assert [bool(cell.doubt) for cell in grid.rows[0].cells] == [False, True, False, True]


def test_a_rule_that_ends_no_row_draws_no_table() -> None:
    rows = "".join(f"| 规章{number} | {number} | 12 |\n" for number in range(6))
    rule = "+-------+---+----+\n"
    assert rebuild_grids(rule + rows + rule)[0].layout == "pipe"


def test_lists_and_records_are_rows() -> None:
    lists = "".join(f"['规\\n章', None, '{number}', 7]\n" for number in range(6))
    assert _cells(lists)[5] == ["规 章", "", "5", "7"]
    records = "[" + ",\n".join(f'{{"项": "\\u89c4\\u7ae0", "件数": {number}}}' for number in range(6)) + "]"
    assert _cells(records)[:2] == [["项", "件数"], ["规章", "0"]]


def test_brackets_in_a_sentence_are_no_table() -> None:
    assert _cells("规章  1  2\n许可  3  4\n见附件（1, 2）和 (3, 4)。\n")[:2] == [
        ["规章", "1", "2"],
        ["许可", "3", "4"],
    ]


def test_the_cells_of_mediawiki_stand_one_a_line_or_several() -> None:
    text = '{| class="wikitable"\n|-\n! colspan="2" | 项 !! 件数\n|-\n| 规章\n| 1 || 2\n|}\n'
    assert _cells(text) == [["项", "件数"], ["规章", "1", "2"]]


RULED = [
    (
        "  信息内容   制作   公开\n  ---------- ------ ------\n  规章              3\n  处罚决定   12     4\n"
        "  ---------- ------ ------\n",
        "a line a row, wide characters counted as two",
    ),
    (
        "信息内容   制作   公开\n========== ====== ======\n规章              3\n处罚决定   12     4\n"
        "========== ====== ======\n",
        "a rule of equals signs, wide characters counted as one",
    ),
    (
        "  ------------------------\n  信息内容   制作   公开\n  ---------- ------ ------\n  规章              3\n\n"
        "  处罚       12     4\n  决定\n  ------------------------\n",
        "rows of several lines, empty ones between them",
    ),
]


@pytest.mark.parametrize("text", [text for text, _ in RULED], ids=[name for _, name in RULED])
def test_a_line_of_dashes_measures_out_the_columns(text: str) -> None:
    rows = [[raw.replace(" ", "") for raw in row] for row in _cells(text)]
    assert rows == [["信息内容", "制作", "公开"], ["规章", "", "3"], ["处罚决定", "12", "4"]]


def test_what_stands_between_the_columns_of_dashes_is_no_table() -> None:
    text = "---- ----\n规章、许可 2\n---- ----\n"
    assert all(grid.layout == "fixed_width" for grid in rebuild_grids(text))


def test_a_row_of_asciidoc_may_go_over_lines() -> None:
    text = '[cols=",,",]\n|===\n|项 |制作\n|公开\n\n|规章 | |3\n|处罚\n|12 |4\n|===\n'
    assert _cells(text) == [["项", "制作", "公开"], ["规章", "", "3"], ["处罚", "12", "4"]]
