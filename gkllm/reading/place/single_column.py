"""A table with one number a row: the numbers found beside the labels, whatever else stands there."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from gkllm.documents.document import GridCell
from gkllm.documents.values import is_label_like
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import BLANK, Placement
from gkllm.reading.place.printed_columns import (
    ChosenColumn,
    Printed,
    adds_up,
    choose_column,
    is_strewn_with_counting,
    stands_elsewhere,
)
from gkllm.reading.place.ruler import MEASURES, Ruler, clear, heaps_of
from gkllm.reading.placed import LocatedRow
from gkllm.reading.table_lines import TableLine

_MIN_FULL = 0.1
"""Share of the rows that must print the most numbers: fewer may be numbers torn in two."""
_MAX_SHORT = 0.25
"""Where a blank cell leaves nothing behind, more rows than this without a number are taken for blank ones; of fewer the
number may be lost."""
_MIN_TRIMMED = 2
_MAX_BLANK_ENDS = 0.1
"""A file that leaves out blank cells at the ends of its lines has short lines, and full ones hardly end in a blank."""
_LINES_ABOVE = 8
"""The headings are at most this many lines over the first row, a group's label included."""

_Table = tuple[list[Printed | None], dict[int, str]]
"""Every row's cells by printed column, null where they stand unlike the others'; and the innermost headings."""


def place_in_one_column(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> list[Placement]:
    """Placements for rows of one number each, all of one layout."""
    layout = rows[0].line.layout
    if layout == "sequential":
        printed, headings = _by_count(lines, rows)
    elif layout == "fixed_width":
        printed, headings = _by_place(lines, rows)
    elif layout == "lattice" and all(cell.left < cell.right for found in rows for cell in found.values):
        printed, headings = _by_column(lines, rows)
    else:
        printed, headings = _by_order(lines, rows)
    chosen = choose_column([row for row in printed if row is not None], headings, rows[0].columns[0][1])
    return [_placement(found, row, chosen) for found, row in zip(rows, printed, strict=True)]


def _placement(found: LocatedRow, printed: Printed | None, chosen: ChosenColumn | None) -> Placement:
    """The row's number in the chosen column."""
    filled = [cell for cell in found.values if cell.raw]
    if chosen is None:
        return Placement((BLANK,), Doubt(DoubtKind.RUNNING_NUMBERS) if filled else None)
    if printed is None:
        only = filled[0] if filled else BLANK
        sure = chosen.alone and len(filled) < 2
        return Placement((only,), None if sure else Doubt(DoubtKind.OFF_COLUMN))
    cell = printed.get(chosen.column, BLANK)
    doubt: DoubtKind | None = None
    if not chosen.sure:
        doubt = DoubtKind.SEVERAL_COLUMNS
    elif stands_elsewhere(printed, chosen):
        doubt = DoubtKind.OFF_COLUMN
    elif not adds_up(printed, chosen):
        doubt = DoubtKind.PARTS_UNEQUAL
    return Placement((cell,), Doubt(doubt) if doubt else None)


def _by_order(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> _Table:
    """Cells by their index in the row, headings by theirs, where rows and headings have the same number of cells."""
    lengths = Counter(len(found.line.row.cells) for found in rows)
    width, _ = lengths.most_common(1)[0]
    full = max(length for length, seen in lengths.items() if seen >= min(2, lengths[width]))
    trims = _trims(rows, full)
    width = full if trims else width
    label, _ = Counter(map(_label_index, rows)).most_common(1)[0]
    printed: list[Printed | None] = []
    for found in rows:
        length = len(found.line.row.cells)
        index = {id(cell): position for position, cell in enumerate(found.line.row.cells)}
        regular = length == width or (trims and length < width and _label_index(found) == label)
        printed.append({index[id(cell)]: cell for cell in found.values} if regular else None)
    headings: dict[int, str] = {}
    for line in _above(lines, rows[0]):
        for position, cell in enumerate(line.row.cells if len(line.row.cells) == width else ()):
            if is_label_like(cell.raw):
                headings.setdefault(position, cell.raw)
    return printed, headings


def _trims(rows: Sequence[LocatedRow], full: int) -> bool:
    """Whether the file leaves out blank cells at the ends of its lines."""
    short = sum(len(found.line.row.cells) < full for found in rows)
    blank = sum(len(found.line.row.cells) == full and not found.line.row.cells[-1].raw for found in rows)
    return short >= _MIN_TRIMMED and blank <= _MAX_BLANK_ENDS * short


def _label_index(found: LocatedRow) -> int:
    """The index of the row's label among the cells of its line; -1 where it stands on another line."""
    label = found.line.cells[found.values_from - 1] if found.values_from else None
    return next((index for index, cell in enumerate(found.line.row.cells) if cell is label), -1)


def _by_count(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> _Table:
    """Cells of a text in which blank ones leave nothing behind: a row is whole if it has as many as the fullest.

    Where many are not whole, and numbers that count the rows stand among the others, none of them can be told.
    """
    counts = Counter(len(found.values) for found in rows)
    width = max((n for n, seen in counts.items() if n and seen >= _MIN_FULL * len(rows)), default=1)
    whole = (width, 0) if counts[0] > _MAX_SHORT * len(rows) else (width,)
    printed = [dict(enumerate(found.values)) if len(found.values) in whole else None for found in rows]
    region = lines[rows[0].line.index : rows[-1].line.index + 1]
    if printed.count(None) > _MIN_FULL * len(rows) and is_strewn_with_counting(region, len(rows)):
        return [None] * len(rows), {}
    return list(printed), {}


def _above(lines: Sequence[TableLine], first: LocatedRow) -> list[TableLine]:
    """The lines over the first row that may hold headings, the innermost first."""
    above = lines[max(0, first.first_line - _LINES_ABOVE) : first.first_line]
    return [line for line in reversed(above) if line.row.page == first.line.row.page]


def _by_column(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> _Table:
    """Cells of a real table by the first of its columns that they cover; headings are over all that they cover."""
    headings: dict[int, str] = {}
    for line in _above(lines, rows[0]):
        for cell in line.row.cells if line.grid == rows[0].line.grid else ():
            for column in range(cell.left, cell.right) if is_label_like(cell.raw) else ():
                headings.setdefault(column, cell.raw)
    return [{cell.left: cell for cell in found.values} for found in rows], headings


def _by_place(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> _Table:
    """Cells of layout text by the column that their place on the line is in."""
    pages: dict[int, list[LocatedRow]] = {}
    for found in rows:
        pages.setdefault(found.line.row.page, []).append(found)
    whole = _places(rows)
    own = {page: _places(group) for page, group in pages.items()}
    count = max(len(places.marks) for places in own.values())
    shifted = len(whole.marks) > count
    rulers = own if shifted else dict.fromkeys(pages, whole)
    printed = [_over(found, rulers[found.line.row.page], count) for found in rows]
    ruler = rulers[rows[0].line.row.page]
    headings: dict[int, str] = {}
    for line in _above(lines, rows[0]) if len(ruler.marks) > 1 else ():
        for cell in line.cells:
            column, unclear = ruler.nearest(cell)
            if is_label_like(cell.raw) and clear(unclear):
                headings.setdefault(column, cell.raw)
    return printed, headings


def _places(rows: Sequence[LocatedRow]) -> Ruler:
    """Where the numbers of these lines stand in heaps, measured at the edge at which no line has two of them in one and
    the heaps are fewest and closest together.
    """
    cells = [cell for found in rows for cell in found.values]

    def cost(ruler: Ruler) -> tuple[int, int, float]:
        places = [[ruler.nearest(cell)[0] for cell in found.values] for found in rows]
        shared = sum(len(set(columns)) < len(columns) for columns in places)
        return shared, len(ruler.marks), ruler.misfit([[cell] for cell in cells])

    edges = [edge for measure in MEASURES for edge in measure]
    return min((Ruler(tuple(map(fmean, heaps_of(cells, edge))), edge) for edge in edges), key=cost)


def _over(found: LocatedRow, ruler: Ruler, count: int) -> Printed | None:
    """A line's numbers by column; null where two stand in one, or the page does not show every column."""
    cells: dict[int, GridCell] = {ruler.nearest(cell)[0]: cell for cell in found.values}
    return cells if len(cells) == len(found.values) and len(ruler.marks) >= count else None
