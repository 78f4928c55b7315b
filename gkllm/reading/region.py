"""Where a table's section stands in the document's text, whether its rows were found there or not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from gkllm.documents.document import Document, GridCell, cell_between
from gkllm.documents.lines import Line, number_of_enumerator
from gkllm.documents.values import is_label_like, is_number
from gkllm.form import Table
from gkllm.reading.placed import TableReading
from gkllm.reading.row_labels import normalise, row_labels
from gkllm.reading.table_lines import TableLine

Extent = tuple[int, int]
"""A half-open range of the document's text."""

_LIKE = 70
"""Likeness, in percent, of a line to a title that lost characters. Titles of one form are no more than 60 alike."""
_LONGEST_TITLE = 60
_LEAST = 5
"""Numbers outside of sentences, before a text without a title or labels may be a table's. Dates have three."""
_SENTENCE = re.compile(r"[。；]|[，,].*[，,]")
_WORD = re.compile(r"[^\s|｜]+")
_LINE_END = re.compile(r"[\r\n]")


class _Mark(NamedTuple):
    """A line that is like a table's title."""

    position: int
    table: str


def section_of(
    document: Document, lines: Sequence[TableLine], readings: Mapping[str, TableReading], table_id: str
) -> Extent | None:
    """The section's extent: from its title, or the table before it, to the next title or heading. Null where nothing
    there can be the table's.
    """
    reading = readings[table_id]
    own = rows_extent(lines, reading)
    start, end = _between_others(document, lines, readings, table_id, own)
    text = [line for line in _lines(document.text, start, end) if line.text.strip()]
    tables = {name: each.table for name, each in readings.items()}
    marks = [_Mark(line.start, name) for line in text if (name := _titled(line.text, tables))]
    titles = [one.position for one in marks if one.table == table_id]
    if own is not None:
        first = max((position for position in titles if position <= own[0]), default=start)
        return first, _end(text, marks, reading.table, own[1], end)
    if titles:
        sections = [(first, _end(text, marks, reading.table, first + 1, end)) for first in titles]
        found = max(reversed(sections), key=lambda each: _numbers(document.text, *each))
        return found if _numbers(document.text, *found) else None
    first = max(_before(marks, list(readings), table_id), default=start)
    found = (first, _end(text, marks, reading.table, first + 1, end))
    return found if _numbers(document.text, *found) >= _LEAST else None


def _before(marks: Sequence[_Mark], order: Sequence[str], table_id: str) -> list[int]:
    """Where the titles stand of the tables that the form prints before one."""
    return [one.position for one in marks if order.index(one.table) < order.index(table_id)]


def rows_extent(lines: Sequence[TableLine], reading: TableReading) -> Extent | None:
    """From where to where in the text the rows go that were found."""
    extents = [row_extent(lines, reading, row) for row in reading.row_lines]
    return (min(start for start, _ in extents), max(end for _, end in extents)) if extents else None


def row_extent(lines: Sequence[TableLine], reading: TableReading, row: str) -> Extent:
    """From where to where in the text the lines go of a row that was found."""
    first, last = reading.row_lines[row]
    cells = [cell for line in lines[first : last + 1] for cell in line.row.cells]
    return min(cell.start for cell in cells), max(cell.end for cell in cells)


def _between_others(
    document: Document,
    lines: Sequence[TableLine],
    readings: Mapping[str, TableReading],
    table_id: str,
    own: Extent | None,
) -> Extent:
    """The room that the other tables' rows leave: those of tables printed before it and after it."""
    start, end = document.part or (0, len(document.text))
    order = list(readings)
    for other, reading in readings.items():
        extent = rows_extent(lines, reading)
        if other == table_id or extent is None:
            continue
        earlier = extent[0] < own[0] if own else order.index(other) < order.index(table_id)
        if earlier:
            start = max(start, extent[1])
        else:
            end = min(end, extent[0])
    # A table among another's rows has no room of its own.
    return (start, end) if own is None or start <= own[0] < own[1] <= end else own


def _end(text: Sequence[Line], marks: Sequence[_Mark], table: Table, start: int, end: int) -> int:
    """Where the section ends that goes on at `start`."""
    titles = (one.position for one in marks if one.position >= start)
    headings = (line.start for line in text if line.start >= start and _opens_section(line.text, table))
    return min((*titles, *headings), default=end)


def _titled(text: str, tables: Mapping[str, Table]) -> str | None:
    """The table whose title the line is, or was before it lost characters."""
    printed = normalise(text)
    if not printed or len(printed) > _LONGEST_TITLE:
        return None
    scores = {name: _likeness(printed, table) for name, table in tables.items()}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] >= _LIKE else None


def _likeness(printed: str, table: Table) -> float:
    if normalise(table.title) in printed:
        return 100.0
    return fuzz.ratio(normalise(table.section + table.title), printed)


def _opens_section(text: str, table: Table) -> bool:
    """Whether the line is a heading with a number before it, and no label of the table."""
    numbered = text.strip()[:1] in tuple("一二三四五六七八九十") and number_of_enumerator(text) is not None
    if not numbered or any(map(str.isdigit, text)) or len(normalise(text)) > _LONGEST_TITLE:
        return False
    labels = row_labels(table)
    return not (labels.similar(text) or labels.is_heading(text) or labels.is_fragment(text))


def _numbers(text: str, start: int, end: int) -> int:
    """How many numbers stand there outside of sentences."""
    return sum(
        is_number(word[0])
        for line in _lines(text, start, end)
        if not _SENTENCE.search(line.text)
        for word in _WORD.finditer(line.text)
    )


def _lines(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of [start, end)."""
    for part in _LINE_END.split(text[start:end]):
        yield Line(part, start)
        start += len(part) + 1


def pieces_in(document: Document, lines: Sequence[TableLine], extent: Extent) -> list[GridCell]:
    """What is printed there and may be a cell's content, in text order: cells, and numbers outside of any grid.

    Of a cell that holds a label, the numbers behind it.
    """
    within = [line for line in lines if line.cells and extent[0] <= line.cells[0].start < extent[1]]
    found: list[GridCell] = []
    taken = [extent[0]]
    for line in within:
        found += _numbers_in(document.text, taken[-1], line.cells[0].start)
        for cell in line.cells:
            if is_label_like(cell.raw):
                found += _numbers_in(document.text, cell.start, cell.end)
            elif cell.raw:
                found.append(cell)
        taken.append(max(taken[-1], line.cells[-1].end))
    found += _numbers_in(document.text, taken[-1], extent[1])
    return sorted({(cell.start, cell.end): cell for cell in found}.values(), key=lambda cell: cell.start)


def _numbers_in(text: str, start: int, end: int) -> Iterator[GridCell]:
    for word in _WORD.finditer(text, start, max(start, end)):
        if is_number(word[0]):
            yield cell_between(text, *word.span())
