"""A generated report as an Excel workbook, in the ways that offices lay sheets out."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import openpyxl
import xlwt
from openpyxl.cell import Cell

from evals.generator.truth import SyntheticReport
from tests.rendering.structure import Form, Slot, SlotTable, sections

Layout = Literal["one_sheet", "sheet_a_table", "unmerged"]
LAYOUTS: tuple[Layout, ...] = ("one_sheet", "sheet_a_table", "unmerged")
"""All on one sheet; each table on a sheet of its own; labels over several cells in the first of them alone."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands on a sheet: a text or a number, its place counted from 0, and how far the cell is merged."""

    sheet: int
    row: int
    column: int
    slot: Slot
    across: int = 1
    down: int = 1

    @property
    def value(self) -> str | float:
        """The text, or the number where it is written as Excel would take it for one."""
        text = self.slot.text
        plain = self.slot.cell is not None and text.isascii() and text.isdecimal() and str(int(text)) == text
        return float(text) if plain else text


def placed(report: SyntheticReport, form: Form, layout: Layout) -> Iterator[Placed]:
    """Every printed cell of the report's sheets."""
    rng = Random(f"{report.seed}/{form}/{layout}/workbook")
    sheet = row = 0

    def line(text: str) -> Placed:
        return Placed(sheet, row, 0, Slot(text), 8)

    for row, text in enumerate((report.title, "一、总体情况", "本机关依法公开政府信息。")):  # noqa: B007
        yield line(text)
    row += 1
    for section in sections(report, form, rng):
        if layout == "sheet_a_table":
            sheet, row = sheet + 1, 0
        yield line(section.heading)
        row += 1 + rng.randint(0, 1)
        for table in section.tables:
            yield from _table(table, sheet, row, layout)
            row += len(table) + 1
    for text in ("五、存在的主要问题及改进情况", "还需努力。", report.issuer, report.published):
        yield line(text)
        row += 1


def _table(table: SlotTable, sheet: int, top: int, layout: Layout) -> Iterator[Placed]:
    taken: set[tuple[int, int]] = set()
    for index, slots in enumerate(table):
        column = 0
        for slot in slots:
            while (index, column) in taken:
                column += 1
            taken |= {
                (index + down, column + over) for down in range(slot.down) for over in range(slot.across)
            }
            merged = (1, 1) if layout == "unmerged" else (slot.across, slot.down)
            yield Placed(sheet, top + index, column, slot, *merged)
            column += slot.across


Change = Callable[[Any, Placed], None]
"""What is done to a written cell: it takes the library's cell, and what stands there."""


def render_xlsx(cells: list[Placed], change: Callable[[Cell, Placed], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheets = [book.active, *(book.create_sheet() for _ in range(max(cell.sheet for cell in cells)))]
    for one in cells:
        sheet = sheets[one.sheet]
        written = sheet.cell(one.row + 1, one.column + 1)
        written.value = one.value
        if change is not None:
            change(written, one)
        if one.across > 1 or one.down > 1:
            sheet.merge_cells(
                start_row=one.row + 1,
                start_column=one.column + 1,
                end_row=one.row + one.down,
                end_column=one.column + one.across,
            )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def render_xls(cells: list[Placed]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheets = [book.add_sheet(f"Sheet{number + 1}") for number in range(max(cell.sheet for cell in cells) + 1)]
    for one in cells:
        sheet = sheets[one.sheet]
        if one.across > 1 or one.down > 1:
            last = (one.row + one.down - 1, one.column + one.across - 1)
            sheet.write_merge(one.row, last[0], one.column, last[1], one.value)
        else:
            sheet.write(one.row, one.column, one.value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
