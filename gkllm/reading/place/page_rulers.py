"""The columns of layout text, page by page: each page may print them elsewhere, or further apart."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise
from operator import itemgetter
from statistics import median

from gkllm.documents.document import GridCell
from gkllm.reading.place.ruler import (
    MEASURES,
    Cells,
    Edge,
    Ruler,
    heading_ruler,
    rulers_from_lines,
    rulers_from_places,
)
from gkllm.reading.placed import LocatedRow
from gkllm.reading.table_lines import TableLine

Over = Callable[[], Ruler | None]
"""The ruler of the headings over the rows, worked out when it is needed."""

_SURE_FIT = 0.1
"""The misfit up to which another page's columns are taken to be this page's too."""
_MAX_OFF = 1.5
"""Cells stand off borrowed marks by at most so many characters on average, none far beyond the last."""
_TELLING_COLUMNS = 3
"""Two columns may be any two that stand so far apart; where the labels do not tell either, more are needed."""
_TELLING_STRETCHED = 2
"""Of two columns the further one stands as many times as far as no other two do."""
_MUCH_BETTER = 0.6
_SURE_ROW = 0.2
_SURE_STRETCH = 0.12
"""The misfit up to which a row surely stands on the columns; on a page that ends unsaid, where more is no chance."""
_MIN_BORROWED = 3
"""A row or two fit some place of any ruler."""
_NO_RULER = 0.5
"""The misfit of cells whose columns are not known: that of a cell halfway between two columns."""
_OFFSET_MARGIN = 1.0
"""A page's columns are offset from another's by the shift that fits its numbers best, if the next best fits
worse by this many characters on average."""


def row_rulers(
    lines: Sequence[TableLine], groups: Sequence[Sequence[LocatedRow]]
) -> Mapping[tuple[str, int], Ruler | None]:
    """For each row, by its id and its line, the ruler that the cells of its page fit best; null where none fits.

    Layout text counts a wide character as one column or as two: the measure in which all numbers fit their columns
    best is the document's.
    """

    def fitted(edges: Sequence[Edge], *, apart: bool) -> tuple[float, list[tuple[LocatedRow, Ruler | None]]]:
        pairs = [pair for group in groups for pair in _by_page(lines, group, edges, apart=apart)]
        return _misfit([ruler for _, ruler in pairs], [found.values for found, _ in pairs]), pairs

    whole = {edges: fitted(edges, apart=False) for edges in MEASURES}
    likeliest = min(whole, key=lambda edges: whole[edges][0])
    misfit, best = whole[likeliest]
    if sum(_stands_off(ruler, found.values) for found, ruler in best) >= _MIN_BORROWED:
        sure = misfit <= _SURE_FIT * sum(len(found.values) for found, _ in best)
        tried = [likeliest] if sure else MEASURES
        _, best = min((fitted(edges, apart=True) for edges in tried), key=itemgetter(0))
    return {
        (found.rows[0].id, found.line.index): ruler
        if ruler and ruler.misfit([found.values]) <= _SURE_ROW
        else None
        for found, ruler in best
    }


def _by_page(
    lines: Sequence[TableLine], group: Sequence[LocatedRow], edges: Sequence[Edge], *, apart: bool
) -> Iterator[tuple[LocatedRow, Ruler | None]]:
    """The rows under the same headings, each with its ruler; `apart` where a page may be several that end unsaid.

    It comes from the page's own complete lines; else from the headings if the table starts on the page, from the
    places of its cells if they show every column, or from another page, moved.
    """
    pages: dict[int, list[LocatedRow]] = {}
    for found in group:
        pages.setdefault(found.line.row.page, []).append(found)
    first = min(group, key=lambda found: found.line.index).line
    over = cache(partial(heading_ruler, lines, first.index, group[0].headings, edges[0]))
    rulers: dict[int, list[Ruler | None]] = {}
    for page, rows in pages.items():
        own = over if page == first.row.page else _no_heading
        rulers[page] = _of_page([row.values for row in rows], group[0].width, edges, own, apart=apart)
    known = {page: ruler for page, found in rulers.items() for ruler in found if ruler is not None}
    for page in rulers.keys() - known.keys() if known else ():
        near = min(known, key=lambda other: (abs(other - page), other))
        shift = indent_shift(group, near, page, edges[-1])
        values = [found.values for found in pages[page]]
        rulers[page] = [_borrowed(known[near], values, shift)] * len(values)
    for page, rows in pages.items():
        yield from zip(rows, rulers[page], strict=True)


def _no_heading() -> None:
    return None


def _of_page(
    values: Sequence[Cells], width: int, edges: Sequence[Edge], over: Over, *, apart: bool
) -> list[Ruler | None]:
    """A ruler for each row of a page under its headings, if it has any.

    Rows that no ruler fits may stand on several pages, if rulers of their own fit them much better.
    """
    own = _own_ruler(values, width, edges, over)
    whole = [own] * len(values)
    if not apart or sum(_stands_off(own, cells) for cells in values) < _MIN_BORROWED:
        return whole
    several = _taken_apart(values, width, edges, over)
    return several if _misfit(several, values) < _MUCH_BETTER * _misfit(whole, values) else whole


def _stands_off(ruler: Ruler | None, cells: Cells) -> bool:
    return ruler is None or not _surely_fits(ruler, [cells])


def _taken_apart(
    values: Sequence[Cells], width: int, edges: Sequence[Edge], over: Over
) -> list[Ruler | None]:
    """A ruler for each of the rows of several pages, from the longest stretch that one fits to the next."""
    rulers: list[Ruler | None] = []
    near = over()
    while len(rulers) < len(values):
        rest = values[len(rulers) :]
        ruler, rows = _longest_stretch(rest, width, edges, _no_heading if rulers else over, near)
        if ruler is not None:
            _forget_boundary(rulers, ruler, values)
        rulers += [ruler] * rows
        near = ruler or near
    return rulers


def _longest_stretch(
    values: Sequence[Cells], width: int, edges: Sequence[Edge], over: Over, near: Ruler | None
) -> tuple[Ruler | None, int]:
    """The ruler that surely fits the most of the first rows, and how many; null for the first where none does.

    Of rows that stand on one page so do fewer of them: how many is found by halving.
    """
    found: tuple[Ruler | None, int] = (None, 1)
    least, most = 0, len(values)
    while least < most:
        end = (least + most + 1) // 2 if most < len(values) or found[0] else most
        ruler = _ruler_for(values[:end], width, edges, over, near)
        if ruler is None:
            most = end - 1
        else:
            least, found = end, (ruler, end)
    return found


def _ruler_for(
    values: Sequence[Cells], width: int, edges: Sequence[Edge], over: Over, near: Ruler | None
) -> Ruler | None:
    """The rows' own ruler, the one before it, or that moved: the first that surely fits all of them."""
    own = _own_ruler(values, width, edges, over)
    if own is not None and _surely_fits(own, values):
        return own
    if near is not None and _surely_fits(near, values):
        return near
    moved = _borrowed(near, values, None) if near and sum(map(bool, values)) >= _MIN_BORROWED else None
    return moved if moved is not None and _surely_fits(moved, values) else None


def _surely_fits(ruler: Ruler, values: Sequence[Cells]) -> bool:
    return all(ruler.misfit([cells]) <= _SURE_STRETCH for cells in values)


def _forget_boundary(rulers: list[Ruler | None], ruler: Ruler, values: Sequence[Cells]) -> None:
    """Take its ruler from each of the last rows that the next stretch's ruler fits too: either may be theirs."""
    for index in range(len(rulers) - 1, -1, -1):
        if rulers[index] is ruler or not _surely_fits(ruler, values[index : index + 1]):
            break
        rulers[index] = None


def _misfit(rulers: Sequence[Ruler | None], values: Sequence[Cells]) -> float:
    """How badly the rows' cells fit their rulers, together."""
    pairs = zip(rulers, values, strict=True)
    return sum(len(cells) * (ruler.misfit([cells]) if ruler else _NO_RULER) for ruler, cells in pairs)


def _own_ruler(values: Sequence[Cells], width: int, edges: Sequence[Edge], over: Over) -> Ruler | None:
    """The ruler of a page's own numbers, and of the headings over them where there are any."""
    ruler = _best(rulers_from_lines([cells for cells in values if len(cells) == width], edges), values)
    if ruler is None and (heading := over()) is not None:
        ruler = heading.refined(values, edges)
    ruler = ruler or _best(rulers_from_places(values, width, edges), values)
    return ruler if ruler and ruler.fits(values) else None


def _best(candidates: Sequence[Ruler], lines: Sequence[Cells]) -> Ruler | None:
    return min(candidates, key=lambda ruler: ruler.misfit(lines), default=None)


def _borrowed(ruler: Ruler, lines: Sequence[Cells], shift: float | None) -> Ruler | None:
    """Another page's ruler, moved so that it fits this page's cells, else stretched; null where two ways fit alike.

    `shift` is how much further right this page prints its labels: numbers may move a little more or less than
    they do, but not by a column. A page whose letters are narrower on average has all its columns further apart.
    """
    cells = [cell for line in lines for cell in line]
    leftmost = min(map(ruler.edge, cells), default=None)
    if leftmost is None:
        return None
    moved = [_moved(ruler.moved(leftmost - mark), cells) for mark in ruler.marks]
    if shift is not None:
        reach = min(after - before for before, after in pairwise(ruler.marks)) / 2
        moved = [one for one in moved if abs(one.marks[0] - ruler.marks[0] - shift) < reach]
    factors = [leftmost / mark for mark in ruler.marks if mark > 0] if leftmost > 0 else []
    stretched = [_stretched(ruler.stretched(factor), cells) for factor in factors]
    return _fitting(moved, lines, 1 if shift is not None else _TELLING_COLUMNS) or _fitting(
        stretched, lines, _TELLING_STRETCHED
    )


def _fitting(rulers: Sequence[Ruler], lines: Sequence[Cells], telling: int) -> Ruler | None:
    """The ruler that fits the lines, if no other fits alike and the cells stand in at least so many columns of it.

    A line of several cells must end in its last, as one does that prints a number and its total: where none does, the
    page may space its columns more closely than the one the ruler comes from.
    """
    cells = [cell for line in lines for cell in line]
    fits = sorted(((_off(ruler, cells), ruler) for ruler in rulers), key=itemgetter(0))
    if not fits or fits[0][0] > _MAX_OFF or (len(fits) > 1 and fits[1][0] - fits[0][0] < _OFFSET_MARGIN):
        return None
    best = fits[0][1]
    told = len({best.nearest(cell)[0] for cell in cells}) >= telling
    ends = [best.nearest(line[-1])[0] for line in lines if len(line) > 1]
    # Lone cells of a few lines stand on some place of any ruler, where nothing else tells that they do.
    reaches = max(ends) == len(best.marks) - 1 if ends else telling == 1
    return best if told and best.misfit(lines) <= _SURE_FIT and reaches else None


def _moved(ruler: Ruler, cells: Sequence[GridCell]) -> Ruler:
    """The ruler moved onto the cells."""
    return ruler.moved(median(ruler.edge(cell) - ruler.marks[ruler.nearest(cell)[0]] for cell in cells))


def _stretched(ruler: Ruler, cells: Sequence[GridCell]) -> Ruler:
    """The ruler stretched onto the cells."""
    return ruler.stretched(median(ruler.edge(cell) / ruler.marks[ruler.nearest(cell)[0]] for cell in cells))


def _off(ruler: Ruler, cells: Sequence[GridCell]) -> float:
    """How far the cells stand off the ruler's marks and beyond the last, on average."""
    off = sum(min(abs(ruler.edge(cell) - mark) for mark in ruler.marks) for cell in cells) / len(cells)
    return off + max(0.0, max(map(ruler.edge, cells)) - ruler.marks[-1])


_SAME_INDENT = 1.0
"""Labels of one depth of the form begin at the same place of a page, to within this many characters."""
_WITNESSES = 2
"""A single label may stand on another line than its numbers, or be damaged at its beginning."""


def indent_shift(group: Sequence[LocatedRow], page: int, other: int, left: Edge) -> float | None:
    """By how many characters the labels of page `other` stand right of those of `page`.

    Null where no depth of the form has labels on both pages, or where the labels do not agree.
    """
    here, there = _indents(group, page, left), _indents(group, other, left)
    shifts = [there[depth] - here[depth] for depth in here.keys() & there.keys()]
    if not shifts or max(shifts) - min(shifts) > _SAME_INDENT:
        return None
    return median(shifts)


def _indents(group: Sequence[LocatedRow], page: int, left: Edge) -> dict[int, float]:
    """Where the labels of each depth begin, for the depths at which most agree."""
    by_depth: defaultdict[int, list[float]] = defaultdict(list)
    for found in group:
        if found.line.row.page == page and found.values_from:
            by_depth[len(found.rows[0].groups)].append(left(found.line.cells[found.values_from - 1]))
    indents: dict[int, float] = {}
    for depth, places in by_depth.items():
        middle = median(places)
        agreeing = sum(abs(place - middle) <= _SAME_INDENT for place in places)
        if agreeing >= _WITNESSES and 2 * agreeing > len(places):
            indents[depth] = middle
    return indents
