"""Which form a document is on: told from the document itself, never from its name."""

from collections.abc import Mapping, Sequence

from gkllm.form import Form, Forms
from gkllm.reading.placed import TableReading
from gkllm.reading.rules_reader import read_by_rules
from gkllm.reading.table_lines import TableLine

_WHOLE = 0.8
"""Share of a table's rows that makes it whole."""


def read_on_its_form(
    lines: Sequence[TableLine], text: str, forms: Forms
) -> tuple[Form, dict[str, TableReading]]:
    """The form whose tables fit best, and what the rules read of them.

    Most documents have telltales of one form alone: only those that have several forms' are read more than once.
    """
    told = ((form, read_by_rules(lines, form)) for form in forms.told_in(text))
    return max(told, key=lambda pair: _rows_found(pair[1]))


def _rows_found(readings: Mapping[str, TableReading]) -> int:
    return sum(len(reading.row_lines) for reading in readings.values() if reading.found)


def prints_a_whole_table(readings: Mapping[str, TableReading]) -> bool:
    """Whether one of the tables stands there with most of its rows."""
    return any(
        reading.found and len(reading.row_lines) >= _WHOLE * len(reading.table.rows)
        for reading in readings.values()
    )
