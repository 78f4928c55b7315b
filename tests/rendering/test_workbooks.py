"""Generated reports as Excel workbooks, old and new, with what Excel hides, formats and leaves out planted in them."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from evals.generator import NoiseLevel, generate
from evals.generator.scoring import Score, score, total
from gkllm.documents.formats import open_document
from tests.documents.grids import assert_spans
from tests.rendering.structure import FORMS, Form
from tests.rendering.test_round_trip import read
from tests.rendering.workbooks import LAYOUTS, Layout, Placed, placed, render_xls, render_xlsx

WRITERS = {"xlsx": render_xlsx, "xls": render_xls}
_EVERY = 9
"""Of the plain numbers, each so-manieth cell is changed."""
Change = Callable[[Any, Placed], None]


def measured(
    writer: Callable[[list[Placed]], bytes],
    form: Form,
    layout: Layout,
    noise: NoiseLevel,
    seeds: Iterable[int],
) -> Score:
    truths = [generate(seed, layout="word_dump", noise=noise) for seed in seeds]
    return total(score(truth, read(writer(list(placed(truth, form, layout))))) for truth in truths)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("format_", WRITERS)
def test_what_a_workbook_shows_comes_back(format_: str, layout: Layout) -> None:
    for form in FORMS:
        found = measured(WRITERS[format_], form, layout, NoiseLevel.MODERATE, [1])
        assert (found.silent, found.surplus_cells, found.wrong_editions, found.wrong_headings) == (0, 0, 0, 0)
        if (layout, form) != ("unmerged", "split"):
            assert found.wrong == 0
            assert found.flagged < 0.02 * found.cells


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("format_", WRITERS)
def test_of_many_workbooks_every_cell_is_right_or_marked(format_: str, layout: Layout) -> None:
    for form in FORMS:
        found = measured(WRITERS[format_], form, layout, NoiseLevel.MODERATE, range(5_000, 5_042))
        assert found.silent == 0, "\n".join(map(str, found.silent_errors))


def font(**properties: Any) -> Change:
    def change(cell: Any, one: Placed) -> None:
        changed = copy(cell.font)
        cell.font = Font(name=changed.name, sz=changed.sz, **properties)

    return change


def formatted(code: str) -> Change:
    def change(cell: Any, one: Placed) -> None:
        cell.number_format = code

    return change


def written(value: Callable[[float], Any], code: str = "General") -> Change:
    def change(cell: Any, one: Placed) -> None:
        cell.value, cell.number_format = value(float(one.value)), code

    return change


def noted(cell: Any, one: Placed) -> None:
    cell.value = CellRichText(str(int(float(one.value))), TextBlock(InlineFont(vertAlign="superscript"), "1"))


def corrected(cell: Any, one: Placed) -> None:
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), "92"), str(int(float(one.value))))


def white_on_blue(cell: Any, one: Placed) -> None:
    font(color="FFFFFFFF")(cell, one)
    cell.fill = PatternFill("solid", fgColor="FF1E62B8")


SAME: dict[str, Change] = {
    "as text": written(lambda value: str(int(value))),
    "not quite whole": written(lambda value: value * (1 + 3e-16)),
    "whole by format": formatted("0"),
    "thousands": formatted("#,##0_ "),
    "accounts": formatted('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ '),
    "with a unit": formatted('0"件"'),
    "red": formatted("0_);[Red](0)"),
    "text by format": formatted("@"),
    "white on a colour": white_on_blue,
}
"""The truth stays. An accountant's zero is a dash, so it is left out there."""
MARKED: dict[str, Change] = {
    "rounded": written(lambda value: value + 0.4, "0"),
    "percent": formatted("0%"),
    "a date": formatted('m"月"d"日"'),
    "hidden by format": formatted(";;;"),
    "zeros hidden": formatted("0;-0;;@"),
    "scientific": formatted("0.00E+00"),
    "fraction": formatted("# ?/?"),
    "Chinese": formatted("[DBNum1][$-804]General"),
    "never worked out": written(lambda value: f"=0+{int(value)}"),
    "an error": written(lambda value: "#REF!"),
    "true": written(lambda value: bool(value)),
    "struck": font(strike=True),
    "raised": font(vertAlign="superscript"),
    "white": font(color="FFFFFFFF"),
    "noted": noted,
    "corrected": corrected,
    "circled": written(lambda value: f"{int(value)}①"),
    "a picture's place": written(lambda value: "见图"),
}
KINDS = {**SAME, **MARKED}


def planted(kind: str, seed: int, noise: NoiseLevel) -> Score:
    truth = generate(seed, layout="word_dump", noise=noise)
    numbers = 0

    def change(cell: Any, one: Placed) -> None:
        nonlocal numbers
        if isinstance(one.value, float) and not (kind == "accounts" and not one.value):
            numbers += 1
            if numbers % _EVERY == 0:
                KINDS[kind](cell, one)

    cells = list(placed(truth, FORMS[seed % len(FORMS)], "one_sheet"))
    content = render_xlsx(cells, change)
    assert numbers > _EVERY
    return score(truth, read(content))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_never_read_silently(kind: str) -> None:
    found = planted(kind, 11, NoiseLevel.CLEAN)
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))
    if kind in SAME:
        assert found.wrong == 0
        assert found.flagged < 0.03 * found.cells


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_of_many_planted_workbooks_none_is_read_silently(kind: str) -> None:
    found = total(planted(kind, seed, NoiseLevel.MODERATE) for seed in range(4_000, 4_038))
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))


def clean(seed: int = 21, layout: Layout = "one_sheet") -> tuple[Any, list[Placed]]:
    truth = generate(seed, layout="word_dump", noise=NoiseLevel.CLEAN)
    return truth, list(placed(truth, "merged", layout))


def test_hidden_rows_columns_and_sheets_are_not_read() -> None:
    truth, cells = clean()
    book = openpyxl.load_workbook(
        io.BytesIO(render_xlsx([replace(one, row=2 * one.row) for one in cells if one.down == 1]))
    )
    sheet = book.active
    for row in range(2, sheet.max_row + 1, 2):
        for column, value in ((1, "规章"), (5, 77)):
            if not isinstance(sheet.cell(row, column), MergedCell):
                sheet.cell(row, column).value = value
        sheet.row_dimensions[row].hidden = True
    old = book.copy_worksheet(sheet)
    old.sheet_state = "hidden"
    for row in old.iter_rows():
        for cell in row:
            if isinstance(cell.value, (int, float)):
                cell.value += 1
    stream = io.BytesIO()
    book.save(stream)
    found = read(stream.getvalue())
    assert score(truth, found).silent == 0
    assert not any(cell.value == 77 for cell in found.cells)
    assert any("hides the sheet" in warning for warning in found.warnings)


def test_a_hidden_column_is_no_column() -> None:
    truth, cells = clean()
    moved = [
        replace(
            one,
            column=one.column + (one.column > 2),
            across=one.across + (one.column <= 2 < one.column + one.across - 1),
        )
        for one in cells
    ]
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(moved)))
    sheet = book.active
    sheet.column_dimensions["D"].hidden = True
    for row in range(1, sheet.max_row + 1):
        if not isinstance(sheet.cell(row, 4), MergedCell):
            sheet.cell(row, 4).value = 5
    stream = io.BytesIO()
    book.save(stream)
    found = score(truth, read(stream.getvalue()))
    assert (found.wrong, found.surplus_cells) == (0, 0)


def test_what_a_formula_gave_is_read() -> None:
    truth, cells = clean()
    with zipfile.ZipFile(io.BytesIO(render_xlsx(cells))) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb'(<c r="[A-Z]+\d+" t="n">)<v>', rb"\1<f>SUM(A1:A2)</f><v>", parts[sheet])
    assert parts[sheet].count(b"<f>") > 20
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    assert score(truth, read(stream.getvalue())).wrong == 0


@pytest.mark.parametrize("format_", WRITERS)
def test_spans_and_sections_of_a_workbook(format_: str) -> None:
    _, cells = clean(layout="sheet_a_table")
    content = WRITERS[format_](cells)
    document = open_document(content, f"report.{format_}")
    assert_spans(document.text, list(document.grids))
    sections = read(content).sections
    assert [section.number for section in sections] == [1, 2, 3, 4, 5]
    assert sections[0].text == "本机关依法公开政府信息。"


def test_sheets_that_are_reports_of_their_own_are_given_each(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from gkllm.cli import app

    book = openpyxl.Workbook()
    book.remove(book.active)
    truths = []
    for number, seed in enumerate((31, 32)):
        truth, cells = clean(seed)
        sheet = book.create_sheet(f"Sheet{number}")
        for one in cells:
            sheet.cell(one.row + 1, one.column + 1).value = one.value
        truths.append(truth)
    path = tmp_path / "two.xlsx"
    book.save(path)
    out = tmp_path / "r.jsonl"
    assert CliRunner().invoke(app, ["extract", str(path), "-o", str(out)]).exit_code == 0
    from gkllm.report import Report

    reports = [Report.model_validate_json(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [report.source.name for report in reports] == [f"{path}#1", f"{path}#2"]
    for truth, report in zip(truths, reports, strict=True):
        assert report.report.title == truth.title
        assert score(truth, report).silent == 0


def test_an_old_workbook_hides_and_formats_too() -> None:
    truth, cells = clean()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    other = book.add_sheet("old")
    other.visibility = 1
    other.write(0, 0, "规章")
    struck = xlwt.easyxf("font: struck_out on")
    numbers = 0
    for one in cells:
        style = xlwt.easyxf(num_format_str='0"件"')
        if isinstance(one.value, float):
            numbers += 1
            style = struck if numbers == 5 else style
        if one.across > 1 or one.down > 1:
            sheet.write_merge(
                2 * one.row,
                2 * (one.row + one.down - 1),
                one.column,
                one.column + one.across - 1,
                one.value,
                style,
            )
        else:
            sheet.write(2 * one.row, one.column, one.value, style)
    for row in range(1, 2 * max(one.row for one in cells), 2):
        sheet.row(row).hidden = True
        if row % 4 == 1 and not any(
            2 * one.row < row < 2 * (one.row + one.down - 1) for one in cells if one.down > 1
        ):
            sheet.write(row, 6, 77)
    stream = io.BytesIO()
    book.save(stream)
    found = read(stream.getvalue())
    result = score(truth, found)
    assert (result.silent, result.wrong) == (0, 1)
    assert not any(cell.value == 77 for cell in found.cells)
