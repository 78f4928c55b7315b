"""A table whose numbers all stand on one line, under headings that no label precedes."""

from collections.abc import Sequence

from gkllm.form import Table
from gkllm.reading.columns import Placement, ValueLine, place_by_order
from gkllm.reading.gaps import place_by_ruler
from gkllm.reading.headings import heading_ruler
from gkllm.reading.labels import normalise
from gkllm.reading.lines import TableLine
from gkllm.reading.placed import PlacedCell, TableReading

_LINES_ABOVE = 16
_MIN_HEADINGS = 3
"""This many headings of the table must stand over a line before the line is taken for its numbers."""
_SURE_HEADINGS = 5


def read_single_row(lines: Sequence[TableLine], table: Table) -> TableReading | None:
    """The table's one line of numbers; null where no line has them."""
    labels = [column.label for row in table.rows for column in row.columns]
    best: tuple[float, TableLine, int] | None = None
    for line in lines:
        width = _values(line)
        if not _could_be(line, width, len(labels)):
            continue
        headings = _headings_above(lines, line.index, table)
        exact = width == len(labels)
        if headings < _MIN_HEADINGS:
            continue
        score = min(headings, _SURE_HEADINGS) + (3 if exact else 0) + (1 if line.has_values else 0)
        if best is None or score > best[0]:
            best = (score, line, headings)
    if best is None:
        return None
    _, line, headings = best
    entry = ValueLine(line, line.label_end, len(labels))
    if line.layout == "aligned":
        placement = place_by_ruler([entry], heading_ruler(lines, line.index, labels))[0]
    else:
        placement = place_by_order([entry])[0]
    return _reading(table, line, placement, min(1.0, headings / _SURE_HEADINGS))


def _values(line: TableLine) -> int:
    return len(line.values)


def _could_be(line: TableLine, width: int, wanted: int) -> bool:
    if line.layout == "aligned":
        return line.label_end == 0 and 0 < width <= wanted and line.has_values
    return line.label_end <= 1 and wanted - 3 <= width <= wanted + 3


def _headings_above(lines: Sequence[TableLine], index: int, table: Table) -> int:
    """How many of the table's headings, a group's or a column's, stand on the lines above."""
    wanted = {normalise(label) for row in table.rows for label in (row.label, *(c.label for c in row.columns))}
    text = "".join(normalise(cell.raw) for line in lines[max(0, index - _LINES_ABOVE) : index] for cell in line.cells)
    whole = sum(heading in text for heading in wanted)
    parts = sum(heading[:2] in text and heading[2:] in text for heading in wanted)
    return max(whole, parts - 1)


def _reading(table: Table, line: TableLine, placement: Placement, score: float) -> TableReading:
    doubts = (placement.doubt,) if placement.doubt else ()
    ids = table.cell_ids()
    cells = {
        cell_id: PlacedCell(cell.raw, (cell.start, cell.end) if cell.raw else None, score, doubts)
        for cell_id, cell in zip(ids, placement.cells, strict=True)
    }
    row_lines = {row.id: line.index for row in table.rows}
    return TableReading(table, True, cells, (line.index, line.index), row_lines)
