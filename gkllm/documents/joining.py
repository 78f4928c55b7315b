"""Tables that a page shows in pieces side by side, put together again: each piece repeats the labels of its rows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gkllm.documents.document import Grid, GridCell, GridRow

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[\u3400-\u9fff]{2}")
_MIN_PIECE = 3
"""Rows of a piece, its headings included."""
_MOST_BETWEEN = 60
"""Characters between two pieces: a title such as 续表, and no sentence."""
_Shared = tuple[int, ...]


def join_pieces(grids: Sequence[Grid]) -> list[Grid]:
    """The grids, with every one that only goes on to the right of the one before it joined to that."""
    joined: list[Grid] = []
    for grid in grids:
        shared = _shared_labels(joined[-1], grid) if joined else None
        if shared is None:
            joined.append(grid)
        else:
            joined[-1] = _beside(joined[-1], grid, shared)
    return joined


def _shared_labels(left: Grid, right: Grid) -> _Shared | None:
    """How many cells each row of `right` repeats of `left`, if it goes on beside it under headings of its own."""
    if len(left.rows) != len(right.rows) or len(left.rows) < _MIN_PIECE:
        return None
    if not 0 <= right.rows[0].cells[0].start - _end(left) <= _MOST_BETWEEN:
        return None
    rows = list(zip(left.rows, right.rows, strict=True))
    figures = [_has_figures(own) or _has_figures(other) for own, other in rows]
    shared = tuple(_prefix(own, other) for own, other in rows)
    if not all(count for count, figure in zip(shared, figures, strict=True) if figure):
        if any(_has_words(row) for pair, figure in zip(rows, figures, strict=True) if figure for row in pair):
            return None
        shared = (0,) * len(rows)
    headings = [
        (
            {cell.raw for cell in own.cells[count:] if cell.raw},
            {cell.raw for cell in other.cells[count:] if cell.raw},
        )
        for (own, other), count, figure in zip(rows, shared, figures, strict=True)
        if not figure
    ]
    # Two copies of one table repeat their headings, and so do two years of it.
    differ = any(own and other and own.isdisjoint(other) for own, other in headings)
    return shared if differ and any(figures) else None


def _prefix(row: GridRow, other: GridRow) -> int:
    """How many labels both rows open with."""
    count = 0
    for own, printed in zip(row.cells, other.cells, strict=False):
        if own.raw != printed.raw or not _WORD.search(own.raw):
            break
        count += 1
    return count


def _beside(left: Grid, right: Grid, shared: _Shared) -> Grid:
    further = [row.cells[count:] for row, count in zip(right.rows, shared, strict=True)]
    first = min((cell.left for cells in further for cell in cells), default=0)
    shift = max(cell.right for row in left.rows for cell in row.cells) - first
    rows = [
        GridRow(
            (*own.cells, *_shifted(cells, shift)),
            own.page,
            (*own.covered, *((start + shift, end + shift) for start, end in other.covered if start >= first)),
        )
        for own, other, cells in zip(left.rows, right.rows, further, strict=True)
    ]
    return Grid(left.layout, tuple(rows))


def _shifted(cells: Iterable[GridCell], shift: int) -> list[GridCell]:
    return [replace(cell, left=cell.left + shift, right=cell.right + shift) for cell in cells]


def _end(grid: Grid) -> int:
    return max(cell.end for cell in grid.rows[-1].cells)


def _has_figures(row: GridRow) -> bool:
    return any(_DIGIT.match(cell.raw) for cell in row.cells)


def _has_words(row: GridRow) -> bool:
    return any(_WORD.search(cell.raw) for cell in row.cells)
