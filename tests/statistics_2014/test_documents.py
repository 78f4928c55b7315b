"""Four reports with the statistical table, each printed another way: chosen from the document, read as labelled."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import gkllm
from gkllm.cli import app
from gkllm.errors import NoTablesFound
from gkllm.evaluation.fixture import load_truth
from gkllm.forms import FOLDER
from gkllm.report import Report, Verdict
from tests.statistics_2014.reading import RULES

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = ("dongping-2017.md", "hekou-2018.html", "liuping-2016.txt", "yanqiao-2015.txt")

each_document = pytest.mark.parametrize("name", NAMES)


def _report(name: str, settings: gkllm.Settings = RULES) -> Report:
    return gkllm.extract(DOCUMENTS / name, settings)


@each_document
def test_every_cell_is_as_printed(name: str) -> None:
    [truth] = load_truth(DOCUMENTS / f"{name.partition('.')[0]}.truth.json").reports
    report = _report(name)
    assert (report.form, list(report.tables)) == ("statistics_2014", ["statistics"])
    assert len(report.cells) == 58
    assert {cell.id: (cell.value, cell.state, cell.raw) for cell in report.cells} == {
        cell_id: (cell.value, cell.state, cell.raw) for cell_id, cell in truth.cells.items()
    }
    assert report.report == truth.report
    assert {(one.rule, one.scope) for one in report.violations} == truth.broken


def test_what_they_say_can_be_true() -> None:
    done = CliRunner().invoke(app, ["fixture", "check", str(DOCUMENTS)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"{len(NAMES)} of {len(NAMES)} fixtures are sound" in done.stdout


@each_document
def test_a_person_is_asked_only_where_the_source_contradicts_itself(name: str) -> None:
    report = _report(name)
    assert all(one.verdict is Verdict.SOURCE_INCONSISTENCY for one in report.violations)
    blamed = {cell for one in report.violations for cell in one.cells}
    assert {cell.id for cell in report.cells if cell.needs_review} == blamed


def test_a_copy_of_the_folder_under_another_name_reads_the_same(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    (own / "tables").mkdir(parents=True)
    for path in (FOLDER / "statistics_2014").rglob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('id = "statistics_2014"', 'id = "mine"')
        (own / path.relative_to(FOLDER / "statistics_2014")).write_text(text, encoding="utf-8")
    for name in NAMES:
        mine, shipped = _report(name, gkllm.Settings(reader="rules", form=own)), _report(name)
        assert mine.form == "mine"
        assert mine.model_copy(update={"form": shipped.form}) == shipped


def test_every_command_takes_its_results(tmp_path: Path) -> None:
    results = tmp_path / "r.jsonl"

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == 0, done.output
        return done.stdout

    paths = [str(DOCUMENTS / name) for name in NAMES]
    run("extract", *paths, "--reader", "rules", "-o", str(results))
    assert "statistics.review" in run("check", str(results))
    assert "statistics.review_other.value" in run("review", str(results), "--list")
    assert "58 of 58 rows found" in run("show", paths[0])
    run("show", paths[0], "--html", "-o", str(tmp_path / "p.html"))
    for suffix in ("csv", "xlsx", "parquet", "json"):
        run("extract", paths[1], "--reader", "rules", "-o", str(tmp_path / f"o.{suffix}"))
    assert "statistics.review_other.value" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
    shown = run("extract", paths[1], "--reader", "rules")
    assert shown.count("四、行政复议数量 件") == 1


@pytest.mark.parametrize("further", ["", "| 其中：1.当面申请数 | 条 | 2 |\n| 2.信函申请数 | 条 | 1 |\n"])
def test_a_report_of_an_older_form_is_told_by_name(further: str) -> None:
    """Also where some of its rows are labelled as those of the form that came after."""
    text = (
        "南汀区2011年政府信息公开工作年度报告\n\n附表\n\n| 指标 | 单位 | 数量 |\n| --- | --- | --- |\n"
        "| 主动公开文件数 | 条 | 12 |\n| 其中：1.全文电子化的主动公开文件数 | 条 | 12 |\n| 受理申请总数 | 条 | 3 |\n"
    )
    with pytest.raises(NoTablesFound, match="2008"):
        gkllm.extract_text(text + further, "a.txt", RULES)
