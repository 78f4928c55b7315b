"""Cells of layout text put into columns: a blank cell prints nothing, so its neighbours' places must tell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from gkllm.documents.document import GridCell
from gkllm.reading.columns import BLANK, Placement
from gkllm.reading.headings import heading_ruler
from gkllm.reading.lines import TableLine
from gkllm.reading.located import LocatedRow
from gkllm.reading.ruler import Edge, Ruler, clear, rulers_from_lines, rulers_from_places, words_of

_NO_RULER = "blank cells are gaps here, and nothing tells which columns the numbers stand in"
_UNCLEAR = "the number stands between two columns"
_SURE_FIT = 0.1
"""The misfit up to which another page's columns are taken to be this page's too."""
_OFFSET_MARGIN = 1.0
"""A page's columns are offset from another's by the shift that fits its numbers best, if the next best fits
worse by this many characters on average."""


def place_by_ruler(
    lines: Sequence[TableLine], group: Sequence[LocatedRow], edges: Sequence[Edge]
) -> list[Placement]:
    """Placements for lines under the same headings. `edges` are those of the document's measure."""
    rulers = page_rulers(lines, group, edges)
    witnesses = Counter(found.line.row.page for found in group if len(found.values) == found.width)
    return [_place(found, rulers[found.line.row.page], witnesses[found.line.row.page]) for found in group]


def page_rulers(
    lines: Sequence[TableLine], group: Sequence[LocatedRow], edges: Sequence[Edge]
) -> dict[int, Ruler | None]:
    """For each page the ruler that its cells fit best.

    It comes from the page's own complete lines; else from the headings if the table starts on the page, from the
    places of its cells if they show every column, or from another page, shifted.
    """
    pages: dict[int, list[Sequence[GridCell]]] = {}
    for found in group:
        pages.setdefault(found.line.row.page, []).append(found.values)
    first = min(group, key=lambda found: found.line.index).line
    heading = heading_ruler(lines, first.index, group[0].headings, edges[0])
    rulers: dict[int, Ruler | None] = {}
    for page, values in pages.items():
        complete = [cells for cells in values if len(cells) == group[0].width]
        ruler = _best(rulers_from_lines(complete, edges), values)
        if ruler is None and heading is not None and page == first.row.page:
            ruler = heading.refined(values, edges)
        rulers[page] = ruler or _best(rulers_from_places(values, group[0].width, edges), values)
    known = [ruler for ruler in rulers.values() if ruler is not None]
    for page, values in pages.items():
        if rulers[page] is None:
            borrowed = _best(_borrowed(known, [cell for line in values for cell in line]), values)
            rulers[page] = borrowed if borrowed and borrowed.misfit(values) <= _SURE_FIT else None
    return rulers


def _best(candidates: Sequence[Ruler], lines: Sequence[Sequence[GridCell]]) -> Ruler | None:
    return min(candidates, key=lambda ruler: ruler.misfit(lines), default=None)


def _place(found: LocatedRow, ruler: Ruler | None, witnesses: int) -> Placement:
    values, width = found.values, found.width
    if not values:
        return Placement((BLANK,) * width)
    if len(values) == width and (ruler is None or witnesses < 2 or _agrees(values, ruler)):
        return Placement(tuple(values))
    if ruler is None:
        return _without_ruler(found)
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


def _without_ruler(found: LocatedRow) -> Placement:
    words = [word for cell in found.values for word in words_of(cell)]
    if len(words) == found.width:
        return Placement(tuple(words), _NO_RULER)
    cells = [*found.values[: found.width], *[BLANK] * (found.width - len(found.values))]
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
    return replace(
        first,
        raw=" ".join(cell.raw for cell in cells),
        end=last.end,
        right=last.right,
        wide_right=last.wide_right,
        doubt=next((cell.doubt for cell in cells if cell.doubt), None),
    )


def _borrowed(rulers: Sequence[Ruler], cells: Sequence[GridCell]) -> list[Ruler]:
    """Another page's ruler, moved so that it fits this page's cells; none where two offsets fit alike."""
    if not rulers or not cells:
        return []
    ruler = rulers[0]
    leftmost = min(ruler.edge(cell) for cell in cells)
    rightmost = max(ruler.edge(cell) for cell in cells)
    fits: list[tuple[float, Ruler]] = []
    for mark in ruler.marks:
        moved = ruler.moved(leftmost - mark)
        moved = moved.moved(median(ruler.edge(cell) - moved.marks[moved.nearest(cell)[0]] for cell in cells))
        misfit = sum(min(abs(ruler.edge(cell) - place) for place in moved.marks) for cell in cells) / len(
            cells
        )
        overhang = max(0.0, rightmost - moved.marks[-1])
        fits.append((misfit + overhang, moved))
    fits.sort(key=lambda fit: fit[0])
    return [fits[0][1]] if len(fits) == 1 or fits[1][0] - fits[0][0] >= _OFFSET_MARGIN else []
