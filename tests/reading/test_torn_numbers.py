"""Rows that seem whole where blank cells leave nothing behind: one number is torn in two, and a cell is blank."""

from collections.abc import Iterator

import pytest

from gkllm.form import Row, Table
from tests.forms import FORM
from tests.reading.test_column_major import Truth, draw, outcome

_ROWS = {
    "adds up by one number": (("0{tear}1", "", "0", "0", "0", "0", "1"), (1, None, 0, 0, 0, 0, 1)),
    "adds up in no way": (("2{tear}0", "3", "", "0", "0", "1", "4"), (20, 3, None, 0, 0, 1, 4)),
    "has too many": (("0{tear}0{tear}0{tear}0", "", "", "0", "0", "0", "0"), (0, None, None, 0, 0, 0, 0)),
    "zeros": (("0", "0{tear}0", "无", "0", "", "0", "0"), (0, 0, None, 0, None, 0, 0)),
}


@pytest.mark.parametrize("kind", _ROWS)
@pytest.mark.parametrize(
    ("between", "tear"), [("\n", " "), (" ", "\u00a0"), (" ", " ")], ids=["lines", "other spaces", "spaces"]
)
def test_a_row_that_lacks_a_cell_and_has_a_number_torn_is_marked(kind: str, between: str, tear: str) -> None:
    printed, values = _ROWS[kind]
    for seed in range(4):
        truth, editions = draw(seed, 0.5)
        requests = FORM.table("requests", editions["requests"])
        row = requests.rows[3 + 2 * seed]
        cells = _cells(requests, row)
        truth |= dict(zip(cells, values, strict=True))
        torn = {cell: text.format(tear=tear) for cell, text in zip(cells, printed, strict=True)}
        text = "\n".join(
            line
            for table_id, edition in editions.items()
            for line in _lines(FORM.table(table_id, edition), truth, torn, between)
        )
        wrong, _ = outcome(text, truth)
        assert not wrong, (kind, seed)


def _cells(table: Table, row: Row) -> list[str]:
    return [f"{table.id}.{row.id}.{column.id}" for column in row.columns]


def _lines(table: Table, truth: Truth, torn: dict[str, str], between: str) -> Iterator[str]:
    yield f"{table.section}、{table.title}"
    headings = ""
    for row in table.rows:
        if row.headed_by != headings:
            headings = row.headed_by
            yield from (column.label for column in row.columns)
        cells = _cells(table, row)
        printed = [torn.get(cell, "" if truth[cell] is None else f"{truth[cell]}") for cell in cells]
        yield between.join([row.label, *filter(None, printed)])
