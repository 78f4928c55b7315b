"""Several reports in one file, and a report whose tables stand in an attached file."""

import asyncio
from pathlib import Path

import pytest

from evals.generator import LAYOUTS, Layout, NoiseLevel, generate
from evals.generator.truth import SyntheticReport
from gkllm import Extractor, Settings
from gkllm.documents.source import Source, discover
from gkllm.errors import NoTablesFound, SeveralReports
from gkllm.extraction import Outcome
from tests.rendering.docx import render_docx
from tests.rendering.html import render_html


def extracted(*sources: Source) -> list[Outcome]:
    async def run() -> list[Outcome]:
        extractor = Extractor(Settings(reader="rules"))
        return [outcome async for outcome in extractor.extract_all(sources)]

    return asyncio.run(run())


def reports(layout: Layout) -> list[SyntheticReport]:
    """Three reports of different offices or years."""
    found = {
        report.title: report
        for report in (generate(n, layout=layout, noise=NoiseLevel.CLEAN) for n in range(1, 9))
    }
    return list(found.values())[:3]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_of_several_reports_comes_out_once_with_its_own_cells(layout: Layout) -> None:
    truths = reports(layout)
    text = "\n\n".join(truth.text for truth in truths)
    outcomes = extracted(Source("all.txt", content=text.encode()))
    found = [outcome.report for outcome in outcomes if outcome.report]
    assert [report.source.name for report in found] == [f"all.txt#{number}" for number in (1, 2, 3)]
    assert [(outcome.source, outcome.siblings) for outcome in outcomes] == [("all.txt", 3)] * 3
    for number, (report, truth) in enumerate(zip(found, truths, strict=True), 1):
        assert (report.report.title, report.report.year) == (truth.title, truth.year)
        assert report.source.part and (report.source.part.number, report.source.part.of) == (number, 3)
        cells = {cell.id: cell for cell in report.cells}
        for cell_id, known in truth.cells.items():
            cell = cells[cell_id]
            assert cell.needs_review or (cell.raw, cell.value) == (known.raw, known.value), cell_id
            assert cell.span is None or text[cell.span.start : cell.span.end].split() == cell.raw.split()


def test_reports_of_one_word_file_are_told_apart() -> None:
    first, second, _ = reports("word_dump")
    pages = [render_html(report, "merged", "clean").decode() for report in (first, second)]
    body = "".join(page.partition("<div id=zoom>")[2].partition("</div>")[0] for page in pages)
    found = extracted(Source("all.html", content=f"<html><body>{body}</body></html>".encode()))
    assert [outcome.report and outcome.report.report.title for outcome in found] == [
        first.title,
        second.title,
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_title_that_heads_every_page_tells_no_reports_apart(layout: Layout) -> None:
    truth = generate(3, layout=layout, noise=NoiseLevel.CLEAN)
    lines = truth.text.split("\n")
    head = f"\n\n某局2018年政府信息公开工作年度报告\n\n{truth.title}\n\n"
    third = len(lines) // 3
    text = head.join("\n".join(lines[at : at + third]) for at in range(0, len(lines), third))
    assert len(extracted(Source("a.txt", content=text.encode()))) == 1


def test_one_report_is_not_asked_of_a_file_of_several() -> None:
    text = "\n\n".join(truth.text for truth in reports("word_dump"))
    with pytest.raises(SeveralReports, match=r"^all\.txt: holds 3 reports"):
        asyncio.run(Extractor(Settings(reader="rules")).extract(Source("all.txt", content=text.encode())))


def page_and_tables(folder: Path, page: str, tables: bytes) -> Source:
    (folder / "a.html").write_text(page, encoding="utf-8")
    (folder / "a.docx").write_bytes(tables)
    (source,) = discover([str(folder)])
    assert isinstance(source, Source)
    return source


def test_tables_attached_to_a_page_without_any_are_its_report(tmp_path: Path) -> None:
    truth = generate(5, layout="word_dump", noise=NoiseLevel.CLEAN)
    bare = SyntheticReport(
        **{field: getattr(truth, field) for field in truth.__slots__} | {"title": "附表", "issuer": ""}
    )
    page = f"<html><h1>{truth.title}</h1><p>正文</p><a href=a.docx>附表</a></html>"
    (outcome,) = extracted(page_and_tables(tmp_path, page, render_docx(bare, "merged")))
    report = outcome.report
    assert report is not None
    assert (report.source.name, report.report.title, report.report.issuer) == (
        f"{tmp_path}/a.docx", truth.title, truth.issuer,
    )  # fmt: skip
    assert f"{tmp_path}/a.html has no tables: those of {tmp_path}/a.docx are given" in report.warnings


def test_a_page_and_an_attachment_that_both_have_tables_are_two_reports(tmp_path: Path) -> None:
    truth = generate(5, layout="word_dump", noise=NoiseLevel.CLEAN)
    page = render_html(truth, "merged", "clean").decode()
    found = extracted(page_and_tables(tmp_path, page, render_docx(truth, "merged")))
    assert [outcome.report and outcome.report.source.name for outcome in found] == [
        f"{tmp_path}/a.html", f"{tmp_path}/a.docx",
    ]  # fmt: skip


def test_a_page_and_an_attachment_without_tables_are_each_named(tmp_path: Path) -> None:
    other = "<html><body><p>没有表格</p></body></html>"
    source = page_and_tables(tmp_path, other, other.encode())
    found = extracted(source)
    assert [type(outcome.failure) for outcome in found] == [NoTablesFound, NoTablesFound]
    assert [str(outcome.failure).partition(":")[0] for outcome in found] == [
        f"{tmp_path}/a.html", f"{tmp_path}/a.docx",
    ]  # fmt: skip
