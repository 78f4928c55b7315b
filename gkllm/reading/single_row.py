"""A table whose numbers all stand on one line, under headings that no label precedes; or on a line for each row."""

import re
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from gkllm.form import Table
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine

_LINES_ABOVE = 16
_MIN_HEADINGS = 3
"""This many headings of the table must stand over a line before the line is taken for its numbers."""
_SURE_HEADINGS = 5
_EXACT_WIDTH = 3
_BLANK_WIDTH = 0.5
"""A line with just the form's number of cells outweighs this many headings; where all are blank, fewer: files have
rows that only set widths."""
_SURPLUS = 3
"""Merged cells add at most this many to a line, or trimming takes away from it, before it is another table's."""
_PART = re.compile(r"[\n\t|]|\s{2,}")


def locate_single_row(text: str, lines: Sequence[TableLine], table: Table) -> LocatedTable | None:
    """The table's one line of numbers in the text, else its lines one under another; null where no lines have them."""
    whole = _one_line(lines, table)
    if whole is not None and len(whole.rows[0].values) >= whole.rows[0].width:
        return whole
    return _stacked(text, lines, table) or whole


def _stacked(text: str, lines: Sequence[TableLine], table: Table) -> LocatedTable | None:
    """The first lines of numbers without a label under the headings, if there is just one for each of the rows: in the
    form's order, or each under its row's own label.
    """
    found: list[TableLine] = []
    for line in lines:
        narrow = all(abs(len(line.values) - len(row.columns)) <= _SURPLUS for row in table.rows)
        if not any(cell.raw for cell in line.values):
            continue
        if (
            not line.label_end
            and narrow
            and (found or _headings_above(lines, line.index, table) >= _MIN_HEADINGS)
        ):
            found.append(line)
        elif found:
            break
    if len(found) != len(table.rows):
        return None
    order = _rows_over(text, found, table)
    if order is None:
        return None
    return LocatedTable(
        table,
        tuple(
            LocatedRow((table.rows[number],), line, 0, 1.0, 0.0, line.index, line.index)
            for number, line in sorted(zip(order, found, strict=True), key=itemgetter(0))
        ),
    )


def _rows_over(text: str, found: Sequence[TableLine], table: Table) -> Sequence[int] | None:
    """The row of each line: in the form's order, unless the labels over the lines tell another; null where they tell
    none.
    """
    ends = [0, *(line.cells[-1].end for line in found)]
    named = [
        _rows_named(text[end : line.cells[0].start], table) for end, line in zip(ends, found, strict=False)
    ]
    in_order = range(len(found))
    if all(not rows or number in rows for number, rows in enumerate(named)):
        return in_order
    told = [rows[0] for rows in named if len(rows) == 1]
    return told if sorted(told) == list(in_order) else None


def _rows_named(text: str, table: Table) -> list[int]:
    """The numbers of the rows whose label a line or a cell of the text is, or ends with, as behind its group's."""
    parts = [normalise(part) for part in _PART.split(text)]
    labels = [normalise(row.label) for row in table.rows]
    return [number for number, label in enumerate(labels) if any(part.endswith(label) for part in parts)]


def _one_line(lines: Sequence[TableLine], table: Table) -> LocatedTable | None:
    width = len(table.cell_ids())
    found: list[tuple[float, TableLine, int]] = []
    for line in lines:
        if not _could_be(line, width):
            continue
        headings = _headings_above(lines, line.index, table)
        exact = (_EXACT_WIDTH if line.has_values else _BLANK_WIDTH) * (len(line.values) == width)
        score = min(headings, _SURE_HEADINGS) + exact + line.has_values
        if headings >= _MIN_HEADINGS:
            found.append((score, line, headings))
    if not found:
        return None
    _, line, headings = max(found, key=itemgetter(0))
    likeness = min(1.0, headings / _SURE_HEADINGS)
    # Where blank cells are gaps, any other line of numbers under the headings may as well be the table's.
    rivals = line.layout == "fixed_width" and len(found) > 1
    row = LocatedRow(
        table.rows, line, line.label_end, likeness, 0.0, line.index, line.index, beside_stray=rivals
    )
    others = [other for _, other, _ in found if other is not line]
    return LocatedTable(table, (row,), repeated=_is_repeated(lines, line, others, table))


def _is_repeated(
    lines: Sequence[TableLine], line: TableLine, others: Sequence[TableLine], table: Table
) -> bool:
    """Whether the table stands there more than once with other numbers: another line prints them, as many as the form
    has where blanks leave something behind; or the headings begin anew, over numbers of any count, or over none.
    """
    width, values = len(table.cell_ids()), [cell.raw for cell in line.values]
    same = 0
    for other in others:
        if [cell.raw for cell in other.values] == values:
            same += 1
        elif other.has_values and (other.layout in ("sequential", "stream") or len(other.values) == width):
            return True
    return _headings_begun(lines, table) > 1 + same


def _headings_begun(lines: Sequence[TableLine], table: Table) -> int:
    """How often the rows' labels, each a cell over its columns, stand there in the form's order from the first on."""
    order = {normalise(row.label): place for place, row in enumerate(table.rows)}
    printed = [
        order[label] for line in lines for cell in line.cells if (label := normalise(cell.raw)) in order
    ]
    return 1 + sum(after < before for before, after in pairwise(printed))


def _could_be(line: TableLine, width: int) -> bool:
    if line.layout == "fixed_width":
        return line.label_end == 0 and line.has_values and len(line.values) <= width
    surplus = len(line.values) - width
    if line.layout == "sequential":
        # Blank cells leave nothing behind.
        return line.label_end <= 1 and 1 < len(line.values) <= width + _SURPLUS
    if line.layout == "stream":
        # The blanks of merged headings stand before the first number, or those of the next row behind the last.
        printed = sum(1 for cell in line.values if cell.raw)
        return line.label_end <= 1 and surplus >= -_SURPLUS and 0 < printed <= width
    return line.label_end <= 1 and abs(surplus) <= _SURPLUS


def _headings_above(lines: Sequence[TableLine], index: int, table: Table) -> int:
    """How many of the table's headings, a group's or a column's, stand on the lines above, whole or stacked."""
    wanted = {
        normalise(label) for row in table.rows for label in (row.label, *(c.label for c in row.columns))
    }
    text = "".join(
        normalise(cell.raw) for line in lines[max(0, index - _LINES_ABOVE) : index] for cell in line.cells
    )
    whole = sum(heading in text for heading in wanted)
    stacked = sum(heading[:2] in text and heading[2:] in text for heading in wanted)
    return max(whole, stacked - 1)
