"""The deterministic reader: editions, rows and columns, and marks where it cannot be sure."""

import random

import pytest

from gkllm.facts import Doubt, DoubtKind
from tests.reading.excerpts import both, marked, misplaced, numbers, page, printed, read, row_at

EDITIONS: list[tuple[str, str]] = [("2019", "2019"), ("2021", "2021"), ("2021", "2019")]


@pytest.mark.parametrize(("disclosure", "requests"), EDITIONS)
def test_every_cell_of_a_clean_page(disclosure: str, requests: str) -> None:
    tables = both(disclosure, requests)
    values = numbers(*tables)
    text = page(*(printed(table, values) for table in tables))
    readings = read(text)
    assert [readings[table.id].table.edition for table in tables[:2]] == [disclosure, requests]
    assert {cell: p.raw for reading in readings.values() for cell, p in reading.cells.items()} == values
    for reading in readings.values():
        assert reading.found and not reading.doubts
        for placed in reading.cells.values():
            assert placed.present and not placed.doubts and placed.label_score == 1.0
            assert placed.span is not None and text[slice(*placed.span)] == placed.raw


def test_the_edition_comes_from_the_labels_and_not_from_the_year() -> None:
    tables = both("2019", "2021")
    values = numbers(*tables)
    tables_text = page(*(printed(table, values) for table in tables))
    readings = read("某局2024年政府信息公开工作年度报告\n\n" + tables_text)
    assert readings["disclosure"].table.edition == "2019"
    assert readings["requests"].table.edition == "2021"


def test_a_table_that_is_not_there_is_not_found() -> None:
    disclosure, requests, _ = both("2021", "2021")
    values = numbers(disclosure, requests)
    readings = read(page(printed(requests, values)))
    assert [readings[i].found for i in ("disclosure", "requests", "proceedings")] == [False, True, False]
    assert readings["disclosure"].table.edition == "2021"
    assert not any(placed.present for placed in readings["disclosure"].cells.values())


def test_a_row_with_a_cell_too_few_is_marked() -> None:
    _, table, _ = both("2021", "2021")
    values = numbers(table)
    lines = printed(table, values)
    del lines[row_at(lines, "1.属于国家秘密")][3]
    reading = read(page(lines))["requests"]
    assert marked(reading, "refused_state_secret") and not misplaced(reading, values)
    assert not marked(reading, "granted")


def test_a_row_with_a_cell_too_many_is_marked() -> None:
    _, table, _ = both("2019", "2019")
    values = numbers(table)
    lines = printed(table, values)
    lines[row_at(lines, "（一）予以公开")].insert(4, "5")
    reading = read(page(lines))["requests"]
    assert marked(reading, "granted") and not misplaced(reading, values)


def test_a_row_that_is_left_out_is_missing_and_shifts_no_other() -> None:
    _, table, _ = both("2021", "2021")
    values = numbers(table)
    lines = printed(table, values)
    del lines[row_at(lines, "2.重复申请")]
    reading = read(page(lines))["requests"]
    absent = {cell for cell, placed in reading.cells.items() if not placed.present}
    assert absent == {cell for cell in values if ".not_processed_duplicate." in cell}
    assert not misplaced(reading, values)


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_row_whose_label_is_lost_is_marked_or_missing(edition: str) -> None:
    _, table, _ = both("2021", edition)
    values = numbers(table)
    for row in table.rows:
        lines = printed(table, values)
        index = row_at(lines, row.label)
        lines[index] = ["" if cell == row.label else cell for cell in lines[index]]
        reading = read(page(lines))["requests"]
        assert not misplaced(reading, values)
        # The label of its group is left, and the most of 3.其他 and its group's label together.
        assert marked(reading, row.id) or row.id == "other_misc", row.id


def test_a_table_printed_twice_is_marked() -> None:
    _, table, _ = both("2019", "2019")
    values = numbers(table)
    other = {cell: str(int(value) + 1) for cell, value in values.items()}
    reading = read(page(printed(table, values), printed(table, other)))["requests"]
    assert reading.doubts == (Doubt.of(DoubtKind.TABLE_REPEATED, table="requests"),)
    assert all(placed.doubts for placed in reading.cells.values())


def test_a_damaged_label_is_matched_and_its_likeness_told() -> None:
    _, table, _ = both("2021", "2019")
    values = numbers(table)
    lines = printed(table, values)
    index = row_at(lines, "2.其他法律行政法规禁止公开")
    lines[index] = [c.replace("2.其他法律行政法规禁止公开", "2.其他法律行政止公开") for c in lines[index]]
    reading = read(page(lines))["requests"]
    found = reading.cells["requests.refused_law_prohibits.total"]
    assert found.raw == values["requests.refused_law_prohibits.total"]
    assert 0.75 < found.label_score < 1.0 and not misplaced(reading, values)


def test_blank_cells_keep_their_places() -> None:
    tables = both("2019", "2021")
    rng = random.Random(3)
    values = {cell: value if rng.random() < 0.5 else "" for cell, value in numbers(*tables).items()}
    readings = read(page(*(printed(table, values) for table in tables)))
    for reading in readings.values():
        assert not misplaced(reading, values)
        blank = [placed for cell, placed in reading.cells.items() if not values[cell]]
        assert all(placed.present and placed.span is None for placed in blank)


@pytest.mark.parametrize("seed", range(40))
def test_no_damage_to_the_lines_assigns_a_number_silently(seed: int) -> None:
    """Twice a line lost, its label lost, or a cell too few or too many: nothing is misplaced unmarked."""
    rng = random.Random(seed)
    _, table, _ = both("2021", rng.choice(["2019", "2021"]))
    values = numbers(table)
    lines = printed(table, values)
    for _ in range(2):
        index = rng.randrange(2, len(lines))
        match rng.randrange(4):
            case 0:
                del lines[index]
            case 1:
                lines[index] = [cell for cell in lines[index] if cell.isdigit()]
            case 2:
                del lines[index][-rng.randrange(1, 4)]
            case _:
                lines[index].insert(-2, "5")
    assert not misplaced(read(page(lines))["requests"], values)


def test_a_bracket_wrapped_below_a_label_belongs_to_the_label_above() -> None:
    text = "\n".join(
        (
            "（一）予以公开                                          3     3",
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形",
            "）                                                       2     2",
            "1.属于国家秘密",
            "2.其他法律行政法规禁止公开                               1     1",
            "3.危及“三安全一稳定”                                     4     4",
            "4.保护第三方合法权益                                     5     5",
            "5.属于三类内部事务信息                                   6     6",
            "6.属于四类过程性信息                                     7     7",
            "7.属于行政执法案卷                                       8     8",
            "8.属于行政查询事项                                       9     9",
        )
    )
    reading = read(text)["requests"]
    printed_in = {
        row: [reading.cells[f"requests.{row}.{c}"].raw for c in ("natural_person", "business")]
        for row in ("partially_granted", "refused_state_secret")
    }
    assert printed_in == {"partially_granted": ["2", "2"], "refused_state_secret": ["", ""]}


def test_a_remark_in_brackets_behind_a_label_leaves_it_known() -> None:
    _, table, _ = both("2021", "2021")
    values = numbers(table)
    lines = printed(table, values)
    lines[row_at(lines, "2.重复申请")][-8] = "2.重复申请 (本机关全年均无此类申请)"
    reading = read(page(lines))["requests"]
    assert not misplaced(reading, values) and not marked(reading, "not_processed_duplicate")


@pytest.mark.parametrize("word", ["未统计", "见附件", "三十二", "12余", "2023年", "近百"])
def test_a_word_in_a_number_s_place_is_that_cell_s_text(word: str) -> None:
    table, _, _ = both("2021", "2021")
    values = dict.fromkeys(numbers(table), word)
    reading = read(page(printed(table, values)))["disclosure"]
    assert {cell: placed.raw for cell, placed in reading.cells.items()} == values


@pytest.mark.parametrize("amount", ["723.82", "1,723.82万元", "７２３.８２", "-723.82", "约723.82"])
def test_a_number_that_nothing_parts_from_its_label_is_whole(amount: str) -> None:
    lines = [
        "二、主动公开政府信息情况",
        *("第二十条第（五）项", "信息内容本年处理决定数量", "行政许可455件"),
        *("第二十条第（六）项", "信息内容本年处理决定数量", "行政处罚1291", "行政强制1156"),
        *("第二十条第（八）项", "信息内容本年收费金额（单位：万元）", f"行政事业性收费{amount}"),
    ]
    cells = read("\n".join(lines))["disclosure"].cells
    rows = ("licensing.decisions", "penalties.decisions", "coercion.decisions", "fees.amount")
    assert [cells[f"disclosure.{row}"].raw for row in rows] == ["455件", "1291", "1156", amount]
