"""Wide data: a row a report, a column a cell, read back by those who read such files."""

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas
import pyarrow.parquet
import pyreadstat
import pytest

import gkllm
from gkllm.errors import ConfigurationError
from gkllm.export import Format, Wide, open_exporter
from gkllm.export.dta import MISSING, variable_name, variable_names
from gkllm.export.writing import beside
from gkllm.form import load_forms
from gkllm.language import speaking
from gkllm.report import CellState, Report
from tests.terminal.reports import make_cell, make_report

ROOT = Path(__file__).parents[2]
TOTAL = "requests.received.total"


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """Of both editions, with blank cells, cells to review, broken relations, claims, and two reports in one file."""
    names = ("yinzhou-2019", "fangzheng-2020", "beiyuan-tongji-2022", "songta-2021", "hongze-2023")
    paths = [ROOT / "fixtures" / f"{name}.txt" for name in names]
    found = [outcome.report for outcome in gkllm.extract_many(paths, gkllm.Settings(reader="rules"))]
    assert all(found) and len(found) == 6
    return [report for report in found if report is not None]


@pytest.fixture(scope="module")
def old() -> Report:
    """A report on the form before the national one."""
    path = next((ROOT / "tests" / "statistics_2014" / "documents").glob("hekou-2018.*[!n]"))
    return gkllm.extract(path, gkllm.Settings(reader="rules"))


Written = dict[str, io.BytesIO]


def written(format_: Format, *reports: Report, apart: bool = True, labels: bool = False) -> Written:
    """The output, under the name "", and the files beside it."""
    files: Written = {"": io.BytesIO()}

    def opened(name: str) -> io.BytesIO:
        files[name] = io.BytesIO()
        return files[name]

    exporter = open_exporter(
        format_,
        files[""],
        single=False,
        wide=Wide(load_forms(), labels=labels),
        beside=opened if apart else None,
    )
    for report in reports:
        exporter.write(report)
    exporter.finish()
    for file in files.values():
        file.seek(0)
    return files


def rows(file: io.BytesIO) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


def read_csv(files: Written) -> pandas.DataFrame:
    return pandas.read_csv(files[""])


def read_parquet(files: Written) -> pandas.DataFrame:
    return pyarrow.parquet.read_table(files[""]).to_pandas()


def read_xlsx(files: Written) -> pandas.DataFrame:
    return pandas.read_excel(files[""], skiprows=[1], engine="openpyxl")


def read_dta(files: Written) -> pandas.DataFrame:
    return pandas.read_stata(files[""])


READERS: dict[Format, Callable[[Written], pandas.DataFrame]] = {
    "csv": read_csv,
    "parquet": read_parquet,
    "xlsx": read_xlsx,
    "dta": read_dta,
}


@pytest.mark.parametrize("format_", READERS)
def test_every_cell_of_every_report_has_its_value_and_a_blank_none(
    format_: Format, reports: list[Report]
) -> None:
    frame = READERS[format_](written(format_, *reports))
    assert frame["issuer"].tolist() == [report.report.issuer for report in reports]
    assert frame["year"].tolist() == [report.report.year for report in reports]
    assert frame["to_review"].tolist() == [len(report.to_review) for report in reports]
    named = variable_name if format_ == "dta" else str
    for number, report in enumerate(reports):
        for cell in report.cells:
            value = frame[named(cell.id)].iloc[number]
            assert pandas.isna(value) if cell.value is None else value == cell.value, cell.id
    assert pandas.api.types.is_numeric_dtype(frame[named(TOTAL)])
    assert len({cell.id for report in reports for cell in report.cells}) == frame.shape[1] - 14
    others = frame[named("requests.other_processing.total")]
    assert others[[report.tables["requests"].edition == "2021" for report in reports]].isna().all()


def test_columns_stand_in_the_order_of_the_form_whatever_edition_comes_first(reports: list[Report]) -> None:
    head = list(rows(written("csv", *reports)[""])[0])
    assert head[:2] == ["issuer", "year"]
    assert head[11:14] == ["disclosure.edition", "requests.edition", "proceedings.edition"]
    rows_of = dict.fromkeys(
        name.split(".")[1] for name in head if name.startswith("requests.") and "edition" not in name
    )
    assert list(rows_of)[-2:] == ["results_total", "carried_out"]
    for report in reports:
        cells = [cell.id for cell in report.cells if cell.id.startswith("requests.")]
        assert sorted(cells, key=head.index) == cells
    editions = rows(written("csv", *reports)[""])
    assert [row["requests.edition"] for row in editions] == ["2019", "2019", "2021", "2021", "2021", "2019"]
    assert editions[2]["proceedings.edition"] == "", "the document has no such table"


def test_whole_numbers_stay_whole_and_amounts_have_their_fractions() -> None:
    report = make_report(
        make_cell("disclosure.procurement.amount", "1234567.89", 1234567.89), make_cell(TOTAL, "3", 3)
    )
    schema = pyarrow.parquet.read_schema(written("parquet", report)[""])
    assert str(schema.field(TOTAL).type) == "int64"
    assert str(schema.field("disclosure.procurement.amount").type) == "double"
    (row,) = rows(written("csv", report)[""])
    assert (row[TOTAL], row["disclosure.procurement.amount"]) == ("3", "1234567.89")
    assert pandas.read_stata(written("dta", report)[""])["dis_procurement_amount"].tolist() == [1234567.89]


@pytest.mark.parametrize("format_", READERS)
def test_a_number_too_long_for_the_format_is_told_digit_by_digit(format_: Format) -> None:
    number = 123456789012345678901234567
    frame = READERS[format_](written(format_, make_report(make_cell(TOTAL, str(number), number))))
    assert str(frame["req_received_total" if format_ == "dta" else TOTAL].iloc[0]) == str(number)


def states() -> list[Report]:
    return [
        make_report(
            make_cell(TOTAL, "0", 0), make_cell("requests.granted.total", "暂无", state=CellState.NONE)
        ),
        make_report(make_cell(TOTAL, "", state=CellState.BLANK), name="blank.txt"),
        make_report(
            make_cell(TOTAL, "见附件", state=CellState.UNREADABLE, reasons=("no number",)), name="worse.txt"
        ),
    ]


def test_a_zero_is_zero_a_blank_is_none_and_what_cannot_be_read_is_named() -> None:
    files = written("csv", *states())
    found = rows(files[""])
    assert [row[TOTAL] for row in found] == ["0", "", ""]
    assert [row["review_cells"] for row in found] == ["", "", TOTAL]
    assert [row["to_review"] for row in found] == ["0", "0", "1"]
    (review,) = rows(files["review"])
    assert (review["source"], review["cell"], review["raw"], review["state"]) == (
        "worse.txt",
        TOTAL,
        "见附件",
        "unreadable",
    )


def test_stata_is_told_why_a_value_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "out.dta"
    path.write_bytes(written("dta", *states())[""].getvalue())
    frame, _ = pyreadstat.read_dta(path, user_missing=True)
    assert frame["req_received_total"].tolist() == [
        0,
        MISSING[CellState.BLANK],
        MISSING[CellState.UNREADABLE],
    ]
    assert frame["req_granted_total"].tolist()[0] == MISSING[CellState.NONE] == "b"
    plain = pandas.read_stata(path)["req_received_total"]
    assert plain.dtype == "float64" and plain.isna().tolist() == [False, True, True]
    text, _ = pyreadstat.read_dta(path)
    assert text["req_received_total"].isna().tolist() == [False, True, True]


def test_stata_has_labels_of_variables_and_values_in_the_language_in_force(
    reports: list[Report], tmp_path: Path
) -> None:
    labels: dict[str, dict[str, str]] = {}
    for language in ("zh", "en"):
        with speaking(language):
            path = tmp_path / f"{language}.dta"
            path.write_bytes(written("dta", *reports)[""].getvalue())
        frame, about = pyreadstat.read_dta(path)
        labels[language] = {name: label or "" for name, label in about.column_names_to_labels.items()}
        assert frame["req_edition"].tolist() == [2019, 2019, 2021, 2021, 2021, 2019]
        assert (
            about.variable_value_labels["req_edition"][2021]
            == {"zh": "2021 版", "en": "edition 2021"}[language]
        )
        assert all(0 < len(label) <= 80 for label in labels[language].values())
        assert path.read_bytes().startswith(b"<stata_dta><header><release>118</release>"), (
            "what Stata 14 reads"
        )
    assert labels["zh"]["req_results_total_natu_pers"] == "三、本年度办理结果 / （七）总计 / 自然人"
    assert labels["en"]["req_results_total_natu_pers"] == "results total / natural person"
    assert labels["zh"]["dis_procurement_amount"].endswith("采购总金额 (元)")
    assert labels["en"]["dis_procurement_amount"].endswith("(yuan)")
    assert labels["zh"]["req_edition"] == "表“收到和处理政府信息公开申请情况”的版本"
    assert labels["en"]["req_edition"] == "edition of table Requests received and processed"
    assert (labels["zh"]["issuer"], labels["en"]["issuer"]) == ("单位", "issuer")
    read = pandas.read_stata(path)
    assert read["req_edition"].astype(str).tolist()[0] == "edition 2019"


def test_variables_have_names_that_stata_takes_and_no_two_the_same() -> None:
    for form in load_forms():
        cells = list(dict.fromkeys(cell for table in form.all_tables() for cell in table.places))
        names = variable_names(cells)
        assert len(set(names.values())) == len(cells)
        assert all(name.isascii() and name.isidentifier() and len(name) <= 32 for name in names.values())
        assert all(names[cell] == variable_name(cell) for cell in cells), "the same in every file"
    odd = variable_names(["t.row.columns_alike", "table.row.colu_al", "表.row.column"])
    assert len(set(odd.values())) == 3


def test_a_workbook_has_names_labels_frozen_heads_filters_widths_and_colours(reports: list[Report]) -> None:
    with speaking("zh"):
        book = openpyxl.load_workbook(written("xlsx", *reports)[""])
    assert book.sheetnames == ["disclosure", "violations", "claims", "review", "columns"]
    sheet = book["disclosure"]
    names = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref == f"A2:{sheet.cell(2, len(names)).column_letter}{2 + len(reports)}"
    assert sheet[2][names.index(TOTAL)].value == "一、本年新收政府信息公开申请数量 / 总计"
    assert sheet[2][0].value == "单位" and sheet[2][0].font.bold and sheet[2][0].alignment.wrap_text
    assert sheet.column_dimensions["A"].width == 20 and sheet.column_dimensions["C"].width == 36
    coloured = {
        (number, names[cell.column - 1])
        for number, row in enumerate(sheet.iter_rows(min_row=3))
        for cell in row
        if cell.fill.fgColor.rgb == "00F5B5B5"
    }
    assert coloured == {
        (number, cell.id) for number, report in enumerate(reports) for cell in report.to_review
    }
    claims = [row[2].value for row in book["claims"].iter_rows(min_row=2)]
    assert claims == [claim.value for report in reports for claim in report.claims] and claims
    broken = [row[1].value for row in book["violations"].iter_rows(min_row=2)]
    assert broken == [violation.rule for report in reports for violation in report.violations] and broken
    review = [(row[0].value, row[6].value) for row in book["review"].iter_rows(min_row=2)]
    assert review == [(report.source.name, cell.id) for report in reports for cell in report.to_review]
    assert {book[name].freeze_panes for name in book.sheetnames[1:]} == {"A2"}


def test_columns_are_told_beside(reports: list[Report]) -> None:
    told = {row["column"]: row for row in rows(written("csv", *reports)["columns"])}
    assert list(told) == list(rows(written("csv", *reports)[""])[0])[14:]
    made = told["disclosure.regulations.made"]
    assert (made["editions"], made["label"]) == (
        "2019; 2021",
        "regulations / made this year | regulations / issued this year",
    )
    stata = pandas.read_stata(written("dta", *reports)["columns"])
    assert stata.set_index("column")["cell"]["req_received_total"] == TOTAL


@pytest.mark.parametrize("format_", ["csv", "parquet", "dta"])
def test_violations_and_claims_stand_in_files_beside(format_: Format, reports: list[Report]) -> None:
    files = written(format_, *reports)
    assert set(files) == {"", "violations", "claims", "review", "columns"}
    read = {"csv": pandas.read_csv, "parquet": pandas.read_parquet, "dta": pandas.read_stata}[format_]
    violations, claims = read(files["violations"]), read(files["claims"])
    expected = [violation for report in reports for violation in report.violations]
    assert violations["rule"].tolist() == [violation.rule for violation in expected]
    assert violations["message_zh"].tolist() == [violation.message.zh for violation in expected]
    assert claims["quote"].tolist() == [claim.quote for report in reports for claim in report.claims]


@pytest.mark.parametrize("format_", READERS)
def test_each_form_has_a_table_of_its_own(format_: Format, reports: list[Report], old: Report) -> None:
    files = written(format_, old, *reports[:2])
    frame = READERS[format_](files)
    assert frame["form"].tolist() == ["disclosure"] * 2, "the first form's, whatever came first"
    if format_ == "xlsx":
        book = openpyxl.load_workbook(files[""])
        assert book.sheetnames[:2] == ["disclosure", "statistics_2014"]
        assert [row[7].value for row in book["statistics_2014"].iter_rows(min_row=3)] == ["statistics_2014"]
        return
    other = READERS[format_]({"": files["statistics_2014"]})
    cell = next(cell for cell in old.cells if cell.value)
    assert other[variable_name(cell.id) if format_ == "dta" else cell.id].tolist() == [cell.value]
    assert not set(other) & {TOTAL, "req_received_total"}


def test_where_nothing_stands_beside_all_forms_share_a_table(reports: list[Report], old: Report) -> None:
    files = written("csv", reports[0], old, apart=False)
    assert set(files) == {""}
    first, second = rows(files[""])
    assert (first["form"], second["form"]) == ("disclosure", "statistics_2014")
    cell = next(cell for cell in old.cells if cell.value)
    assert (first[cell.id], second[cell.id], second[TOTAL]) == ("", str(cell.value), "")


@pytest.mark.parametrize("format_", READERS)
def test_no_report_is_an_empty_table(format_: Format) -> None:
    files = written(format_)
    assert READERS[format_](files).shape[0] == 0
    assert "issuer" in READERS[format_](written(format_)).columns


@pytest.mark.parametrize("format_", READERS)
def test_a_text_that_begins_like_a_formula_is_text(format_: Format) -> None:
    files = written(format_, make_report(title="=1+1"))
    if format_ == "xlsx":
        sheet = openpyxl.load_workbook(files[""])["disclosure"]
        assert (sheet["C3"].value, sheet["C3"].data_type) == ("=1+1", "s")
        return
    expected = "'=1+1" if format_ == "csv" else "=1+1"
    assert READERS[format_](files)["title"].tolist() == [expected]


def test_a_form_that_is_not_known_has_its_printed_labels() -> None:
    report = make_report(make_cell(TOTAL, "3", 3)).model_copy(update={"form": "mine/[own]:" + "x" * 40})
    with speaking("zh"):
        book = openpyxl.load_workbook(written("xlsx", report)[""])
    assert book.sheetnames[0] == ("mine__own__" + "x" * 40)[:31]
    sheet = book.worksheets[0]
    labels = {name.value: label.value for name, label in zip(sheet[1], sheet[2], strict=True)}
    assert labels[TOTAL] == "total", "as the report has it"
    told = rows(written("csv", report)["columns"])
    assert {row["label"] for row in told if row["cell"] == TOTAL} == {"requests / received / total"}
    with speaking("zh"):
        heads = list(rows(written("csv", report, labels=True)[""])[0])
    assert len(set(heads)) == len(heads), "labels that two columns share are told apart"
    assert beside(Path("r.csv"), report.form) == Path("r.mine__own__" + "x" * 40 + ".csv")


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_other_formats_have_no_wide_layout(format_: Format) -> None:
    with pytest.raises(ConfigurationError, match="no wide layout: take one of csv, xlsx, parquet, dta"):
        written(format_)


@pytest.mark.parametrize("package", ["pyreadstat", "pandas"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "gkllm.export.dta", raising=False)
    with pytest.raises(ConfigurationError, match=r"pip install 'gkllm\[stata\]'"):
        written("dta")


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_labels_head_the_columns_where_they_are_asked_for(format_: Format, reports: list[Report]) -> None:
    with speaking("zh"):
        files = written(format_, *reports, labels=True)
    frame = READERS[format_](files)
    assert list(frame)[:2] == ["单位", "年份"] and frame.columns.is_unique
    assert frame["一、本年新收政府信息公开申请数量 / 总计"].tolist() == [
        report.cell(TOTAL).value for report in reports
    ]
    told = {"csv": pandas.read_csv, "parquet": pandas.read_parquet}[format_](files["columns"])
    assert set(told["label"]) == set(list(frame)[14:]), "which id it is, is told beside"
