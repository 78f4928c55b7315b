"""Pastes of spreadsheets: tabs, commas and semicolons between cells."""

import pytest

from tests.documents.grids import rows


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_every_field_is_a_cell(mark: str) -> None:
    table = [["新收", *"1234567"], ["结转", *[""] * 7], ["公开", "", *"654321"], ["总计", *"123456", ""]]
    assert rows("".join(mark.join(row) + "\n" for row in table), "delimited") == table


def test_a_quoted_cell_holds_delimiters_and_line_breaks() -> None:
    text = (
        '新收,"1,234",5,6,7,8,9,10\n"其他\n事项, 含收费",2,3,4,5,6,7,8\n'
        '"3.危及""三安全""",1,2,3,4,5,6,7\n结转,1,2,3,4,5,6,7\n'
    )
    assert rows(text, "delimited") == [
        ["新收", "1,234", "5", "6", "7", "8", "9", "10"],
        ["其他 事项, 含收费", *"2345678"],
        ['3.危及""三安全""', *"1234567"],
        ["结转", *"1234567"],
    ]


def test_a_thousands_comma_between_tabs_is_no_delimiter() -> None:
    assert rows("规章\t1,234\t5\n" * 3, "delimited") == [["规章", "1,234", "5"]] * 3


def test_a_row_torn_inside_a_label_is_joined() -> None:
    whole = ["一、本年新收", *"1234567"]
    torn = "\t".join(whole) + "\n"
    text = torn * 3 + "二、上年\n结转\t" + "\t".join("7654321") + "\n"
    assert rows(text, "delimited")[:3] == [whole] * 3
    assert rows(
        "\t".join(whole) + "\n" + "三\t二、上年\n结转\t" + "\t".join("654321") + "\n" + torn * 2, "delimited"
    )[1] == ["三", "二、上年 结转", *"654321"]


def test_two_short_rows_that_print_values_are_not_joined() -> None:
    full = "一、本年新收,1,2,3,4,5,6,7\n"
    text = full * 3 + "2.重复申请,,,,,,暂无\n3.要求提供,——\n"
    assert rows(text, "delimited")[3:] == [["2.重复申请", *[""] * 5, "暂无"], ["3.要求提供", "——"]]
    text = full * 3 + "8.行政查询,无\n不掌握相关信息,,,,,,1\n"
    assert rows(text, "delimited")[3:] == [["8.行政查询", "无"], ["不掌握相关信息", *[""] * 5, "1"]]
    text = full * 3 + "（三）不予公开,1.属于国家秘密\n2.其他法律,,,,,,1\n"
    assert [len(row) for row in rows(text, "delimited")[3:]] == [2, 7]
    padded = "二〇二四年工作报告" + "," * 14 + "\n"
    assert rows(padded * 4 + full * 2, "delimited")[4:] == [["一、本年新收", *"1234567"]] * 2


def test_prose_with_commas_is_no_table() -> None:
    text = "规章\t1\t2\n许可\t3\t4\n处罚\t5\t6\n今年以来，本局高度重视,认真落实,逐项推进。\n"
    assert rows(text, "delimited")[:3] == [["规章", "1", "2"], ["许可", "3", "4"], ["处罚", "5", "6"]]
