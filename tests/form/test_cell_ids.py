"""A cell's id is put together and taken apart in one place."""

import re
from pathlib import Path

import pytest

import gkllm
from gkllm.form import CellId
from gkllm.report import Report
from tests.forms import FORM

PACKAGE = Path(gkllm.__file__).parent
HOME = PACKAGE / "form" / "tables.py"
BY_HAND = re.compile(
    r'f"\{[\w.]*table[\w.]*\}\.\{[^"]*\}\.\{|\bcell(?:_id|\.id)?\.(?:split|partition|rpartition)\("\."'
)


def test_an_id_is_its_parts() -> None:
    cell = CellId.of("requests", "received", "total")
    assert cell == "requests.received.total"
    assert (cell.table, cell.row, cell.column) == ("requests", "received", "total")


@pytest.mark.parametrize("table_id", FORM.table_ids)
def test_every_cell_of_a_table_has_one(table_id: str) -> None:
    table = FORM.untold(table_id)
    for cell, place in table.places.items():
        assert isinstance(cell, CellId)
        assert (cell.table, cell.row, cell.column) == (table.id, place.row.id, place.column.id)


def test_in_data_it_is_a_string() -> None:
    report = gkllm.extract(PACKAGE.parent / "fixtures" / "yinzhou-2019.txt", gkllm.Settings(reader="rules"))
    assert '"id":"requests.received.total"' in report.to_json()
    assert Report.model_validate_json(report.to_json()) == report


@pytest.mark.parametrize(
    "path", [p for p in PACKAGE.rglob("*.py") if p != HOME], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_module_does_it_by_hand(path: Path) -> None:
    assert BY_HAND.findall(path.read_text(encoding="utf-8")) == []
