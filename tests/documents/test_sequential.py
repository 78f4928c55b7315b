"""Text without layout: a cell a line, or a row a line with single spaces."""

from collections.abc import Callable

import pytest

from gkllm.documents.text import rebuild_grids
from gkllm.form import Table
from gkllm.reading.place.settle import settle_places
from tests.documents.grids import rows
from tests.forms import FORM
from tests.reading.excerpts import both, marked, numbers, printed, read


def test_values_follow_the_label_before_them() -> None:
    text = "一、本年新收\n1\n2\n3\n（三）不予公开\n1.属于国家秘密\n4\n暂无\n/\n"
    assert rows(text, "sequential") == [
        ["一、本年新收", "1", "2", "3"],
        ["（三）不予公开"],
        ["1.属于国家秘密", "4", "暂无", "/"],
    ]


def test_values_may_stand_behind_their_label_or_below_it() -> None:
    text = "一、本年新收 1 2 3\n（二）部分公开（区分处理的\n）\n4 5件 6\n规章 7 8 9\n"
    assert rows(text, "sequential") == [
        ["一、本年新收", "1", "2", "3"],
        ["（二）部分公开（区分处理的"],
        ["）", "4", "5件", "6"],
        ["规章", "7", "8", "9"],
    ]


def test_every_cell_keeps_its_place() -> None:
    text = "一、本年新收 1,234 2\n规章\n3\n许可 4 5\n"
    [grid] = rebuild_grids(text)
    for row in grid.rows:
        for cell in row.cells:
            assert text[cell.start : cell.end] == cell.raw


def a_cell_a_line(*tables: Table, values: dict[str, str]) -> str:
    lines = [cell for table in tables for line in printed(table, values) for cell in line]
    return "\n".join(lines) + "\n"


def a_row_a_line(*tables: Table, values: dict[str, str]) -> str:
    return "\n".join(" ".join(line) for table in tables for line in printed(table, values)) + "\n"


@pytest.mark.parametrize("text_of", [a_cell_a_line, a_row_a_line])
def test_a_report_without_blank_cells_is_read_whole(text_of: Callable[..., str]) -> None:
    tables = both("2021", "2021")
    values = numbers(*tables)
    readings = read(text_of(*tables, values=values))
    assert {cell: p.raw for reading in readings.values() for cell, p in reading.cells.items()} == values
    assert not any(placed.doubts for reading in readings.values() for placed in reading.cells.values())


@pytest.mark.parametrize("text_of", [a_cell_a_line, a_row_a_line])
def test_a_row_whose_blank_cell_left_nothing_behind_is_marked(text_of: Callable[..., str]) -> None:
    tables = both("2021", "2021")
    values = numbers(*tables) | {"requests.granted.research": "", "requests.received.total": ""}
    reading = read(text_of(*tables, values=values).replace("\n\n", "\n").replace("  ", " "))["requests"]
    assert marked(reading, "granted") and marked(reading, "received")


def test_a_whole_row_of_such_a_text_is_settled_by_its_total() -> None:
    tables = both("2021", "2021")
    values = numbers(*tables) | {"requests.granted.research": ""}
    parts = [
        cell for cell in values if cell.startswith("requests.carried_in.") and not cell.endswith(".total")
    ]
    values["requests.carried_in.total"] = str(sum(int(values[cell]) for cell in parts))
    readings = read(a_row_a_line(*tables, values=values).replace("\n\n", "\n").replace("  ", " "))
    reading = settle_places(readings, FORM)["requests"]
    assert not marked(reading, "carried_in")
    assert all(reading.cells[cell].raw == values[cell] for cell in parts)


def test_where_many_rows_lack_cells_whole_rows_are_read_in_order() -> None:
    _, table, _ = both("2021", "2021")
    blank = {f"requests.{row.id}.social": "" for row in table.rows[::2]}
    reading = read(a_row_a_line(table, values=numbers(table) | blank).replace("  ", " "))["requests"]
    assert all(marked(reading, row.id) for row in table.rows[::2])
    assert not any(marked(reading, row.id) for row in table.rows[1::2])
