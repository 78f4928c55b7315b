"""An edition is added by the steps that CONTRIBUTING gives, in data alone: what old reports say stays the same."""

import asyncio
import shutil
from pathlib import Path

import pytest

from gkllm.documents.source import Source
from gkllm.extraction import Extractor
from gkllm.form import Forms, load_form
from gkllm.report import Report
from gkllm.settings import Settings
from tests.cli.pages import clean_page
from tests.forms import FORM, FORMS

FIXTURES = Path(__file__).parents[2] / "fixtures"
DOCUMENTS = sorted(path for path in FIXTURES.iterdir() if path.suffix != ".json")
NEWEST = FORM.editions_of("requests")[-1]
GUIDANCE = """
[[blocks]]
label = "第二十条第（十）项"
editions = ["9999"]
columns = [
  { id = "decisions", label = "本年处理决定数量", english = "decisions this year" },
]
rows = [
  { id = "guidance", label = "行政指导", english = "administrative guidance" },
]
"""
WITHDRAWN = """  { id = "other_withdrawn", label = "9.申请转为旁听", english = "other: withdrawn", role = "result", \
groups = ["（六）其他处理"], editions = ["9999"] },
"""
ARBITRATION = (
    '  { id = "arbitration", label = "行政裁决", english = "arbitration", editions = ["9999"] },\n]\n'
)


@pytest.fixture(scope="module")
def with_another(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """The form with an invented edition that prints everything of the newest and one more row in every table."""
    folder = tmp_path_factory.mktemp("forms") / FORM.id
    shutil.copytree(FORM.folder, folder)
    for path in (
        *(folder / "tables").glob("*.toml"),
        folder / "edit_rules.toml",
        folder / "across_years.toml",
    ):
        text = path.read_text(encoding="utf-8").replace(f'"{NEWEST}"]', f'"{NEWEST}", "9999"]')
        if path.stem == "disclosure":
            text += GUIDANCE
        elif path.stem == "requests":
            text = text.replace('  { id = "results_total"', WITHDRAWN + '  { id = "results_total"')
        elif path.stem == "proceedings":
            text = text.rstrip().removesuffix("]") + ARBITRATION
        path.write_text(text, encoding="utf-8")
    return Forms((load_form(folder),))


def reports(source: Source, forms: Forms) -> list[str]:
    """What is said of every report of a source."""

    async def read() -> list[str]:
        extractor = Extractor(Settings(reader="rules"), forms=forms)
        return [
            outcome.report.to_json() if outcome.report else str(outcome.failure)
            async for outcome in extractor.extract_all([source])
        ]

    return asyncio.run(read())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_old_reports_say_what_they_said(path: Path, with_another: Forms) -> None:
    source = Source(path.name, path)
    assert reports(source, with_another) == reports(source, FORMS)


def test_a_report_of_the_new_edition_is_told_by_its_rows(with_another: Forms) -> None:
    form = with_another.first
    page = clean_page([form.table(table_id, "9999") for table_id in form.table_ids])
    [told] = reports(Source("page.txt", content=page.encode()), with_another)
    report = Report.model_validate_json(told)
    assert {table_id: (info.found, info.edition) for table_id, info in report.tables.items()} == {
        table_id: (True, "9999") for table_id in form.table_ids
    }
    assert not report.violations
    assert {cell.value for cell in report.cells} == {0}
    added = {
        "disclosure.guidance.decisions",
        "requests.other_withdrawn.total",
        "proceedings.arbitration.total",
    }
    assert added < {cell.id for cell in report.cells}


def test_one_row_that_only_one_edition_has_decides(with_another: Forms) -> None:
    form = with_another.first
    newest = {table_id: form.table(table_id, "9999") for table_id in form.table_ids}
    for edition in (NEWEST, "9999"):
        page = clean_page([newest["disclosure"], form.table("requests", edition), newest["proceedings"]])
        [told] = reports(Source("page.txt", content=page.encode()), with_another)
        assert Report.model_validate_json(told).tables["requests"].edition == edition
