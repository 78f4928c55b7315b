"""Text dumps of Word documents: which text is which cell."""

import pytest

from tests.documents.grids import grids, rows

FILLER = "\n\t填充\n\t0\n\t0\n"


def first_rows(text: str, count: int = 1) -> list[list[str]]:
    return rows(text + FILLER, "word_dump")[:count]


def test_a_cell_opens_with_newline_and_tab_and_an_empty_line_ends_the_row() -> None:
    assert first_rows("题目\n\t规章\n\t1\n\t2\n\n\t行政许可\n\t3\n\t4\n", 2) == [
        ["规章", "1", "2"],
        ["行政许可", "3", "4"],
    ]


def test_a_line_without_a_tab_continues_the_cell() -> None:
    assert first_rows("\t行政\n许可\n\t6\n6\n\t0\n") == [["行政 许可", "6 6", "0"]]


def test_an_empty_line_inside_a_label_does_not_end_the_row() -> None:
    assert first_rows("\t结果\n\n维持\n\t1\n\t2\n") == [["结果 维持", "1", "2"]]


@pytest.mark.parametrize("enumerator", ["二、", "（二）", "2."])
def test_a_label_torn_after_its_enumerator_is_one(enumerator: str) -> None:
    text = f"\t{enumerator}\n\n上年结转政府信息公开申请数量\n\t/\n\t\n"
    assert first_rows(text) == [[f"{enumerator} 上年结转政府信息公开申请数量", "/", ""]]


def test_a_paragraph_after_a_number_is_no_part_of_the_row() -> None:
    text = "\t一、本年新收\n\t2\n\n三、收到和处理政府信息公开申请情况\n\t填充\n\t0\n"
    assert grids(text, "word_dump")[0] == [["一、本年新收", "2"]]


def test_blank_cells_are_cells() -> None:
    assert first_rows("\t规章\n\t\n\t0\n\t\n") == [["规章", "", "0", ""]]
    assert first_rows("\t规章\n\t \u3000\n\t\xa0\n\t7\n") == [["规章", "", "", "7"]]


def test_a_value_after_the_row_belongs_to_its_last_blank_cell() -> None:
    assert first_rows("\t规章\n\t\n\t3\n\t\n\n12\n\n\t行政许可\n\t5\n", 2) == [
        ["规章", "", "3", "12"],
        ["行政许可", "5"],
    ]


@pytest.mark.parametrize("printed", ["增2", "减少 14", "+3", "7件", "暂无", "—"])
def test_a_value_left_behind_may_have_a_sign_or_a_unit(printed: str) -> None:
    text = f"\t行政事业性收费\n\t0\n\t\n\n{printed}\xa0\xa0\n\n\t信息内容\n\t采购项目数量\n"
    assert first_rows(text) == [["行政事业性收费", "0", printed]]


def test_a_value_after_a_full_row_belongs_to_no_cell() -> None:
    assert first_rows("\t规章\n\t1\n\t3\n\n12\n\n\t行政许可\n\t5\n", 2) == [
        ["规章", "1", "3"],
        ["行政许可", "5"],
    ]


def test_prose_between_tables_parts_them() -> None:
    text = "\t规章\n\t1\n\t2\n\n三、收到和处理政府信息公开申请情况\n\t一、本年新收\n\t3\n\t4\n"
    assert grids(text, "word_dump") == [[["规章", "1", "2"]], [["一、本年新收", "3", "4"]]]


def test_page_marks_are_no_part_of_a_cell() -> None:
    assert first_rows("\t规章\n\t1\n\t2\n- 3 -\n\n\t行政许可\n\t5\n\t6\n", 2) == [
        ["规章", "1", "2"],
        ["行政许可", "5", "6"],
    ]


def test_windows_line_ends() -> None:
    text = "\t规章\n\t1\n\n\t行政许可\n\t5\n\n\t填充\n\t0\n".replace("\n", "\r\n")
    assert rows(text, "word_dump") == [["规章", "1"], ["行政许可", "5"], ["填充", "0"]]
