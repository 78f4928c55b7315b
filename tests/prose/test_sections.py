"""The report's own sections: where they begin, what they say, and what is not taken for one."""

import csv
import io
import json
from pathlib import Path

import pytest

from evals.generator import NoiseLevel, generate
from gkllm import Settings, extract_text
from gkllm.export import open_exporter
from gkllm.report import Report
from tests.rendering.docx import render_docx
from tests.rendering.html import render_html
from tests.rendering.test_round_trip import read

TITLES = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
NUMERALS = "一二三四五六"
TABLE = "规章 1 2 3\n行政规范性文件 4 5 6\n行政许可 7\n行政处罚 8\n行政强制 9\n行政事业性收费 10\n"
FIXTURES = Path(__file__).parents[2] / "fixtures"


def report_of(text: str) -> Report:
    return extract_text(
        f"某某局2022年政府信息公开工作年度报告\n{text}", "report.txt", Settings(reader="rules")
    )


def written(headings: tuple[str, ...], second: str = TABLE) -> str:
    bodies = ("本局按时公开。\n全年平稳。", second, "没有收到申请。", "没有。", "人手不足。", "无。")
    return "\n".join(f"{heading}\n{body}" for heading, body in zip(headings, bodies, strict=True))


def numbered(mark: str = "、", before: str = "") -> tuple[str, ...]:
    return tuple(f"{before}{numeral}{mark}{title}" for numeral, title in zip(NUMERALS, TITLES, strict=True))


@pytest.mark.parametrize(
    "headings",
    [
        numbered(),
        numbered("．"),
        numbered("、 ", "## "),
        numbered(" "),
        numbered("部分 ", "第"),
        tuple(f"**{heading}**" for heading in numbered()),
        tuple(f"{heading}。" for heading in numbered()),
        TITLES,
    ],
)
def test_sections_have_their_number_title_and_text(headings: tuple[str, ...]) -> None:
    sections = report_of(written(headings)).sections
    assert [(section.number, section.title) for section in sections] == list(enumerate(TITLES, 1))
    assert [section.text for section in sections] == [
        "本局按时公开。\n全年平稳。",
        "",
        "没有收到申请。",
        "没有。",
        "人手不足。",
        "无。",
    ]


def test_a_span_holds_its_heading_and_all_up_to_the_next() -> None:
    text = f"某某局2022年政府信息公开工作年度报告\n{written(numbered())}"
    sections = report_of(written(numbered())).sections
    places = [text[section.span.start : section.span.end] for section in sections]
    assert places[0] == "一、总体情况\n本局按时公开。\n全年平稳。"
    assert places[1] == f"二、{TITLES[1]}\n{TABLE.strip()}"
    assert places[5] == "六、其他需要报告的事项\n无。"


def test_neither_a_list_of_contents_nor_one_in_a_section_is_a_section() -> None:
    contents = "\n".join(f"{heading}…………{page}" for page, heading in enumerate(numbered(), 1))
    plain = "\n".join(numbered())
    listed = written(numbered()).replace("全年平稳。", "一、抓落实。\n二、抓培训。\n三、抓检查。")
    for before in (contents, plain):
        sections = report_of(f"目录\n{before}\n{listed}").sections
        assert [section.title for section in sections] == list(TITLES)
        assert sections[0].text == "本局按时公开。\n一、抓落实。\n二、抓培训。\n三、抓检查。"


def test_rows_of_a_table_are_no_sections() -> None:
    report = extract_text(
        (FIXTURES / "yinzhou-2019.txt").read_text(), "yinzhou.txt", Settings(reader="rules")
    )
    assert [(section.number, section.title) for section in report.sections] == [
        (3, TITLES[2]),
        (4, TITLES[3]),
    ]


def test_a_heading_numbered_wrongly_keeps_its_number() -> None:
    wrong = (*numbered()[:3], f"三、{TITLES[3]}", *numbered()[4:])
    sections = report_of(written(wrong)).sections
    assert [section.number for section in sections] == [1, 2, 3, 3, 5, 6]
    assert [section.title for section in sections] == list(TITLES)


def test_titles_in_other_words_are_kept_as_printed() -> None:
    headings = (
        "一、概述",
        "二、主动公开情况",
        "三、依申请公开情况",
        "四、复议诉讼情况",
        "五、问题与改进",
        "六、附则",
    )
    sections = report_of(written(headings)).sections
    assert [section.title for section in sections] == [heading[2:] for heading in headings]


def test_a_heading_that_goes_on_with_its_text_is_one() -> None:
    text = (
        written(numbered())
        .replace("一、总体情况\n", "一、总体情况。")
        .replace("六、其他需要报告的事项\n", "六、其他需要报告的事项  ")
    )
    sections = report_of(text).sections
    assert (sections[0].title, sections[0].text) == ("总体情况", "本局按时公开。\n全年平稳。")
    assert (sections[5].title, sections[5].text) == ("其他需要报告的事项", "无。")


def test_lines_that_a_layout_broke_are_one_paragraph() -> None:
    text = written(numbered()).replace(
        "本局按时公开。\n全年平稳。",
        "  本局全年公开政府信息 12 件，均按照条例的规定按时\n公开，没有延误。\n  全年平稳。",
    )
    told = report_of(text).sections[0].text
    assert told == "本局全年公开政府信息 12 件，均按照条例的规定按时公开，没有延误。\n全年平稳。"


@pytest.mark.parametrize("format_", ["html", "docx"])
def test_sections_of_pages_and_word_files(format_: str) -> None:
    truth = generate(7, layout="word_dump", noise=NoiseLevel.CLEAN)
    content = render_html(truth, "merged", "word") if format_ == "html" else render_docx(truth, "merged")
    sections = read(content).sections
    assert [section.number for section in sections] == [1, 2, 3, 4, 5]
    assert sections[0].text == "本机关依法公开政府信息。"


def test_each_report_of_a_file_has_its_own() -> None:
    text = (FIXTURES / "songta-2021.txt").read_text()
    from typer.testing import CliRunner

    from gkllm.cli import app

    shown = CliRunner().invoke(app, ["extract", str(FIXTURES / "songta-2021.txt"), "--format", "jsonl"])
    reports = [Report.model_validate_json(line) for line in shown.stdout.splitlines()]
    firsts = [text[report.sections[0].span.start : report.sections[0].span.end] for report in reports]
    assert ["民政局" in firsts[0], "水利局" in firsts[1]] == [True, True]


def test_every_format_out_has_the_sections() -> None:
    report = report_of(written(numbered()))
    stream = io.BytesIO()
    exporter = open_exporter("csv", stream, single=False)
    exporter.write(report)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))
    assert len(rows) == len(report.cells)
    assert {row["sections"] for row in rows[1:]} == {""}
    assert json.loads(rows[0]["sections"]) == json.loads(report.to_json())["sections"]

    openpyxl = pytest.importorskip("openpyxl")
    stream = io.BytesIO()
    exporter = open_exporter("xlsx", stream, single=False)
    exporter.write(report)
    exporter.finish()
    sheet = list(openpyxl.load_workbook(stream)["sections"].values)
    assert sheet[1] == ("report.txt", 1, "总体情况", "本局按时公开。\n全年平稳。", 21, 41)

    parquet = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    exporter = open_exporter("parquet", stream, single=False)
    exporter.write(report)
    exporter.finish()
    column = parquet.read_table(stream)["sections"].to_pylist()
    assert column[0] == json.loads(rows[0]["sections"])
    assert column[1] is None
