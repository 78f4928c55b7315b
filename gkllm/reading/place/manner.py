"""What holds for a whole document about how it sets cells apart, learned from the numbers of all its tables."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.reading.place.page_rulers import row_rulers
from gkllm.reading.place.ruler import Ruler
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine

_MIN_ROWS = 3
_MIN_TELLING = 2
"""Labels of so many lengths tell whether numbers stand under one another or behind their labels."""
_LINES_ABOVE = 6
_ALIKE = 0.8
"""Share of gaps that are one and the same, between a label and its first number too, however long the label is: then a
gap stands between cells as a separator does, and a place on the line is no column. Also the share of rows with a word
for each column, before a space stands between two of them: numbers torn in two are few."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a document sets its cells apart.

    `rulers` are those of its layout text by row, null where places on a line tell no columns. `careless` where some row
    has one cell too many: then a row with the right number may lack one and have another torn. `vanishing` where rows
    have too few: not every blank cell leaves something behind, and what seems a blank one may be the end of a line.
    `unrepeated` where lines that repeat others were left out: then a row that seems blank may have held what
    others do.
    """

    rulers: Mapping[tuple[str, int], Ruler | None] | None
    careless: bool
    vanishing: bool
    unrepeated: bool


def manner_of(lines: Sequence[TableLine], tables: Sequence[LocatedTable]) -> Manner:
    """The manner of a document whose tables were located."""
    rows = [row for table in tables for row in table.rows]
    careless = any(len(row.values) == row.width + 1 for row in rows if row.line.layout == "sequential")
    vanishing = sum(0 < len(row.values) < row.width for row in rows) >= _MIN_ROWS
    unrepeated = any(_is_unrepeated(lines, list(table.groups())) for table in tables)
    spaced = [
        found
        for table in tables
        for group in table.groups()
        if (found := [row for row in group if row.line.layout == "fixed_width"])
    ]
    rows_spaced = [row for group in spaced for row in group]
    placeless = spaced and (_is_separated(lines, rows_spaced) or _labels_among_numbers(spaced))
    return Manner(None if placeless else row_rulers(lines, spaced), careless, vanishing, unrepeated)


def _is_unrepeated(lines: Sequence[TableLine], groups: Sequence[Sequence[LocatedRow]]) -> bool:
    """Whether headings that the form has over several groups of rows are printed over one of them alone, though
    something stands between those rows: over rows line by line they may be printed once.
    """
    first = groups[0][0].first_line
    below = lines[max(0, first - _LINES_ABOVE) : groups[-1][-1].last_line]
    printed = "".join(normalise(cell.raw) for line in below for cell in line.cells)
    alike: dict[tuple[str, ...], list[LocatedRow]] = {}
    for group in groups:
        alike.setdefault(group[0].headings, []).extend(group)
    return any(
        len({found.rows[0].headed_by for found in rows}) > 1
        and all(printed.count(normalise(heading)) == 1 for heading in headings)
        and rows[-1].line.index - rows[0].line.index >= len(rows)
        for headings, rows in alike.items()
    )


def _is_separated(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> bool:
    """Whether cells follow one another by one gap, and not under one another.

    Where few rows can tell, the headings over them must too.
    """
    begun = [row for row in rows if row.values_from and row.values and row.line.layout == "fixed_width"]
    first = [row.values[0].left - row.line.cells[row.values_from - 1].right for row in begun]
    apart = [gap for row in rows for gap in _gaps(row.values)]
    if len({row.values[0].left for row in begun}) < _MIN_ROWS:
        heads = [gap for line in _above(lines, rows) for gap in _gaps(_words(line.cells))]
        if not heads or not first + apart:
            return False
        apart += heads
    [(gap, _)] = Counter(first + apart).most_common(1)
    return first.count(gap) >= _ALIKE * len(first) and apart.count(gap) >= _ALIKE * len(apart)


def _labels_among_numbers(groups: Sequence[Sequence[LocatedRow]]) -> bool:
    """Whether rows' numbers begin left of where the labels of others under the same headings end, in most groups that
    can tell: columns leave the labels' place free, however wide characters are counted.
    """
    among = beside = 0
    for group in groups:
        for page in {found.line.row.page for found in group}:
            rows = [
                (found.line.cells[found.values_from - 1], found.values[0])
                for found in group
                if found.line.row.page == page and found.values_from and found.values
            ]
            rows = [(label, first) for label, first in rows if label.end <= first.start]
            if len({label.right for label, _ in rows}) < _MIN_TELLING:
                continue
            chars = min(first.left for _, first in rows) < max(label.right for label, _ in rows)
            wide = min(first.wide_left for _, first in rows) < max(label.wide_right for label, _ in rows)
            among += chars and wide
            beside += not (chars and wide)
    return among > beside


def _above(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> list[TableLine]:
    """The lines without numbers over rows that stand under such a line."""
    tops = {row.line.index for row in rows if not lines[row.line.index - 1].has_values}
    above = [line for top in sorted(tops) for line in lines[max(0, top - _LINES_ABOVE) : top]]
    return [line for line in above if not line.has_values]


def _words(cells: Iterable[GridCell]) -> list[GridCell]:
    return [word for cell in cells for word in words_of(cell)]


def _gaps(cells: Sequence[GridCell]) -> list[int]:
    return [after.left - before.right for before, after in pairwise(cells)]


def in_words(located: LocatedTable) -> LocatedTable:
    """The table, each word of a row a cell of its own where nearly all rows under the same headings have just as many
    words as columns, and hardly any has as many cells.
    """
    apart = {
        found.line.index: _in_words(found) for group in located.groups() for found in _run_together(group)
    }
    return replace(located, rows=tuple(apart.get(found.line.index, found) for found in located.rows))


def _run_together(group: Sequence[LocatedRow]) -> Sequence[LocatedRow]:
    """The group's rows if their numbers are a mere space apart, else none."""
    rows = [found for found in group if found.line.layout == "fixed_width" and found.values]
    if len(rows) < _MIN_ROWS:
        return ()
    width = group[0].width
    words = [len(_words(found.values)) for found in rows]
    whole = words.count(width) - sum(len(found.values) == width for found in rows)
    return rows if max(words) == width and whole >= _ALIKE * len(rows) else ()


def _in_words(found: LocatedRow) -> LocatedRow:
    cells = (*found.line.cells[: found.values_from], *_words(found.values))
    return replace(found, line=replace(found.line, row=replace(found.line.row, cells=cells)))
