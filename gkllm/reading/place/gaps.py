"""Cells of layout text put into columns: a blank cell prints nothing, so its neighbours' places must tell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, product
from math import prod

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import (
    Candidate,
    Placement,
    choose_among,
    joined,
    padded,
    spread_or_padded,
    stacked,
)
from gkllm.reading.place.ruler import Ruler, clear
from gkllm.reading.placed import LocatedRow

_NO_RULER = Doubt(DoubtKind.NO_COLUMNS)
_UNCLEAR = Doubt(DoubtKind.BETWEEN_COLUMNS)
_MOST_STACKED = 64


def place_by_ruler(
    group: Sequence[LocatedRow], rulers: Mapping[tuple[str, int], Ruler | None]
) -> list[Placement]:
    """Placements for lines under the same headings. `rulers` are the document's.

    Where labels stand under other rows' numbers, merged cells left no room and each row's columns begin behind its own
    label: rows whose labels do not begin at one place share no columns.
    """
    indents = {found.line.cells[found.values_from - 1].left for found in group if found.values_from}
    numbers = min((found.values[0].left for found in group if found.values), default=0)
    if len(indents) > 1 and max(indents) >= numbers:
        return [_without_ruler(found) for found in group]
    witnesses = Counter(found.line.row.page for found in group if len(found.values) == found.width)
    return [
        _place(found, rulers[found.rows[0].id, found.line.index], witnesses[found.line.row.page])
        for found in group
    ]


def _place(found: LocatedRow, ruler: Ruler | None, witnesses: int) -> Placement:
    values, width = found.values, found.width
    if len(values) == width and (ruler is None or witnesses < 2 or _agrees(values, ruler)):
        return Placement(tuple(values))
    if ruler is None or not values:
        return _without_ruler(found)
    ways = [tuple(values)] if len(values) == width else _taken_apart(values, ruler)
    candidates = [candidate for way in ways for candidate in _over(way, ruler, width)]
    if len(values) == width:
        candidates.append(Candidate(tuple(values)))
    return choose_among(candidates, _UNCLEAR) or _by_order(found, ways[0], ruler)


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
    """The row's words where there is one for each column, else its cells in any; nothing is in doubt of a blank row."""
    words = [word for cell in found.values for word in words_of(cell)]
    if not words or len(words) == found.width:
        return Placement(padded(words, found.width), _NO_RULER if words else None)
    return spread_or_padded(found.values, found.width, _NO_RULER)


def _over(pieces: Sequence[GridCell], ruler: Ruler, width: int) -> list[Candidate]:
    """The ways to give each piece a column that it may stand in; none where there are too many."""
    options = [ruler.options(piece) for piece in pieces]
    return stacked(options, pieces, width) if prod(map(len, options)) <= _MOST_STACKED else []


def _taken_apart(values: Sequence[GridCell], ruler: Ruler) -> list[tuple[GridCell, ...]]:
    """The ways to take the cells apart into pieces of one column each, the likeliest first.

    Words a space apart that clearly stand in different columns are two numbers; in one column, one; else either.
    """
    ways: list[list[tuple[GridCell, ...]]] = []
    for cell in values:
        words = tuple(words_of(cell))
        places = [ruler.nearest(word) for word in words]
        several = len({column for column, _ in places}) > 1
        apart = several and all(clear(unclear) for _, unclear in places)
        ways.append([words] if apart else [(cell,), words] if several else [(cell,)])
    if prod(map(len, ways)) > _MOST_STACKED:
        ways = [way[:1] for way in ways]
    return [tuple(chain.from_iterable(way)) for way in product(*ways)]
