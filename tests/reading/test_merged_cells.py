"""Cells that a merged cell covers, each printed with what the whole one holds, a cell a line."""

import pytest

import gkllm
from gkllm.report import Cell
from gkllm.settings import Settings

_TEXT = """某市某局2022年政府信息公开年度报告
二、主动公开政府信息情况
信息内容
本年制发件数
本年废止件数
现行有效件数
规章
1
2
3
行政规范性文件
4

6
信息内容
本年处理决定数量
本年处理决定数量
本年处理决定数量
行政许可
{licensing}
信息内容
本年处理决定数量
本年处理决定数量
本年处理决定数量
行政处罚
8
8
8
行政强制



信息内容
本年收费金额（单位：万元）
本年收费金额（单位：万元）
本年收费金额（单位：万元）
行政事业性收费
10.5
10.5
10.5
"""
_RULES = Settings(reader="rules")


def _cells(licensing: tuple[str, ...]) -> dict[str, Cell]:
    text = _TEXT.format(licensing="\n".join(licensing)).rstrip()
    return {cell.id: cell for cell in gkllm.extract_text(text, "merged.txt", _RULES).cells}


def test_a_merged_number_and_its_heading_may_be_printed_over_and_over() -> None:
    cells = _cells(("7", "7", "7"))
    expected = {"licensing": 7, "penalties": 8, "coercion": None, "fees": 10.5}
    for row, value in expected.items():
        cell = cells[f"disclosure.{row}.{'amount' if row == 'fees' else 'decisions'}"]
        assert (cell.value, cell.needs_review) == (value, False), row


@pytest.mark.parametrize("licensing", [("7", "9", "7"), ("", "7", ""), ("7", "", "")])
def test_numbers_that_differ_under_one_heading_are_marked(licensing: tuple[str, ...]) -> None:
    assert _cells(licensing)["disclosure.licensing.decisions"].needs_review
