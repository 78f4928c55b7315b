"""Tables whose numbers were lost on the way: blank cells satisfy every relation, so they must not pass."""

import re

import pytest

import gkllm
from evals.generator import LAYOUTS, Layout, NoiseLevel, generate
from evals.generator.truth import SyntheticReport
from gkllm.facts import DoubtKind
from gkllm.report import CellState, Report

RULES = gkllm.Settings(reader="rules")


def emptied(report: SyntheticReport, table_id: str, filler: str) -> str:
    """The text with every number of a table replaced by as many fillers."""
    text = report.text
    spans = [
        cell.span for cell_id, cell in report.cells.items() if cell.span and cell_id.startswith(table_id)
    ]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + filler * (end - start) + text[end:]
    return text


def unmarked(report: Report, table_id: str) -> list[str]:
    return [
        cell.id
        for cell in report.cells
        if cell.id.startswith(table_id) and cell.state is CellState.BLANK and not cell.needs_review
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("table_id", ["disclosure", "requests", "proceedings"])
@pytest.mark.parametrize("filler", ["", " "], ids=["removed", "blanked"])
def test_a_table_without_a_single_number_does_not_pass(layout: Layout, table_id: str, filler: str) -> None:
    generated = generate(7, layout=layout, noise=NoiseLevel.CLEAN)
    report = gkllm.extract_text(emptied(generated, table_id, filler), "emptied.txt", RULES)
    if report.tables[table_id].found:
        assert any(table_id in warning for warning in report.warnings)
    cells = [cell for cell in report.cells if cell.id.startswith(table_id)]
    assert all(cell.needs_review and cell.value is None for cell in cells)


def test_a_table_that_lost_its_columns_does_not_pass() -> None:
    generated = generate(7, layout="pipe", noise=NoiseLevel.CLEAN)
    text = re.sub(r"(\|\s*)+\n", "\n", emptied(generated, "requests", ""))
    report = gkllm.extract_text(text, "cut.txt", RULES)
    assert unmarked(report, "requests") == []


def test_an_empty_table_is_told_once_though_another_is_looked_for_in_sentences() -> None:
    generated = generate(7, layout="word_dump", noise=NoiseLevel.CLEAN)
    text = emptied(generated, "requests", "")
    text = text[: text.index("四、", text.index("三、收到和处理政府信息公开申请情况"))]
    report = gkllm.extract_text(text, "cut.txt", RULES)
    assert report.tables["requests"].found and not report.tables["proceedings"].found
    assert [doubt.kind for doubt in report.doubts].count(DoubtKind.TABLE_EMPTY) == 1
    doubts = [cell.doubts for cell in report.cells if cell.id.startswith("requests.")]
    assert all([doubt.kind for doubt in found].count(DoubtKind.TABLE_EMPTY) == 1 for found in doubts)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_full_table_keeps_no_such_doubt(layout: Layout) -> None:
    generated = generate(7, layout=layout, noise=NoiseLevel.CLEAN)
    report = gkllm.extract_text(generated.text, "full.txt", RULES)
    assert report.warnings == () and not any(cell.needs_review for cell in report.cells)


def test_a_heading_alone_finds_no_table() -> None:
    generated = generate(7, layout="word_dump", noise=NoiseLevel.CLEAN)
    heading = "三、收到和处理政府信息公开申请情况"
    start = generated.text.index(heading)
    end = generated.text.index("四、", start)
    text = generated.text[:start] + heading + "\n" + generated.text[end:]
    report = gkllm.extract_text(text, "heading.txt", RULES)
    assert not report.tables["requests"].found
    cells = [cell for cell in report.cells if cell.id.startswith("requests.")]
    assert all(cell.state is CellState.MISSING and cell.needs_review for cell in cells)
