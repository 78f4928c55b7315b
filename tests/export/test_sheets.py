"""Excel and Parquet."""

import io
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest

import gkllm
from gkllm.errors import ConfigurationError
from gkllm.export import Format, open_exporter
from gkllm.export import xlsx as xlsx_module
from gkllm.report import CellState, Report
from tests.terminal.reports import make_cell, make_report, noisy_report


def written(format_: Format, *reports: Report) -> io.BytesIO:
    stream = io.BytesIO()
    exporter = open_exporter(format_, stream, single=False)
    for report in reports:
        exporter.write(report)
    exporter.finish()
    stream.seek(0)
    return stream


def test_a_workbook_has_cells_violations_and_sources() -> None:
    book = openpyxl.load_workbook(written("xlsx", noisy_report(), make_report(name="b.txt")))
    assert book.sheetnames == ["cells", "violations", "claims", "sections", "sources"]
    cells = list(book["cells"].values)
    assert len(cells) == 1 + 2 * 198
    by_id = {row[6]: dict(zip(cells[0], row, strict=True)) for row in cells[1:199]}
    cell = by_id["requests.results_total.natural_person"]
    assert (cell["raw"], cell["value"], cell["needs_review"]) == ("66", 6, True)
    assert by_id["requests.received.business"]["value"] is None
    violation = dict(zip(*book["violations"].values, strict=True))
    assert (violation["rule"], violation["difference"]) == ("requests.balance", -3)
    assert violation["suggestions"] == "requests.results_total.natural_person: 6 -> 3 (one_digit)"
    assert str(violation["message"]).startswith("Column 自然人")
    assert [row[0] for row in book["sources"].values] == ["source", "yinzhou-2019.txt", "b.txt"]


def test_a_workbook_stores_a_formula_of_the_document_as_text() -> None:
    raw = '=HYPERLINK("http://127.0.0.1","x")'
    report = make_report(make_cell("requests.received.total", raw, state=CellState.UNREADABLE))
    sheet = openpyxl.load_workbook(written("xlsx", report))["cells"]
    (cell,) = [row[10] for row in sheet.iter_rows() if row[6].value == "requests.received.total"]
    assert (cell.value, cell.data_type) == (raw, "s")


def test_a_workbook_takes_control_characters_of_the_document() -> None:
    report = make_report(make_cell("requests.received.total", "a\x07b", state=CellState.UNREADABLE))
    values = [row[10] for row in openpyxl.load_workbook(written("xlsx", report))["cells"].values]
    assert "a\ufffdb" in values


def test_a_full_sheet_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "MAX_ROWS", 150)
    book = openpyxl.load_workbook(written("xlsx", make_report()))
    assert book.sheetnames == ["cells", "violations", "claims", "sections", "sources", "cells 2"]
    first, second = list(book["cells"].values), list(book["cells 2"].values)
    assert first[0] == second[0]
    assert (len(first), len(second)) == (150, 1 + 198 - 149)


def test_parquet_has_typed_columns() -> None:
    table = pyarrow.parquet.read_table(written("parquet", noisy_report(), make_report(name="b.txt")))
    assert table.num_rows == 2 * 198
    row = table.filter(pyarrow.compute.field("cell") == "requests.results_total.natural_person").to_pylist()[
        0
    ]
    assert (row["raw"], row["value"], row["year"], row["needs_review"]) == ("66", 6.0, 2019, True)
    assert row["reasons"] == ["takes part in a broken relation (requests.balance)"]
    assert str(table.schema.field("value").type) == "double"


def test_parquet_without_reports_is_an_empty_table() -> None:
    assert pyarrow.parquet.read_table(written("parquet")).num_rows == 0


@pytest.mark.parametrize(("format_", "package"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    format_: Format, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"gkllm.export.{format_}", raising=False)
    with pytest.raises(ConfigurationError, match=rf"{package}: pip install 'gkllm\[sheets\]'"):
        open_exporter(format_, io.BytesIO(), single=False)


def test_text_formats_load_no_library_of_sheets() -> None:
    code = (
        "import io, sys; from gkllm.export import open_exporter\n"
        "for name in ('json', 'jsonl', 'csv'): open_exporter(name, io.BytesIO(), single=True)\n"
        "print(sorted({'openpyxl', 'pyarrow', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"


def test_a_workbook_is_filtered_coloured_and_has_the_claims() -> None:
    fixtures = Path(__file__).parents[2] / "fixtures"
    names = ("yinzhou-2019.txt", "fangzheng-2020.txt")
    reports = [gkllm.extract(fixtures / name, gkllm.Settings(reader="rules")) for name in names]
    book = openpyxl.load_workbook(written("xlsx", *reports))
    cells = [cell for report in reports for cell in report.cells]
    sheet = book["cells"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.endswith(str(len(cells) + 1))
    assert sheet.column_dimensions["J"].width == 48
    coloured = [row[6].value for row in sheet.iter_rows(min_row=2) if row[0].fill.fgColor.rgb == "00F5B5B5"]
    assert coloured == [cell.id for cell in cells if cell.needs_review]
    stated = [(row[2].value, row[3].value) for row in book["claims"].iter_rows(min_row=2)]
    assert stated == [(claim.value, claim.quote) for report in reports for claim in report.claims]
    assert stated and coloured
