"""What a document is: which form it is on, and how its text is to be taken apart.

Both are told from what they explain. A document with the telltales of several forms is read on each. A text whose first
guess leaves a table incomplete or in doubt is taken apart in every other way that shows in it; for each table that way
is taken which explains most of it, and cells that another explains as well and otherwise are in doubt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gkllm.checking.evaluate import support
from gkllm.documents.document import Document, Grid
from gkllm.documents.text import other_grids
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Form, Forms
from gkllm.reading.column_major import by_columns
from gkllm.reading.numerals import read_text
from gkllm.reading.place.settle import settle_places
from gkllm.reading.placed import TableReading
from gkllm.reading.rules_reader import read_by_rules
from gkllm.reading.table_lines import TableLine, grids_between, table_lines
from gkllm.report import CellState

Readings = Mapping[str, TableReading]

_WHOLE = 0.8
"""Share of a table's rows that makes it whole."""
_LONGEST = 300_000
"""Characters of text that are taken apart in more ways than one; a report with long prose has a tenth of it."""
_BLANK = 0.1
"""What a blank cell in its place explains of a table, against a number: much is blank by mistake."""
_CLOSE = 0.85
"""A reading that explains this share of what the best does may be the right one all the same."""
_OF_PIECES = frozenset(
    {
        DoubtKind.OFF_COLUMN,
        DoubtKind.BLANKS_VANISH,
        DoubtKind.MISCOUNTED,
        DoubtKind.NO_COLUMNS,
        DoubtKind.BETWEEN_COLUMNS,
        DoubtKind.BETWEEN_LABELS,
        DoubtKind.LABEL_DAMAGED,
        DoubtKind.LABEL_SHARED,
        DoubtKind.STRAY_NUMBERS,
        DoubtKind.TABLE_EMPTY,
    }
)
"""Doubts that come of how the text was taken apart. What the headings say is said in any way of doing that."""
_OTHERWISE = Doubt(DoubtKind.TAKEN_APART_OTHERWISE)


@dataclass(frozen=True)
class Recognised:
    """A document on its form, its lines, and what the rules read of its tables."""

    document: Document
    form: Form
    lines: Sequence[TableLine]
    readings: Readings

    @cached_property
    def explained(self) -> Mapping[str, float]:
        """How much of each table the reading explains."""
        return {table_id: _explained(reading, self.form) for table_id, reading in self.readings.items()}


def recognise(document: Document, forms: Forms) -> Recognised:
    """The document as the rules read it."""
    first = _read(document, forms)
    if (
        not document.scanned
        or len(document.own_text) > _LONGEST
        or all(map(_settled, first.readings.values()))
    ):
        return first
    lined = by_columns(document, first.form)
    found = [_read(other, forms) for other in _with_grids(document, ([grid] for grid in lined.ways))]
    if not lined.evident or any(_tables_found(one) < _tables_found(first) for one in found):
        others = _with_grids(document, other_grids(document.text))
        found = [first, *(_read(other, forms) for other in others), *found]
    found = [one for one in found if one.form is first.form]
    chosen = max(found, key=lambda one: sum(one.explained.values()))
    return replace(
        chosen,
        readings={table_id: _compared(table_id, chosen, found) for table_id in chosen.readings},
    )


def _read(document: Document, forms: Forms) -> Recognised:
    """The document on the form whose tables fit best. Most have the telltales of one alone."""
    lines = table_lines(document)
    told = [
        (form, settle_places(read_by_rules(document.text, lines, form), form))
        for form in forms.told_in(document.own_text)
    ]
    form, readings = max(told, key=lambda pair: sum(len(each.row_lines) for each in pair[1].values()))
    return Recognised(document, form, lines, readings)


def _settled(reading: TableReading) -> bool:
    """Whether the whole table was found, with no doubt that another way of taking the text apart could end."""
    return len(reading.row_lines) == len(reading.table.rows) and not any(
        doubt.kind in _OF_PIECES for placed in reading.cells.values() for doubt in placed.doubts
    )


def _with_grids(document: Document, ways: Iterable[Sequence[Grid]]) -> Iterator[Document]:
    """The document taken apart in each of these ways, as far as it is the report's."""
    start, end = document.part or (0, len(document.text))
    for grids in ways:
        yield replace(document, grids=grids_between(grids, start, end))


def _explained(reading: TableReading, form: Form) -> float:
    """Numbers in a place that nothing is held against, blanks for a little, and relations that they satisfy; each that
    they break takes one number back.
    """
    if not reading.found:
        return 0.0
    explained = 0.0
    values: dict[str, int | float | None] = {}
    for row in reading.table.rows:
        for column in row.columns:
            cell_id = CellId.of(reading.table.id, row.id, column.id)
            placed = reading.cells[cell_id]
            text = read_text(placed.raw, column.kind, column.unit, placed.headed)
            values[cell_id] = text.counted
            if placed.present and not placed.doubts and text.state is not CellState.UNREADABLE:
                explained += 1.0 if placed.raw else _BLANK
    return explained + support(form.relations_of(reading.table), values).lead


def _tables_found(one: Recognised) -> int:
    return sum(reading.found for reading in one.readings.values())


def _compared(table_id: str, chosen: Recognised, others: Sequence[Recognised]) -> TableReading:
    """The reading, with those cells in doubt that another, which explains as much, reads otherwise without doubt."""
    reading = chosen.readings[table_id]
    bound = _CLOSE * chosen.explained[table_id]
    rivals = [
        other.readings[table_id]
        for other in others
        if other is not chosen and other.readings[table_id].found and other.explained[table_id] >= bound
    ]
    if not rivals:
        return reading
    cells = {
        cell_id: replace(placed, doubts=(*placed.doubts, _OTHERWISE))
        if any(
            other.present and not other.doubts and other.raw != placed.raw
            for other in (rival.cells.get(cell_id, placed) for rival in rivals)
        )
        else placed
        for cell_id, placed in reading.cells.items()
    }
    return replace(reading, cells=cells)


def prints_a_whole_table(readings: Readings) -> bool:
    """Whether one of the tables stands there with most of its rows."""
    return any(
        reading.found and len(reading.row_lines) >= _WHOLE * len(reading.table.rows)
        for reading in readings.values()
    )
