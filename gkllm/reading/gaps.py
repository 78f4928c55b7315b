"""Cells of layout text put into columns: a blank cell prints nothing, so its neighbours' places must tell."""

from collections.abc import Sequence

from gkllm.documents.document import GridCell
from gkllm.reading.columns import BLANK, Placement, ValueLine
from gkllm.reading.ruler import Ruler, clear, ruler_from_lines, words_of

_NO_RULER = "blank cells are gaps here, and nothing tells which columns the numbers stand in"
_UNCLEAR = "the number stands between two columns"
_OFFSET_MARGIN = 1.0
"""A page's columns are offset from another's by the shift that fits its numbers best, if the next best fits
worse by this many characters on average."""


def place_by_ruler(lines: Sequence[ValueLine], heading: Ruler | None) -> list[Placement]:
    """Placements for lines of one table that have the same number of columns.

    The ruler of a page comes from its own complete lines, else from another page's, shifted, else from the
    table's heading.
    """
    complete: dict[int, list[Sequence[GridCell]]] = {}
    for entry in lines:
        if len(entry.values) == entry.width:
            complete.setdefault(entry.line.row.page, []).append(entry.values)
    rulers = {page: ruler_from_lines(found) for page, found in complete.items()}
    placements: list[Placement] = []
    for entry in lines:
        page = entry.line.row.page
        if page not in rulers:
            here = [cell for other in lines if other.line.row.page == page for cell in other.values]
            rulers[page] = _borrowed([ruler for ruler in rulers.values() if ruler], here) or heading
        placements.append(_place(entry, rulers[page], len(complete.get(page, ()))))
    return placements


def _place(entry: ValueLine, ruler: Ruler | None, witnesses: int) -> Placement:
    values, width = entry.values, entry.width
    if not values:
        return Placement((BLANK,) * width)
    if len(values) == width and (ruler is None or witnesses < 2 or _agrees(values, ruler)):
        return Placement(tuple(values))
    if ruler is None:
        return _without_ruler(entry)
    columns: list[list[GridCell]] = [[] for _ in range(width)]
    doubt: str | None = None
    last = 0
    for cell in _separated(values, ruler):
        column, unclear = ruler.nearest(cell)
        if not clear(unclear) or column < last:
            doubt = _UNCLEAR
        last = max(last, column)
        columns[last].append(cell)
    return Placement(tuple(_merged(cells) for cells in columns), doubt)


def _agrees(values: Sequence[GridCell], ruler: Ruler) -> bool:
    """Whether no cell clearly stands in another column than its order says."""
    for index, cell in enumerate(values):
        column, unclear = ruler.nearest(cell)
        if column != index and clear(unclear):
            return False
    return True


def _without_ruler(entry: ValueLine) -> Placement:
    words = [word for cell in entry.values for word in words_of(cell)]
    if len(words) == entry.width:
        return Placement(tuple(words), _NO_RULER)
    cells = [*entry.values[: entry.width], *[BLANK] * (entry.width - len(entry.values))]
    return Placement(tuple(cells), _NO_RULER)


def _separated(values: Sequence[GridCell], ruler: Ruler) -> list[GridCell]:
    """The cells, those taken apart whose words stand clearly in different columns."""
    found: list[GridCell] = []
    for cell in values:
        words = list(words_of(cell))
        places = [ruler.nearest(word) for word in words]
        apart = len({column for column, _ in places}) > 1 and all(clear(unclear) for _, unclear in places)
        found += words if apart else [cell]
    return found


def _merged(cells: Sequence[GridCell]) -> GridCell:
    if not cells:
        return BLANK
    first, last = cells[0], cells[-1]
    raw = " ".join(cell.raw for cell in cells)
    return GridCell(raw, first.start, last.end, first.left, last.right, first.wide_left, last.wide_right)


def _borrowed(rulers: Sequence[Ruler], cells: Sequence[GridCell]) -> Ruler | None:
    """Another page's ruler, moved so that it fits this page's cells; null where two offsets fit alike."""
    if not rulers or not cells:
        return None
    ruler = rulers[0]
    leftmost = min(ruler.edge(cell) for cell in cells)
    rightmost = max(ruler.edge(cell) for cell in cells)
    fits: list[tuple[float, Ruler]] = []
    for mark in ruler.marks:
        moved = ruler.moved(leftmost - mark)
        misfit = sum(min(abs(ruler.edge(cell) - place) for place in moved.marks) for cell in cells) / len(cells)
        overhang = max(0.0, rightmost - moved.marks[-1])
        fits.append((misfit + overhang, moved))
    fits.sort(key=lambda fit: fit[0])
    if len(fits) > 1 and fits[1][0] - fits[0][0] < _OFFSET_MARGIN:
        return None
    return fits[0][1]
