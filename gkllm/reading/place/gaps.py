"""Cells of layout text put into columns: a blank cell prints nothing, so its neighbours' places must tell."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import prod
from operator import itemgetter
from statistics import median

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import BLANK, Candidate, Placement, choose_among, joined, spread, stacked
from gkllm.reading.place.heading_ruler import heading_ruler
from gkllm.reading.place.ruler import Edge, Ruler, clear, rulers_from_lines, rulers_from_places
from gkllm.reading.placed import LocatedRow
from gkllm.reading.table_lines import TableLine

_NO_RULER = Doubt(DoubtKind.NO_COLUMNS)
_UNCLEAR = Doubt(DoubtKind.BETWEEN_COLUMNS)
_MOST_STACKED = 64
_MAX_STRAY = 0.2
"""How far off the marks a row's cells may stand on average, as a share of the way from one mark to the next."""
_SURE_FIT = 0.1
"""The misfit up to which another page's columns are taken to be this page's too."""
_MAX_OFF = 1.5
"""Cells stand off borrowed marks by at most so many characters on average, none far beyond the last."""
_TELLING_COLUMNS = 3
"""Two columns may be any two that stand so far apart; where the labels do not tell either, more are needed."""
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
    over = partial(heading_ruler, lines, first.index, group[0].headings, edges[0])
    rulers = {
        page: _own_ruler(values, group[0].width, edges, over if page == first.row.page else None)
        for page, values in pages.items()
    }
    known = {page: ruler for page, ruler in rulers.items() if ruler is not None}
    for page in rulers.keys() - known.keys() if known else ():
        near = min(known, key=lambda other: (abs(other - page), other))
        shift = indent_shift(group, near, page, edges[-1])
        rulers[page] = _borrowed(known[near], pages[page], shift)
    return rulers


def _own_ruler(
    values: Sequence[Sequence[GridCell]],
    width: int,
    edges: Sequence[Edge],
    over: Callable[[], Ruler | None] | None,
) -> Ruler | None:
    """The ruler of a page's own numbers, else of the headings that stand over them."""
    ruler = _best(rulers_from_lines([cells for cells in values if len(cells) == width], edges), values)
    if ruler is None and over is not None and (heading := over()) is not None:
        ruler = heading.refined(values, edges)
    ruler = ruler or _best(rulers_from_places(values, width, edges), values)
    return ruler if ruler and ruler.fits(values) else None


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
    pieces = values if len(values) == width else _separated(values, ruler)
    if ruler.misfit([pieces]) > _MAX_STRAY:
        # It may be a row of another page, whose columns stand elsewhere.
        return _by_order(found, pieces, ruler)
    options = [ruler.options(piece) for piece in pieces]
    candidates = stacked(options, pieces, width) if prod(map(len, options)) <= _MOST_STACKED else []
    if len(values) == width:
        candidates.append(Candidate(tuple(values)))
    return choose_among(candidates, _UNCLEAR) or _by_order(found, pieces, ruler)


def _by_order(found: LocatedRow, pieces: Sequence[GridCell], ruler: Ruler) -> Placement:
    """The pieces in the columns nearest to them, none before another's: their places contradict their order."""
    columns: list[list[GridCell]] = [[] for _ in range(found.width)]
    last = 0
    for piece in pieces:
        last = max(last, ruler.nearest(piece)[0])
        columns[last].append(piece)
    return Placement(tuple(map(joined, columns)), _UNCLEAR)


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
    return choose_among(spread(found.values, found.width), _NO_RULER) or Placement(tuple(cells), _NO_RULER)


def _separated(values: Sequence[GridCell], ruler: Ruler) -> list[GridCell]:
    """The cells, those taken apart whose words stand clearly in different columns."""
    found: list[GridCell] = []
    for cell in values:
        words = list(words_of(cell))
        places = [ruler.nearest(word) for word in words]
        apart = len({column for column, _ in places}) > 1 and all(clear(unclear) for _, unclear in places)
        found += words if apart else [cell]
    return found


def _borrowed(ruler: Ruler, lines: Sequence[Sequence[GridCell]], shift: float | None) -> Ruler | None:
    """Another page's ruler, moved so that it fits this page's cells; null where two offsets fit alike.

    `shift` is how much further right this page prints its labels: numbers may move a little more or less than
    they do, but not by a column.
    """
    cells = [cell for line in lines for cell in line]
    fits = sorted(
        (_fitted(ruler.moved(offset), cells) for offset in _offsets(ruler, cells)), key=itemgetter(0)
    )
    if shift is not None:
        reach = min(after - before for before, after in pairwise(ruler.marks)) / 2
        fits = [fit for fit in fits if abs(fit[1].marks[0] - ruler.marks[0] - shift) < reach]
    if not fits or fits[0][0] > _MAX_OFF or (len(fits) > 1 and fits[1][0] - fits[0][0] < _OFFSET_MARGIN):
        return None
    best = fits[0][1]
    told = shift is not None or len({best.nearest(cell)[0] for cell in cells}) >= _TELLING_COLUMNS
    return best if told and best.misfit(lines) <= _SURE_FIT and _reaches_last(best, lines) else None


def _reaches_last(ruler: Ruler, lines: Sequence[Sequence[GridCell]]) -> bool:
    """Whether a line of several cells ends in the last column, as one does that prints a number and its total.

    Where none does, the page may space its columns more closely than the one the ruler comes from.
    """
    ends = [ruler.nearest(line[-1])[0] for line in lines if len(line) > 1]
    return not ends or max(ends) == len(ruler.marks) - 1


def _offsets(ruler: Ruler, cells: Sequence[GridCell]) -> list[float]:
    """The offsets that put the leftmost cell into each of the columns; none where there is no cell."""
    leftmost = min(map(ruler.edge, cells), default=None)
    return [] if leftmost is None else [leftmost - mark for mark in ruler.marks]


def _fitted(ruler: Ruler, cells: Sequence[GridCell]) -> tuple[float, Ruler]:
    """The ruler moved onto the cells, after how far they stand off its marks and beyond the last, on average."""
    moved = ruler.moved(median(ruler.edge(cell) - ruler.marks[ruler.nearest(cell)[0]] for cell in cells))
    misfit = sum(min(abs(ruler.edge(cell) - mark) for mark in moved.marks) for cell in cells) / len(cells)
    overhang = max(0.0, max(map(ruler.edge, cells)) - moved.marks[-1])
    return misfit + overhang, moved


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
