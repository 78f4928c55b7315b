"""The form's tables on a terminal."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from gkllm.report import Cell, CellState
from gkllm.terminal.grid import quoted, render_cell
from gkllm.terminal.tables import render_table
from tests.forms import FORM
from tests.terminal.reports import make_cell, make_report, noisy_report

SNAPSHOTS = Path(__file__).parent / "snapshots"


def rendered(renderable: RenderableType, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), markup=False, highlight=False, emoji=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get().splitlines()


def by_id(*cells: Cell) -> dict[str, Cell]:
    return {cell.id: cell for cell in cells}


@pytest.mark.parametrize("table_id", FORM.table_ids)
@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_table_at_80_columns_looks_as_drawn(table_id: str, edition: str) -> None:
    table = FORM.table(table_id, edition)
    report = noisy_report()
    drawn = rendered(render_table(table, by_id(*report.cells), 80), 80)
    expected = (SNAPSHOTS / f"{table_id}-{edition}.txt").read_text(encoding="utf-8").splitlines()
    assert drawn == expected


@pytest.mark.parametrize("width", [60, 79, 80, 81, 100, 200])
@pytest.mark.parametrize("table_id", FORM.table_ids)
def test_every_line_of_a_table_is_as_wide_as_the_others_and_fits(table_id: str, width: int) -> None:
    table = FORM.table(table_id, "2021")
    lines = rendered(render_table(table, by_id(*noisy_report().cells), width), width)
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
    assert cell_len(lines[0]) <= width


def test_a_line_of_numbers_too_long_for_the_terminal_becomes_rows() -> None:
    table = FORM.table("proceedings", "2021")
    long = [make_cell(cell_id, "123456", 123456) for cell_id in table.cell_ids()]
    lines = rendered(render_table(table, by_id(*long), 80), 80)
    assert sum("123456" in line for line in lines) == 3
    assert any("复议后起诉" in line and line.count("123456") == 5 for line in lines)


def test_numbers_are_never_broken_where_the_terminal_has_room() -> None:
    number = 1234567
    cells = [make_cell(cell_id, str(number), number) for cell_id in FORM.table("requests", "2021").cell_ids()]
    lines = rendered(render_table(FORM.table("requests", "2021"), by_id(*cells), 80), 80)
    assert sum(line.count(str(number)) for line in lines) == len(cells)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (make_cell("a.b.c", "3", 3), "3"),
        (make_cell("a.b.c", "12.50", 12.5), "12.5"),
        (make_cell("a.b.c", "12.00", 12.0), "12"),
        (make_cell("a.b.c", "66", 6, reading="duplicated_run"), '6 ⟵"66"'),
        (make_cell("a.b.c", "66", 6, reading="duplicated_run", reasons=("why",)), '6! ⟵"66"'),
        (make_cell("a.b.c", "0 0", 0, reading="split_run"), '0 ⟵"0␣0"'),
        (make_cell("a.b.c", "", state=CellState.BLANK), ""),
        (make_cell("a.b.c", "", state=CellState.BLANK, reasons=("why",)), "!"),
        (make_cell("a.b.c", "暂无", state=CellState.NONE), "无"),
        (make_cell("a.b.c", "/", state=CellState.NOT_APPLICABLE), "—"),
        (make_cell("a.b.c", "", state=CellState.MISSING), "缺"),
        (make_cell("a.b.c", "一些", state=CellState.UNREADABLE), '? ⟵"一些"'),
        (None, "缺"),
    ],
)
def test_a_cell_shows_its_value_or_what_stands_for_it(cell: Cell | None, shown: str) -> None:
    assert render_cell(cell).plain == shown


def test_a_long_print_is_cut_by_its_width_on_the_terminal() -> None:
    assert quoted("一二三四五六七八", 9) == '"一二三四…"'
    assert quoted("123456789", 9) == '"123456789"'


def test_a_table_not_in_the_report_is_not_drawn_as_zeros() -> None:
    lines = rendered(render_table(FORM.table("proceedings", "2021"), {}, 80), 80)
    assert sum(line.count("缺") for line in lines) == 15


def test_the_sample_report_has_every_cell_of_its_tables_once() -> None:
    ids = [cell.id for cell in make_report().cells]
    assert len(ids) == len(set(ids)) == 198
