"""Markdown tables, and text whose cells bars fence."""

import pytest

from tests.documents.grids import grids, rows


@pytest.mark.parametrize("rule", ["| --- | :-: | --: |", "|---|---|---|", "+----+----+----+", "├──┼──┼──┤"])
def test_rule_lines_are_no_rows(rule: str) -> None:
    text = f"| 项 | 甲 | 乙 |\n{rule}\n| 规章 | 1 | 2 |\n| 许可 | | 4 |\n"
    assert rows(text, "pipe") == [["项", "甲", "乙"], ["规章", "1", "2"], ["许可", "", "4"]]


def test_a_row_of_blank_cells_is_a_row() -> None:
    assert rows("| 项 | 1 |\n|   |   |\n| 项 | 2 |\n", "pipe") == [["项", "1"], ["", ""], ["项", "2"]]


@pytest.mark.parametrize("bar", ["|", "｜", "│", "┃"])
def test_bars_of_any_kind(bar: str) -> None:
    text = "".join(f"{bar} 规章 {bar} {number} {bar}\n" for number in range(3))
    assert rows(text, "pipe") == [["规章", "0"], ["规章", "1"], ["规章", "2"]]


def test_outer_bars_may_be_left_out() -> None:
    assert rows("规章 | 1 | 2\n许可 | 3 | 4\n处罚 | 5 | 6\n", "pipe") == [
        ["规章", "1", "2"], ["许可", "3", "4"], ["处罚", "5", "6"],
    ]  # fmt: skip


def test_markup_at_the_ends_of_a_cell_is_not_printed() -> None:
    text = "| **规章** | <br>1 | 2<br/> |\n" * 3
    assert rows(text, "pipe") == [["规章", "1", "2"]] * 3


def test_a_line_break_mark_inside_a_cell_stays_as_printed() -> None:
    assert rows("| 规<br>章 | 1<br>1 |\n" * 3, "pipe")[0] == ["规<br>章", "1<br>1"]


def test_an_escaped_bar_is_text() -> None:
    assert rows("| 甲\\|乙 | 1 |\n" * 3, "pipe")[0] == ["甲\\|乙", "1"]


def test_a_fenced_row_may_run_over_lines() -> None:
    whole = "".join(f"| 许可 | {number} | 6 |\n" for number in range(9))
    torn = "| 其他对外\n管理服务事项 | 3 | 4\n4 |\n"
    assert rows(whole + torn + whole, "pipe")[8:11] == [
        ["许可", "8", "6"], ["其他对外 管理服务事项", "3", "4 4"], ["许可", "0", "6"],
    ]  # fmt: skip


def test_prose_between_tables_parts_them() -> None:
    text = "| 规章 | 1 |\n| 许可 | 2 |\n\n三、收到和处理情况\n\n| 新收 | 3 |\n| 结转 | 4 |\n"
    assert grids(text, "pipe") == [[["规章", "1"], ["许可", "2"]], [["新收", "3"], ["结转", "4"]]]


def test_a_bar_between_cells_is_no_fence() -> None:
    """Where most lines neither open nor close with a bar, one that does has a blank cell there."""
    assert rows("规章|1|2|3\n许可|1|2|\n|3|4|5\n处罚|1||3\n", "pipe")[1:3] == [
        ["许可", "1", "2", ""],
        ["", "3", "4", "5"],
    ]
