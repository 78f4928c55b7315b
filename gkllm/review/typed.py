"""What a reviewer types for a cell, as a value."""

import unicodedata

from gkllm.errors import ReviewError
from gkllm.form import ColumnKind, load_table, split_cell_id
from gkllm.reading.numerals import read_text
from gkllm.report import CellState, Report
from gkllm.review.log import Content

_LARGEST = 10**15
"""Beyond any figure of the form, and still exact in every format the reports are written to."""


class NotAValue(ReviewError):
    """What was typed is no value of this cell."""


def typed_content(report: Report, cell: str, text: str) -> Content:
    """The value that `text` states: one number, as plain as it can be typed.

    Raises:
        NotAValue: it is no number, or one that this cell cannot hold.
    """
    kind, unit = _column(report, cell)
    plain = unicodedata.normalize("NFKC", text).strip()
    read = read_text(plain, kind, unit)
    if read.state is not CellState.REPORTED or len(plain.split()) > 1:
        raise NotAValue(f"{text.strip()!r} is no number; states have keys of their own")
    value = next((r.value for r in read.readings if r.reading != "duplicated_run"), read.readings[0].value)
    if kind != "money" and not float(value).is_integer():
        raise NotAValue("this cell counts something: only whole numbers")
    if value < 0 and kind != "signed":
        raise NotAValue("this cell cannot be negative")
    if abs(value) > _LARGEST:
        raise NotAValue("this number is too large")
    return Content(value=value, state=CellState.REPORTED)


def _column(report: Report, cell: str) -> tuple[ColumnKind, str | None]:
    table_id, row_id, column_id = split_cell_id(cell)
    table = load_table(table_id, report.tables[table_id].edition)
    for row in table.rows:
        for column in row.columns:
            if (row.id, column.id) == (row_id, column_id):
                return column.kind, column.unit
    raise NotAValue(f"the form has no cell {cell}")
