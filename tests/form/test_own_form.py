"""A form of the user's own, a folder of data: chosen from the document, read end to end, refused where it is broken."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import gkllm
from gkllm.cli import app
from gkllm.errors import FormError
from gkllm.evaluation.fixture import load_truth
from gkllm.form import load_form, load_forms
from gkllm.report import Report
from tests.cli.pages import clean_page

FORM = """
id = "archives"
english = "yearly statistics of archives"
tables = ["holdings"]
untold = "2020"
telltales = ["馆藏档案"]
spoken_of_as = ["档案"]

[titles]
subject = "档案工作"
called = "年度?报告|年报"
loosely = "年度?报告|年报|报告"
yearly = "年度?报告?|年报"
endings = "报告"
"""
TABLE = """
id = "holdings"
section = "一"
title = "馆藏档案情况"
english = "Holdings"
editions = ["2020"]
layout = "rows"
columns = [
  { id = "files", label = "卷数", english = "files" },
  { id = "items", label = "件数", english = "items" },
]

[[blocks]]
rows = [
  { id = "paper", label = "纸质档案", english = "paper" },
  { id = "film", label = "缩微胶片档案", english = "film" },
  { id = "digital", label = "电子数字档案", english = "digital" },
  { id = "all", label = "合计数量", english = "all" },
]
"""
RULES = """
[[rules]]
id = "holdings.all"
table = "holdings"
for_each = "column"
left = ["all"]
relation = "="
right = ["paper", "film", "digital"]
severity = "error"
total = "all"
"""
DOCUMENT = """青岚县档案馆2022年档案工作年度报告

一、馆藏档案情况

| 类别 | 卷数 | 件数 |
| 纸质档案 | 120 | 33 |
| 缩微胶片档案 | 4 | 0 |
| 电子数字档案 | 6 | 21 |
| 合计数量 | 130 | 55 |
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "archives"
    (own / "tables").mkdir(parents=True)
    (own / "form.toml").write_text(FORM, encoding="utf-8")
    (own / "tables" / "holdings.toml").write_text(TABLE, encoding="utf-8")
    (own / "edit_rules.toml").write_text(RULES, encoding="utf-8")
    return own


def test_a_document_on_it_is_read_and_checked_by_its_rules(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(DOCUMENT, encoding="utf-8")
    report = gkllm.extract(path, gkllm.Settings(reader="rules", form=folder))
    assert (report.form, report.report.issuer, report.report.year) == ("archives", "青岚县档案馆", 2022)
    assert {cell.id: cell.value for cell in report.cells} == {
        "holdings.paper.files": 120, "holdings.paper.items": 33,
        "holdings.film.files": 4, "holdings.film.items": 0,
        "holdings.digital.files": 6, "holdings.digital.items": 21,
        "holdings.all.files": 130, "holdings.all.items": 55,
    }  # fmt: skip
    assert [(one.rule, one.scope, one.difference) for one in report.violations] == [
        ("holdings.all", "items", 1)
    ]


def test_a_document_on_another_form_is_read_as_without_it(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(clean_page(), encoding="utf-8")
    own = gkllm.extract(path, gkllm.Settings(reader="rules", form=folder))
    assert own == gkllm.extract(path, gkllm.Settings(reader="rules"))


def test_where_telltales_of_two_forms_stand_the_tables_that_fit_best_decide(
    folder: Path, tmp_path: Path
) -> None:
    settings = gkllm.Settings(reader="rules", form=folder)
    for text, form in ((clean_page() + "馆藏档案\n", "disclosure"), (DOCUMENT + "自然人\n", "archives")):
        path = tmp_path / "a.txt"
        path.write_text(text, encoding="utf-8")
        assert gkllm.extract(path, settings).form == form


def test_the_commands_take_it(folder: Path, tmp_path: Path) -> None:
    path, results = tmp_path / "a.txt", tmp_path / "r.json"
    path.write_text(DOCUMENT, encoding="utf-8")
    own = ["--form", str(folder)]

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "馆藏档案情况" in run("extract", str(path), "--reader", "rules", *own)
    run("extract", str(path), "--reader", "rules", "-o", str(results), *own)
    assert Report.model_validate_json(results.read_bytes()).form == "archives"
    assert "holdings.all" in run("check", str(results), *own)
    assert "holdings.all" in run("rules", *own)
    assert "holdings" in run("review", str(results), "--list", *own)
    assert "4 of 4 rows found" in run("show", str(path), *own)
    refused = CliRunner().invoke(app, ["check", str(results)])
    assert refused.exit_code == 1
    assert "no form 'archives'" in refused.stderr


def test_a_labelled_report_on_it_names_it(folder: Path, tmp_path: Path) -> None:
    path, results, made = tmp_path / "a.txt", tmp_path / "r.json", tmp_path / "made"
    path.write_text(DOCUMENT, encoding="utf-8")
    own = ["--form", str(folder)]

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    run("extract", str(path), "--reader", "rules", "-o", str(results), *own)
    assert run("fixture", "new", str(results), "-o", str(made), "--unsettled", *own).exit_code == 0
    assert load_truth(made / "a.truth.json").reports[0].form == "archives"
    assert run("fixture", "check", str(made), *own).stdout == "1 of 1 fixtures are sound\n"
    refused = run("fixture", "check", str(made))
    assert refused.exit_code == 1
    assert "a.truth.json: no form 'archives'" in refused.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("form.toml", 'untold = "2020"', "untold = ", "form.toml: line 5: not valid TOML"),
        ("form.toml", '"2020"', "[" * 5_000, "form.toml: not valid TOML: nested too deeply"),
        ("form.toml", 'untold = "2020"\n', "", "form.toml: line 1: untold: field required"),
        ("form.toml", 'tables = ["holdings"]', "tables = 3", "form.toml: line 4: tables: input should be"),
        ("form.toml", 'subject = "档案工作"', "subjekt = 1", "form.toml: line 9: titles.subject: field required"),
        ("tables/holdings.toml", 'label = "卷数"', "label = 3", "holdings.toml: line 9: columns.0.label: input should"),
        ("tables/holdings.toml", 'id = "film", label', 'id = "film", lable', "holdings.toml: line 16: blocks.0.rows.1"),
        ("tables/holdings.toml", 'id = "film"', 'id = "paper"', "names a cell twice in edition '2020'"),
        ("tables/holdings.toml", 'id = "holdings"', 'id = "stock"', "holdings.toml: its id is not 'holdings'"),
        ("edit_rules.toml", '"film"', '"tape"', "edit_rules.toml: line 8: names 'tape', which table 'holdings'"),
    ],
)  # fmt: skip
def test_a_broken_folder_is_refused_in_one_line(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError) as caught:
        load_form(folder)
    assert said in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    done = CliRunner().invoke(app, ["extract", "x.txt", "--reader", "rules", "--form", str(folder)])
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"form\.toml: no such file"):
        load_forms(own=tmp_path / "none")


@pytest.mark.parametrize("year", [2008, 2013])
def test_reports_of_the_years_before_are_told_by_name(year: int, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        f"某县教育局{year}年政府信息公开工作年度报告\n\n本年度收到政府信息公开申请3件，均予以公开。\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["extract", str(path), "--reader", "rules"])
    assert done.exit_code == 1
    assert f"a report for {year}: the forms of 2008 to 2013 differ from region to region" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
