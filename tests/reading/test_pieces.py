"""Tables of which some rows are written in another way than the rest, as where a page has several small tables."""

from pathlib import Path
from typing import Final

import pytest

import gkllm
from gkllm.settings import Settings

_FIXTURES: Final = Path(__file__).parents[2] / "fixtures"
_RULES = Settings(reader="rules")
_HEAD = """某市某局2022年政府信息公开年度报告

二、主动公开政府信息情况
| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
| --- | --- | --- | --- |
| 规章 | 1 | 2 | 3 |
| 行政规范性文件 | 4 | 5 | 6 |

第二十条第（五）项
| 信息内容 | 本年处理决定数量 |
| --- | --- |
| 行政许可 | 17 |

第二十条第（六）项
"""
_FOOT = """
第二十条第（八）项
| 信息内容 | 本年收费金额（单位：万元） |
| --- | --- |
| 行政事业性收费 | 10.5 |
"""
_CELLS = {
    "disclosure.regulations.in_force": 3,
    "disclosure.normative_documents.made": 4,
    "disclosure.licensing.decisions": 17,
    "disclosure.penalties.decisions": 8,
    "disclosure.coercion.decisions": 9,
    "disclosure.fees.amount": 10.5,
}


@pytest.mark.parametrize(
    "piece",
    [
        "| 信息内容 | 本年处理决定数量 |\n| --- | --- |\n| 行政处罚 | 8 |\n| 行政强制 | 9 |\n",
        "信息内容 本年处理决定数量\n行政处罚 8\n行政强制 9\n",
        "信息内容    本年处理决定数量\n行政处罚    8\n行政强制    9\n",
        "信息内容\t本年处理决定数量\n行政处罚\t8\n行政强制\t9\n",
        "信息内容,本年处理决定数量\n行政处罚,8\n行政强制,9\n",
        "信息内容\n本年处理决定数量\n行政处罚\n8\n行政强制\n9\n",
        "+----+----+\n|信息内容|本年处理决定数量|\n+----+----+\n|行政处罚|8|\n+----+----+\n|行政强制|9|\n+----+----+\n",
    ],
    ids=["bars", "spaces", "gaps", "tabs", "commas", "lines", "a drawn grid"],
)
def test_rows_beside_a_table_of_another_kind_are_read(piece: str) -> None:
    report = gkllm.extract_text(_HEAD + piece + _FOOT, "pieces.txt", _RULES)
    cells = {cell.id: cell for cell in report.cells}
    assert {name: cells[name].value for name in _CELLS} == _CELLS
    assert not [name for name in _CELLS if cells[name].needs_review]


@pytest.mark.parametrize("join", [" | ", "  ", "\t"], ids=["bars", "gaps", "tabs"])
@pytest.mark.parametrize("order", ["012", "021", "210"])
def test_blocks_of_section_four_are_read_under_their_own_labels(join: str, order: str) -> None:
    labels = ("行政复议", "未经复议直接起诉", "复议后起诉")
    numbers = [(8, 9, 13, 14, 44), (17, 10, 0, 2, 29), (9, 9, 1, 3, 22)]
    lines = ["四、政府信息公开行政复议、行政诉讼情况", ""]
    for block in map(int, order):
        heads = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
        rows = [join.join(map(str, row)) for row in (heads, numbers[block])]
        if join == " | ":
            rows = [f"| {row} |" for row in rows]
            rows.insert(1, "|" + " --- |" * 5)
        lines += [labels[block], *rows, ""]
    report = gkllm.extract_text("\n".join(lines), "blocks.txt", _RULES)
    cells = [cell for cell in report.cells if cell.id.startswith("proceedings.")]
    assert [cell.value for cell in cells] == [number for row in numbers for number in row]
    assert not any(cell.needs_review for cell in cells)


@pytest.mark.parametrize("caption", ["单位：万元", "（金额单位：万元）", ""])
def test_a_unit_that_stands_over_a_table_of_its_own_is_that_of_its_amounts(caption: str) -> None:
    printed = (_FIXTURES / "songta-2019.md").read_text("utf-8").replace("| 418000 |", "| 41.8 |")
    text = printed.replace("| 第二十条第（九）项 |", f"{caption}\n\n| 第二十条第（九）项 |")
    cells = {cell.id: cell for cell in gkllm.extract_text(text, "units.md", _RULES).cells}
    amount = cells["disclosure.procurement.amount"]
    assert (amount.value, amount.needs_review) == ((418000, True) if caption else (41.8, False))
