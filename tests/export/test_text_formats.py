"""JSON, JSON lines and CSV."""

import csv
import io
import json

import pytest

from gkllm.export import Format, open_exporter
from gkllm.export.tables import inert
from gkllm.facts import Doubt, DoubtKind
from gkllm.report import CellState, Report
from tests.terminal.reports import make_cell, make_report, noisy_report


def written(format_: Format, *reports: Report, single: bool = False) -> bytes:
    stream = io.BytesIO()
    exporter = open_exporter(format_, stream, single=single)
    for report in reports:
        exporter.write(report)
    exporter.finish()
    return stream.getvalue()


def test_json_of_one_report_is_its_object() -> None:
    text = written("json", noisy_report(), single=True).decode()
    assert Report.model_validate_json(text) == noisy_report()
    assert "鄞州区教育局" in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_of_several_reports_is_an_array(count: int) -> None:
    reports = [make_report(name=f"{index}.txt") for index in range(count)]
    parsed = json.loads(written("json", *reports))
    assert [report["source"]["name"] for report in parsed] == [f"{index}.txt" for index in range(count)]


def test_json_of_one_unread_report_is_empty() -> None:
    assert written("json", single=True) == b""


def test_json_lines_hold_a_report_each() -> None:
    lines = written("jsonl", noisy_report(), make_report(name="b.txt")).splitlines()
    assert [Report.model_validate_json(line) for line in lines] == [noisy_report(), make_report(name="b.txt")]


def test_suggested_changes_keep_the_contracts_names() -> None:
    parsed = json.loads(written("json", noisy_report(), single=True))
    (change,) = parsed["violations"][0]["suggestions"][0]["changes"]
    cell = "requests.results_total.natural_person"
    assert change == {"cell": cell, "from": 6, "to": 3, "slip": "one_digit"}


def rows(*reports: Report) -> list[dict[str, str]]:
    data = written("csv", *reports)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_a_row_for_every_cell_of_every_report() -> None:
    found = rows(noisy_report(), make_report(name="b.txt"))
    assert len(found) == 2 * 198
    assert [row["cell"] for row in found[:198]] == [cell.id for cell in noisy_report().cells]
    assert {row["source"] for row in found[198:]} == {"b.txt"}


def test_csv_rows_say_what_the_cell_says() -> None:
    row = next(row for row in rows(noisy_report()) if row["cell"] == "requests.results_total.natural_person")
    assert row == {
        "source": "yinzhou-2019.txt",
        "title": "鄞州区教育局2019年政府信息公开年度报告",
        "issuer": "鄞州区教育局",
        "year": "2019",
        "table": "requests",
        "edition": "2019",
        "cell": "requests.results_total.natural_person",
        "row": "results_total",
        "column": "natural_person",
        "label": "natural_person",
        "raw": "66",
        "value": "6",
        "state": "reported",
        "reading": "duplicated_run",
        "confidence": "0.6",
        "needs_review": "true",
        "doubts": "",
        "reasons": "takes part in a broken relation (requests.balance)",
        "span_start": "6",
        "span_end": "8",
        "page": "",
        "sections": "",
    }


def test_csv_names_the_kinds_of_doubts() -> None:
    doubts = (Doubt.of(DoubtKind.MISCOUNTED, cells=3, expected=7), Doubt(DoubtKind.BLAMED))
    cell = make_cell("requests.received.total", "3", 3).model_copy(update={"doubts": doubts})
    row = next(row for row in rows(make_report(cell)) if row["cell"] == cell.id)
    assert row["doubts"].split("; ") == ["miscounted", "blamed"]


def test_csv_leaves_the_value_of_a_blank_empty() -> None:
    blank = next(row for row in rows(noisy_report()) if row["cell"] == "requests.received.business")
    assert (blank["value"], blank["state"], blank["span_start"]) == ("", "blank", "")


@pytest.mark.parametrize("text", ["=1+2", '=HYPERLINK("x")', "+cmd|x", "@SUM(A1)", "-1+2", "=", "\t=1"])
def test_what_a_spreadsheet_would_run_is_made_inert(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "-", "——", "--", "+1036", "-14", "-1,234.5", "+3%", "暂无", "1=2", "（一）"]
)
def test_what_a_spreadsheet_would_not_run_stays_as_printed(text: str) -> None:
    assert inert(text) == text


def test_csv_does_not_carry_a_formula_of_the_document() -> None:
    report = make_report(
        make_cell("requests.received.total", '=cmd|" /c calc"!A1', state=CellState.UNREADABLE), title="=1+1"
    )
    row = next(row for row in rows(report) if row["cell"] == "requests.received.total")
    assert (row["raw"], row["title"]) == ('\'=cmd|" /c calc"!A1', "'=1+1")
