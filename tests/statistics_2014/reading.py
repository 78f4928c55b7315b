"""Texts read as reports on the statistical table, whatever form they would be taken for."""

import asyncio

import gkllm
from gkllm.documents.source import Source
from gkllm.extraction import Extractor
from gkllm.form import Forms
from gkllm.form.form import Form, load_form
from gkllm.forms import FOLDER
from gkllm.report import Cell, Report

FORM = load_form(FOLDER / "statistics_2014")
TABLE = FORM.table("statistics", "2014")
RULES = gkllm.Settings(reader="rules")


def read(text: str, suffix: str = "txt", form: Form = FORM, settings: gkllm.Settings = RULES) -> Report:
    """The report in a text whose file would have that suffix."""
    extractor = Extractor(settings)
    extractor.forms = Forms((form,))
    return asyncio.run(extractor.extract(Source(f"report.{suffix}", None, text.encode())))


def by_row(report: Report) -> dict[str, Cell]:
    """The report's cells by row."""
    return {cell.id.split(".")[1]: cell for cell in report.cells}


def table_text(rows: list[list[str]], headings: list[str] | None = None) -> str:
    """A Markdown table under a report's title."""
    head = headings or ["统计指标", "单位", "统计数"]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return f"南汀区2016年政府信息公开工作年度报告\n\n附件 政府信息公开情况统计表\n\n{table}\n"
