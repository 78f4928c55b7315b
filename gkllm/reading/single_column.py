"""A table with one number a row: the numbers found beside the labels, whatever else stands there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean

from gkllm.documents.document import GridCell
from gkllm.reading.column_places import MEASURES, Ruler, clear, heaps_of
from gkllm.reading.columns import BLANK, Placement
from gkllm.reading.located import LocatedRow
from gkllm.reading.printed_columns import MIN_COUNTED, STEPS,  ChosenColumn, Printed, adds_up, choose_column, stands_elsewhere
from gkllm.reading.row_labels import is_label_like
from gkllm.reading.table_lines import TableLine

_SEVERAL = "several columns of numbers stand beside the labels, and nothing tells which is the form's"
_UNEQUAL = "the other columns printed beside the number do not add up to it"
_ELSEWHERE = "the number does not stand in the column of the others"
_RUNNING = "nothing but running numbers is printed beside the labels"
_MIN_FULL = 0.1
"""Share of the rows that are the fullest, a number torn in two aside."""
_MAX_SHORT = 0.25
"""Share of the rows without a number from which on a blank cell is taken for one."""
_LONGEST_RUNNING = 4
_MIN_TRIMMED = 2
_MAX_BLANK = 0.1
_LINES_ABOVE = 8
"""The headings are at most this many lines over the first row, a group's label included."""


def place_in_one_column(
    lines: Sequence[TableLine], rows: Sequence[LocatedRow]
) -> list[Placement]:
    """Placements for rows of one number each, all of one layout."""
    layout = rows[0].line.layout
    if layout == "sequential":
        printed, headings = _by_count(rows), {}
        if sum(row is None for row in printed) > _MIN_FULL * len(rows) and _running(lines, rows):
            return [Placement((found.values[0] if found.values else BLANK,), _SEVERAL) for found in rows]
    elif layout == "fixed_width":
        printed, headings = _by_place(lines, rows)
    elif layout == "lattice" and all(cell.left < cell.right for found in rows for cell in found.values):
        printed, headings = _by_column(lines, rows)
    else:
        printed, headings = _by_order(lines, rows)
    chosen = choose_column([row for row in printed if row is not None], headings, rows[0].columns[0][1])
    if chosen is None:
        doubt = _RUNNING if any(cell.raw for found in rows for cell in found.values) else None
        return [Placement((BLANK,), doubt if found.values else None) for found in rows]
    return [_placement(found, row, chosen) for found, row in zip(rows, printed, strict=True)]


def _placement(found: LocatedRow, printed: Printed | None, chosen: ChosenColumn) -> Placement:
    """The row's number in the chosen column. `printed` is null where its cells stand unlike the others'."""
    if printed is None:
        filled = [cell for cell in found.values if cell.raw]
        if chosen.alone and len(filled) < 2:
            return Placement((filled[0] if filled else BLANK,))
        return Placement((filled[0] if filled else BLANK,), _ELSEWHERE)
    cell = printed.get(chosen.column, BLANK)
    if not chosen.sure:
        return Placement((cell,), _SEVERAL)
    if stands_elsewhere(printed, chosen):
        return Placement((cell,), _ELSEWHERE)
    if not adds_up(printed, chosen):
        return Placement((cell,), _UNEQUAL)
    return Placement((cell,))


def _by_order(
    lines: Sequence[TableLine], rows: Sequence[LocatedRow]
) -> tuple[list[Printed | None], dict[int, str]]:
    """Cells by their index in the row, headings by theirs, where rows and headings have the same number of cells."""
    lengths = Counter(len(found.line.row.cells) for found in rows)
    full = max(length for length, seen in lengths.items() if seen > 1 or len(rows) == 1 or len(lengths) == len(rows))
    trims = _trims(rows, full)
    width = full if trims else lengths.most_common(1)[0][0]
    label = Counter(map(_label_index, rows)).most_common(1)[0][0]
    printed: list[Printed | None] = []
    for found in rows:
        length = len(found.line.row.cells)
        index = {id(cell): position for position, cell in enumerate(found.line.row.cells)}
        same = length == width or (trims and length < width and _label_index(found) == label)
        printed.append({index[id(cell)]: cell for cell in found.values} if same else None)
    headings: dict[int, str] = {}
    for line in _above(lines, rows[0]):
        if len(line.row.cells) == width:
            for position, cell in enumerate(line.row.cells):
                if is_label_like(cell.raw):
                    headings.setdefault(position, cell.raw)
    return printed, headings


def _trims(rows: Sequence[LocatedRow], length: int) -> bool:
    """Whether the file leaves out blank cells at the ends of its lines: some are short, and hardly one ends in a blank."""
    short = sum(len(found.line.row.cells) < length for found in rows)
    blank = sum(len(found.line.row.cells) == length and not found.line.row.cells[-1].raw for found in rows)
    return short >= _MIN_TRIMMED and blank <= _MAX_BLANK * short


def _label_index(found: LocatedRow) -> int:
    """The index of the row's label among the cells of its line."""
    label = found.line.cells[found.values_from - 1] if found.values_from else None
    return next((index for index, cell in enumerate(found.line.row.cells) if cell is label), -1)


def _by_count(rows: Sequence[LocatedRow]) -> list[Printed | None]:
    """Cells of a text in which blank ones leave nothing behind: a row is whole if it has as many as the fullest."""
    counts = Counter(len(found.values) for found in rows)
    width = max((n for n, seen in counts.items() if n and seen >= _MIN_FULL * len(rows)), default=1)
    whole = (width, 0) if counts[0] > _MAX_SHORT * len(rows) else (width,)
    return [dict(enumerate(found.values)) if len(found.values) in whole else None for found in rows]


def _running(lines: Sequence[TableLine], rows: Sequence[LocatedRow]) -> bool:
    """Whether numbers that count the rows are strewn among the others, so that none can be told by its place."""
    chains: dict[int, int] = {}
    for line in lines[rows[0].line.index : rows[-1].line.index + 1]:
        for cell in line.cells:
            if cell.raw.isdecimal() and len(cell.raw) < _LONGEST_RUNNING:
                number = int(cell.raw)
                chains[number] = 1 + max(chains.get(number - step, 0) for step in STEPS)
    return max(chains.values(), default=0) >= max(MIN_COUNTED, len(rows) // 2)


def _above(lines: Sequence[TableLine], first: LocatedRow) -> list[TableLine]:
    """The lines over the first row that may hold headings, the innermost first."""
    start = first.first_line
    above = lines[max(0, start - _LINES_ABOVE) : start]
    return [line for line in reversed(above) if line.row.page == first.line.row.page]


def _by_column(
    lines: Sequence[TableLine], rows: Sequence[LocatedRow]
) -> tuple[list[Printed | None], dict[int, str]]:
    """Cells of a real table by the first of its columns that they cover; headings are over all that they cover."""
    printed: list[Printed | None] = [{cell.left: cell for cell in found.values} for found in rows]
    headings: dict[int, str] = {}
    grid = rows[0].line.grid
    for line in _above(lines, rows[0]):
        for cell in line.row.cells if line.grid == grid else ():
            for column in range(cell.left, cell.right) if is_label_like(cell.raw) else ():
                headings.setdefault(column, cell.raw)
    return printed, headings


def _by_place(
    lines: Sequence[TableLine], rows: Sequence[LocatedRow]
) -> tuple[list[Printed | None], dict[int, str]]:
    """Cells of layout text by the column that their place on the line is in."""
    pages: dict[int, list[LocatedRow]] = {}
    for found in rows:
        pages.setdefault(found.line.row.page, []).append(found)
    whole = _places(rows)
    own = {page: _places(group) for page, group in pages.items()}
    count = max(len(places.marks) for places in own.values())
    shifted = len(whole.marks) > count
    printed = [_over(found, own[found.line.row.page] if shifted else whole, count) for found in rows]
    ruler = own[rows[0].line.row.page] if shifted else whole
    headings: dict[int, str] = {}
    for line in _above(lines, rows[0]) if len(ruler.marks) > 1 else ():
        for cell in line.cells:
            column, unclear = ruler.nearest(cell)
            if is_label_like(cell.raw) and clear(unclear):
                headings.setdefault(column, cell.raw)
    return printed, headings


def _places(rows: Sequence[LocatedRow]) -> Ruler:
    """Where the numbers of these lines stand in heaps, measured at the edge at which no line has two in one, the heaps are
    fewest and closest together.
    """
    cells = [cell for found in rows for cell in found.values]

    def cost(ruler: Ruler) -> tuple[int, int, float]:
        places = [[ruler.nearest(cell)[0] for cell in found.values] for found in rows]
        shared = sum(len(set(columns)) < len(columns) for columns in places)
        return shared, len(ruler.marks), ruler.misfit([[cell] for cell in cells])

    rulers = [
        Ruler(tuple(map(fmean, heaps_of(cells, edge))), edge) for edges in MEASURES for edge in edges
    ]
    return min(rulers, key=cost)


def _over(found: LocatedRow, ruler: Ruler, count: int) -> Printed | None:
    """A line's numbers by column; null where two stand in one, or the page does not show every column."""
    columns = [ruler.nearest(cell)[0] for cell in found.values]
    if len(set(columns)) < len(columns) or len(ruler.marks) < count:
        return None
    return dict(zip(columns, found.values, strict=True))
