"""Web pages: the text a browser shows, and tables wherever they nest."""

import time

import pytest

from gkllm.documents.document import Document
from gkllm.documents.formats import open_document
from gkllm.errors import DocumentTooLarge, EmptyDocument
from gkllm.facts import Doubt, DoubtKind
from tests.documents.grids import assert_spans

Printed = list[list[list[str]]]


def opened(body: str, head: str = "") -> Document:
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    document = open_document(page.encode(), "page.html")
    assert document.media_type == "text/html"
    assert_spans(document.text, list(document.grids))
    return document


def grids(body: str) -> Printed:
    document = opened(body)
    assert {grid.layout for grid in document.grids} == {"lattice"}
    return [[[cell.raw for cell in row.cells] for row in grid.rows] for grid in document.grids]


def doubts(body: str) -> list[DoubtKind | None]:
    return [
        cell.doubt.kind if cell.doubt else None
        for grid in opened(body).grids
        for row in grid.rows
        for cell in row.cells
    ]


ROW = "<tr><td>规章</td><td>1</td><td>2</td></tr>"


def test_the_text_is_what_a_browser_shows() -> None:
    document = opened(
        "<style>p{}</style><script>var a = '<p>5</p>';</script><p>甲 \n 乙<b>丙</b></p><p>丁<br>戊&nbsp;己</p>"
        "<div style='display: none'>隐</div><p hidden>藏</p><!-- 注 --><template>板</template>"
        "<del>旧</del><ins>新</ins>"
    )
    assert document.text == "甲 乙丙\n丁\n戊\xa0己\n新\n"


def test_preformatted_text_keeps_its_lines() -> None:
    assert opened("<pre>一\n  二</pre>").text == "一\n  二\n"


def test_a_cell_that_spans_columns_or_rows_stands_once() -> None:
    found = grids(
        "<table><tr><td rowspan=2>组</td><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr>"
        "<tr><td colspan=2>丙</td><td>3</td></tr></table>"
    )
    assert found == [[["组", "甲", "1"], ["乙", "2"], ["丙", "3"]]]


def test_a_cell_knows_its_columns_and_what_reaches_down_over_its_row() -> None:
    document = opened(
        "<table><tr><td rowspan=2>组</td><td>甲</td><td rowspan=2 colspan=2>1</td></tr><tr><td>乙</td></tr>"
        + ROW
        + "</table>"
    )
    first, second, third = document.grids[0].rows
    assert [(cell.left, cell.right) for cell in first.cells] == [(0, 1), (1, 2), (2, 4)]
    assert [(cell.left, cell.right) for cell in second.cells] == [(1, 2)]
    assert (first.covered, second.covered, third.covered) == ((), ((0, 1), (2, 4)), ())


def test_tables_are_found_wherever_they_nest() -> None:
    data = f"<table>{ROW}{ROW}</table>"
    found = grids(
        f"<table><tr><td>菜单</td><td><p>正文</p>{data}<p>结尾</p></td></tr><tr><td colspan=2>页脚</td></tr></table>"
    )
    assert [["规章", "1", "2"], ["规章", "1", "2"]] in found


def test_a_table_of_one_cell_inside_a_cell_is_text() -> None:
    assert grids(
        "<table><tr><td>规章</td><td><table><tr><td>7</td></tr></table></td><td>8</td></tr></table>"
    ) == [[["规章", "7", "8"]]]


def test_a_table_of_one_row_inside_a_row_lends_it_its_cells() -> None:
    inner = "<table><tr><td>7</td><td>8</td></tr></table>"
    assert grids(f"<table><tr><td>规章</td><td>{inner}</td></tr><tr><td>甲</td><td>9</td></tr></table>") == [
        [["规章", "7", "8"], ["甲", "9"]]
    ]


def test_runs_of_a_cell_are_one_number_and_lines_of_a_cell_are_several() -> None:
    assert grids(
        "<table><tr><td>甲</td><td><span>1</span><span>2</span></td><td><p>1</p><p>2</p></td><td>1<br>2</td></tr></table>"
    ) == [[["甲", "12", "1 2", "1 2"]]]


def test_what_is_shown_but_is_not_the_number_is_left_out_and_doubted() -> None:
    struck = "<td><s>4</s>5</td><td><span style='text-decoration:line-through'>4</span>5</td>"
    body = (
        f"<table><tr><td>甲</td><td>5<sup>1</sup></td>{struck}<td><img src=a.png></td><td>6</td></tr></table>"
    )
    assert grids(body) == [[["甲", "5", "5", "5", "", "6"]]]
    raised, struck_out, picture = DoubtKind.RAISED_LEFT_OUT, DoubtKind.STRUCK_LEFT_OUT, DoubtKind.PICTURE
    assert doubts(body) == [None, raised, struck_out, struck_out, picture, None]


def test_a_hidden_row_is_not_read_and_that_is_said() -> None:
    hidden = ROW.replace("<tr>", "<tr style='DISPLAY:none'>")
    document = opened(f"<table>{ROW}{hidden}</table>")
    assert len(document.grids[0].rows) == 1
    assert document.doubts == (Doubt.of(DoubtKind.ROWS_HIDDEN, rows=1),)


def test_a_page_that_hides_all_its_tables_is_read_with_them() -> None:
    document = opened(f"<div style='display:none'><table>{ROW}</table></div><p>正文</p>")
    assert [cell.raw for cell in document.grids[0].rows[0].cells] == ["规章", "1", "2"]
    assert document.doubts == (Doubt(DoubtKind.TABLES_HIDDEN),)


def test_a_page_with_pictures_in_place_of_tables_says_so() -> None:
    assert opened("<p>三、申请情况</p><img src='a.png'>").doubts == (
        Doubt.of(DoubtKind.PICTURES_SHOWN, pictures=1),
    )


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("<h1>某县教育局2023年度报告</h1>", ""),
        ("<p>某县教育局2023年度报告</p>", "<title>某县教育局2023年度报告_某县人民政府</title>"),
        ("<h2>二、政府信息公开的主要情况和说明</h2><h1>某县教育局2023年度报告</h1>", ""),
        ("<p>某县教育局2023年度报告</p>", "<meta name='ArticleTitle' content='某县教育局2023年度报告'>"),
    ],
)
def test_the_reports_own_text_starts_at_its_title(title: str, head: str) -> None:
    document = opened(f"<ul><li>政府信息公开年报</li><li>某县2022年度报告</li></ul>{title}<p>正文</p>", head)
    assert document.own_text == "某县教育局2023年度报告\n正文\n"


def test_a_title_in_the_cell_of_a_layout_table_is_found() -> None:
    page = "<table><tr><td>1</td><td><h1>某县教育局2023年度报告</h1><p>正文</p></td></tr><tr><td>2</td></tr></table>"
    assert opened(page).own_text.startswith("某县教育局2023年度报告\n正文")


@pytest.mark.parametrize(
    ("encoding", "declared", "told"),
    [
        ("gb18030", "gb2312", "gb18030"),
        ("utf-8", "gb2312", "utf-8"),
        ("utf-8-sig", "utf-8", "utf-8"),
        ("utf-16", "utf-16", "utf-16-le"),
    ],
)
def test_the_encoding_is_the_bytes_own(encoding: str, declared: str, told: str) -> None:
    page = f"<html><head><meta charset={declared}></head><body><p>政府信息公开</p><table>{ROW}</table></body></html>"
    document = open_document(page.encode(encoding), "page")
    assert (document.encoding, document.text.split()[0]) == (told, "政府信息公开")


def test_a_piece_of_a_page_needs_no_name() -> None:
    document = open_document(f"说明\n<!-- 表 -->\n<table>{ROW * 4}</table>".encode(), "piece.txt")
    assert document.media_type == "text/html"


def test_markdown_that_keeps_a_pages_outer_element_keeps_its_lines() -> None:
    rows = "".join(f"| <span>规章</span> | <span>{number}</span> |\n" for number in range(12))
    document = open_document(f'<div id="zoom">\n\n{rows}\n</div>\n'.encode(), "x.txt")
    cells = [
        [cell.raw for cell in row.cells] for grid in document.grids for row in grid.rows if row.cells[1:]
    ]
    assert cells == [["规章", str(number)] for number in range(12)]


def test_a_page_saved_with_its_parts_is_read() -> None:
    page = f"<html><body><p>甲</p><table>{ROW}</table></body></html>".encode("gb18030")
    parts = (
        b"From: <Saved by a browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/css\r\n\r\nx\r\n'
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + page + b"\r\n--b--\r\n"
    )
    document = open_document(parts, "saved.mht")
    assert (document.media_type, document.encoding) == ("multipart/related", "gb18030")
    assert [cell.raw for cell in document.grids[0].rows[0].cells] == ["规章", "1", "2"]


def test_a_page_that_shows_nothing_is_empty() -> None:
    with pytest.raises(EmptyDocument, match=r"^page\.html: the page shows no text$"):
        opened("<script>var a = 1;</script>")


LIMIT = 4
"""Seconds; on an idle core each of these takes less than one."""
HOSTILE = {
    "deep blocks": "<div>" * 300_000,
    "deep tables": "<table><tr><td>" * 100_000,
    "open formatting": "".join(f"<font size={n}>" for n in range(700)) + "<p>x" * 200_000,
    "many cells": f"<table>{'<tr>' + '<td>1</td>' * 1000 + '</tr>'}"
    + ("<tr>" + "<td>1</td>" * 1000 + "</tr>") * 250,
    "many rows": "<table>" + "<tr><td>1</td></tr>" * 10_000,
    "many elements": "<b></b>" * 1_200_000,
    "many attributes": f"<p {' '.join(f'a{n}=1' for n in range(200_000))}>x",
    "many bare attributes": f"<p {' '.join(f'a{n}' for n in range(200_000))}>x",
    "many rules": f"<style>{'p{display:none} ' * 100_000}</style>" + "<p class=a>x" * 20_000,
    "a long sheet": f"<style>{'.a{display:none}' * 200_000}</style><p class=a>x",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_refused_at_once(kind: str) -> None:
    content = f"<html><body>{HOSTILE[kind]}".encode()
    begun = time.process_time()
    with pytest.raises(DocumentTooLarge, match=r"^page"):
        open_document(content, "page")
    assert time.process_time() - begun < LIMIT


def test_huge_spans_cost_nothing() -> None:
    spans = "<tr><td colspan=999999999 rowspan=999999999>1</td><td rowspan=0>2</td></tr>" * 2_000
    begun = time.process_time()
    assert len(opened(f"<table>{ROW}{spans}</table>").grids[0].rows) == 2_001
    assert time.process_time() - begun < LIMIT


def test_a_very_long_line_is_read() -> None:
    begun = time.process_time()
    assert len(opened(f"<p>{'字' * 990_000}</p><table>{ROW}</table>").grids) == 1
    with pytest.raises(DocumentTooLarge, match="more than 1000000 characters"):
        opened(f"<p>{'字' * 6_000_000}</p><table>{ROW}</table>")
    assert time.process_time() - begun < LIMIT
