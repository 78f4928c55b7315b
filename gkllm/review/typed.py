"""What a reviewer types for a cell, as a value."""

import unicodedata

from gkllm.errors import ReviewError
from gkllm.form import Form
from gkllm.reading.numerals import read_text
from gkllm.report import CellState, Report
from gkllm.review.describe import place_of
from gkllm.review.log import Content

_LARGEST = 10**15
"""Beyond any figure of the form, and still exact in every format the reports are written to."""


class NotAValue(ReviewError):
    """What was typed is no value of this cell."""


def typed_content(report: Report, form: Form, cell: str, text: str) -> Content:
    """The value that `text` states: one number, as plain as it can be typed.

    Raises:
        NotAValue: it is no number, or one that this cell cannot hold.
    """
    place = place_of(report, form, cell)
    if place is None:
        raise NotAValue(f"the form has no cell {cell}")
    kind, unit = place.column.kind, place.column.unit
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
