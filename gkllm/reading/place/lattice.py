"""Cells of real tables put into columns: their own columns decide where counting them does not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from gkllm.documents.document import GridCell, GridRow
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import BLANK, Placement, padded
from gkllm.reading.placed import LocatedRow
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine

Columns = tuple[tuple[int, int], ...]
"""The table's columns that each number of a row covers, half-open, from the left."""

_MERGED_DOWN = Doubt(DoubtKind.MERGED_DOWN)
_MERGED_ACROSS = Doubt(DoubtKind.MERGED_ACROSS)
_LINES_ABOVE = 8
"""The form's headings are at most this many rows high, a title row and a note included."""
_ELSEWHERE = Doubt(DoubtKind.OFF_COLUMN)


def place_by_columns(lines: Sequence[TableLine], group: Sequence[LocatedRow]) -> list[Placement]:
    """Placements for rows under the same headings.

    A row with just the form's number of cells after its label is read in order. Any other row is laid over the
    columns of its table: those of the headings, else those that the rows with that number have; where neither is
    known it is read in order too, and marked.
    """
    rows = _headings_above(lines, group[0])
    above = sorted((cell for row in rows for cell in row.cells if cell.right), key=lambda cell: cell.left)
    headed = _headed_columns(above, group[0].headings)
    grids = {found.line.grid for found in group}
    columns = {grid: _columns([found for found in group if found.line.grid == grid]) for grid in grids}
    if headed is not None and columns[group[0].line.grid] is None:
        columns[group[0].line.grid] = headed
    edge = max((cell.right for cell in above), default=0)
    edges = dict.fromkeys(grids, 0) | {group[0].line.grid: edge}
    return [_place(found, columns[found.line.grid], edges[found.line.grid]) for found in group]


def _headings_above(lines: Sequence[TableLine], first: LocatedRow) -> list[GridRow]:
    """The rows over a group's first row, up to the rows of another group, the lowest first."""
    above: list[GridRow] = []
    for line in reversed(lines[max(0, first.line.index - _LINES_ABOVE) : first.line.index]):
        if line.grid != first.line.grid or line.has_values:
            break
        above.append(line.row)
    return above


def _headed_columns(above: Sequence[GridCell], headings: Sequence[str]) -> Columns | None:
    """The columns that the headings stand over, if each is printed once for each time the form has it, in order."""
    wanted = [normalise(heading) for heading in headings]
    printed = [cell for cell in above if normalise(cell.raw) in wanted]
    if [normalise(cell.raw) for cell in printed] != wanted:
        return None
    columns = tuple((cell.left, cell.right) for cell in printed)
    return columns if all(left[1] <= right[0] for left, right in pairwise(columns)) else None


def _columns(rows: Sequence[LocatedRow]) -> Columns | None:
    """The columns that most complete rows agree on."""
    seen = Counter(
        tuple((cell.left, cell.right) for cell in found.values)
        for found in rows
        if len(found.values) == found.width
    )
    return seen.most_common(1)[0][0] if seen else None


def _place(found: LocatedRow, columns: Columns | None, edge: int) -> Placement:
    """The row's placement. `edge` is the column after the last of the table's header, 0 where it is not known."""
    values = found.values
    if len(values) == found.width:
        moved = columns is not None and not _same_up_to_shift(values, columns)
        return Placement(tuple(values), _ELSEWHERE if moved else None)
    if columns is not None:
        return _over(found, columns, edge)
    return _counted(found)


def _same_up_to_shift(values: Sequence[GridCell], columns: Columns) -> bool:
    """Whether the cells are as wide and as far apart as the columns: a label may span too little or too much.

    A blank first cell of a row that has shifted may be a part of the label.
    """
    shift = values[0].left - columns[0][0]
    if shift and not values[0].raw and any(cell.raw for cell in values):
        return False
    return all(
        (cell.left - shift, cell.right - shift) == column
        for cell, column in zip(values[:-1], columns[:-1], strict=True)
    )


def _over(found: LocatedRow, columns: Columns, edge: int) -> Placement:
    """The row's cells laid over known columns; what lies beside them must be blank.

    In a row that is longer than the table a blank cell was put in by mistake, and none tells which.
    """
    over = [_lying(found.values, column) for column in columns]
    cells: list[GridCell] = []
    doubts: list[Doubt] = []
    for column, lying in zip(columns, over, strict=True):
        cell, doubt = _held(found, column, lying)
        if cell.raw and doubt is None and any(cell is before for before in cells):
            cell, doubt = replace(BLANK, doubt=_MERGED_ACROSS), _MERGED_ACROSS
        cells.append(cell)
        doubts += [doubt] if doubt else []
    if _runs_over(found, columns, edge, cells):
        doubts.append(_ELSEWHERE)
    return Placement(tuple(cells), doubts[-1] if doubts else None)


def _lying(values: Sequence[GridCell], column: tuple[int, int]) -> list[GridCell]:
    return [cell for cell in values if cell.left < column[1] and column[0] < cell.right]


def _held(
    found: LocatedRow, column: tuple[int, int], lying: Sequence[GridCell]
) -> tuple[GridCell, Doubt | None]:
    """The cell that a column holds, of those lying over it, and why the row may be read wrong for it."""
    printed = [cell for cell in lying if cell.raw]
    if lying:
        return (printed or lying)[0], _ELSEWHERE if len(printed) > 1 else None
    reached = any(start < column[1] and column[0] < end for start, end in found.line.row.covered)
    return (replace(BLANK, doubt=_MERGED_DOWN), None) if reached else (BLANK, _ELSEWHERE)


def _runs_over(found: LocatedRow, columns: Columns, edge: int, cells: Sequence[GridCell]) -> bool:
    """Whether something is printed beside the columns, or the row is longer than the table and part of it is blank."""
    first, last = columns[0][0], columns[-1][1]
    beside = any(cell.raw and (cell.right <= first or last <= cell.left) for cell in found.values)
    longer = bool(edge and found.values) and found.values[-1].right > edge
    return beside or (longer and len({bool(cell.raw) for cell in cells}) > 1)


def _counted(found: LocatedRow) -> Placement:
    """A row whose columns are unknown, read from its label on; a number in it may stand anywhere. Merged cells may
    repeat the one number.
    """
    values = found.values
    blank = values and not any(cell.raw for cell in values)
    return Placement(padded(values, found.width), None if found.is_merged or blank else found.miscounted)
