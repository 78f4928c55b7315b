"""Whether the words of a layout text that stand a space apart are cells of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.table_lines import TableLine

_MOSTLY = 0.8
"""Share of a group's rows that have a word for each column, before a space stands between two of them: numbers torn in
two are few, and seldom in a row that lacks another."""
_MIN_ROWS = 3


def in_words(located: LocatedTable) -> LocatedTable:
    """The table, each word of a row a cell of its own where nearly all rows under the same headings have just as many
    words as columns, and hardly any has as many cells.
    """
    apart = {
        found.line.index: _in_words(found) for group in located.groups() for found in _run_together(group)
    }
    if not apart:
        return located
    return replace(located, rows=tuple(apart.get(found.line.index, found) for found in located.rows))


def _run_together(group: Sequence[LocatedRow]) -> Sequence[LocatedRow]:
    """The group's rows if their numbers are a mere space apart, else none."""
    rows = [found for found in group if found.line.layout == "fixed_width" and found.values]
    if len(rows) < _MIN_ROWS or not any(" " in cell.raw for found in rows for cell in found.values):
        return ()
    width = group[0].width
    words = [len(list(_words(found))) for found in rows]
    whole = words.count(width) - sum(len(found.values) == width for found in rows)
    return rows if max(words) == width and whole >= _MOSTLY * len(rows) else ()


def _words(found: LocatedRow) -> Iterator[GridCell]:
    for cell in found.values:
        yield from words_of(cell)


def _in_words(found: LocatedRow) -> LocatedRow:
    line = found.line
    cells = (*line.cells[: found.values_from], *_words(found))
    return replace(
        found, line=TableLine(line.index, line.layout, replace(line.row, cells=cells), line.grid, line.unit)
    )
