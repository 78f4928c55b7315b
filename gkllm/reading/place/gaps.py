"""Cells of layout text put into columns: a blank cell prints nothing, so its neighbours' places must tell."""

from collections import Counter
from collections.abc import Sequence
from math import prod

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import BLANK, Candidate, Placement, choose_among, joined, spread, stacked
from gkllm.reading.place.page_rulers import row_rulers, several_stretches
from gkllm.reading.place.ruler import Edge, Ruler, clear
from gkllm.reading.placed import LocatedRow
from gkllm.reading.table_lines import TableLine

_NO_RULER = Doubt(DoubtKind.NO_COLUMNS)
_UNCLEAR = Doubt(DoubtKind.BETWEEN_COLUMNS)
_MOST_STACKED = 64
_MAX_STRAY = 0.2
"""How far off the marks a row's cells may stand on average, as a share of the way from one mark to the next."""


def place_by_ruler(
    lines: Sequence[TableLine], group: Sequence[LocatedRow], edges: Sequence[Edge]
) -> list[Placement]:
    """Placements for lines under the same headings. `edges` are those of the document's measure.

    Where labels stand under other rows' numbers, merged cells left no room and each row's columns begin behind its own
    label: rows whose labels do not begin at one place share no columns.
    """
    indents = {label.left for found in group if (label := _label(found))}
    numbers = min((found.values[0].left for found in group if found.values), default=0)
    if len(indents) > 1 and max(indents) >= numbers:
        return [_without_ruler(found) if found.values else _place(found, None, 0) for found in group]
    rulers = row_rulers(lines, group, edges, several_stretches)
    witnesses = Counter(found.line.row.page for found in group if len(found.values) == found.width)
    return [
        _place(found, ruler, witnesses[found.line.row.page])
        for found, ruler in zip(group, rulers, strict=True)
    ]


def _label(found: LocatedRow) -> GridCell | None:
    return found.line.cells[found.values_from - 1] if found.values_from else None


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
