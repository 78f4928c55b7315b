"""Rows of real tables: whole ones are read in order, any other by its columns, and what is not sure is marked."""

import asyncio

import pytest

from gkllm import Extractor, Settings
from gkllm.documents.source import Source
from gkllm.report import Cell, Report
from tests.forms import FORM

REQUESTS = FORM.table("requests", "2021")
WHOLE = "".join(f"<td>{n}</td>" for n in (3, 1, 1, 0, 0, 0, 5))
HEADINGS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def page(row: str, headings: tuple[str, ...] = HEADINGS) -> str:
    """The requests table, its rows whole but for one: `row` is what follows the label of （一）予以公开."""
    head = "".join(f"<td>{heading}</td>" for heading in headings)
    lines = [f"<tr><td>栏目</td>{head}</tr>"]
    for known in REQUESTS.rows:
        values = row if known.id == "granted" else WHOLE
        lines.append(f"<tr><td>{known.label}</td>{values}</tr>")
    return (
        f"<html><body><p>三、收到和处理政府信息公开申请情况</p><table>{''.join(lines)}</table></body></html>"
    )


def read(content: str) -> Report:
    return asyncio.run(Extractor(Settings(reader="rules")).extract(Source("page", content=content.encode())))


def granted(content: str) -> list[Cell]:
    return [cell for cell in read(content).cells if cell.id.startswith("requests.granted.")]


def cells(*contents: str) -> str:
    return "".join(content if content.startswith("<") else f"<td>{content}</td>" for content in contents)


def test_a_whole_row_is_read_in_order() -> None:
    found = granted(page(WHOLE))
    assert [cell.value for cell in found] == [3, 1, 1, 0, 0, 0, 5]
    assert not any("columns" in reason for cell in found for reason in cell.reasons)


@pytest.mark.parametrize(
    "row",
    [
        cells("3", "1", "1", "0", "0", "0", "5", ""),
        cells("3", "1", "1", "0", "0", "0", "5", "&nbsp;", " "),
    ],
)
def test_blank_cells_beside_the_columns_are_no_numbers(row: str) -> None:
    found = granted(page(row))
    assert [cell.value for cell in found] == [3, 1, 1, 0, 0, 0, 5]
    assert not any("columns" in reason for cell in found for reason in cell.reasons)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (cells("3", "1", "1", "0", "0", "5"), "columns of the table"),
        (cells("3", "1", "1", "0", "0", "0", "5", "8"), "columns of the table"),
        (cells("3", "<td colspan=2>1</td>", "0", "0", "0", "5"), "covers the place of several"),
        (cells("<td colspan=7>3</td>"), "covers the place of several"),
        (cells("3", "<td colspan=2>1</td>", "0", "0", "0", "5", ""), "columns of the table"),
        ("", "columns of the table"),
    ],
)
def test_a_row_that_does_not_fit_is_marked(row: str, reason: str) -> None:
    found = granted(page(row))
    assert all(cell.needs_review for cell in found)
    assert all(any(reason in said for said in cell.reasons) for cell in found)


def test_one_blank_cell_over_all_columns_is_a_blank_row() -> None:
    found = granted(page("<td colspan=7>&nbsp;</td>"))
    assert {cell.state for cell in found} == {"blank"}
    assert not any("covers" in reason or "columns" in reason for cell in found for reason in cell.reasons)


def test_numbers_merged_over_rows_are_marked_where_they_reach_down() -> None:
    content = page(WHOLE)
    label = REQUESTS.rows[3].label
    merged = content.replace("<td>3</td>", "<td rowspan=2>3</td>", 3)
    # The third row's first number reaches down over the fourth row, which then has one cell less.
    first, _, rest = merged.partition(f"<td>{label}</td>")
    merged = first + f"<td>{label}</td>" + rest.replace("<td>3</td>", "", 1)
    merged = merged.replace("<td rowspan=2>3</td>", "<td>3</td>", 2)
    found = {cell.id: cell for cell in read(merged).cells}
    cell = found["requests.partially_granted.natural_person"]
    assert cell.needs_review and any("reaches down" in reason for reason in cell.reasons)
    assert found["requests.partially_granted.business"].value == 1


def test_headings_in_another_order_mark_every_number() -> None:
    swapped = ("总计", *HEADINGS[:-1])
    assert all(
        any("another order" in said for said in cell.reasons) for cell in granted(page(WHOLE, swapped))
    )


def test_a_label_that_spans_too_little_moves_nothing() -> None:
    """Offices forget a label's colspan; a browser then shows the row shifted, and its order is still sure."""
    content = page(WHOLE).replace("<tr><td>", "<tr><td colspan=2>")
    content = content.replace(f"<td colspan=2>{REQUESTS.rows[2].label}", f"<td>{REQUESTS.rows[2].label}")
    found = granted(content)
    assert [cell.value for cell in found] == [3, 1, 1, 0, 0, 0, 5]
    assert not any("columns" in reason for cell in found for reason in cell.reasons)


def test_a_shifted_row_that_opens_with_a_blank_is_marked() -> None:
    content = page(cells("", "3", "1", "1", "0", "0", "0")).replace("<tr><td>", "<tr><td colspan=2>")
    content = content.replace(f"<td colspan=2>{REQUESTS.rows[2].label}", f"<td>{REQUESTS.rows[2].label}")
    assert all(cell.needs_review for cell in granted(content))
