"""The places of columns on the lines of a layout text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

from gkllm.documents.aligned import place
from gkllm.documents.document import GridCell

Edge = Callable[[GridCell], float]

_EDGES: tuple[Edge, ...] = (
    lambda cell: (cell.left + cell.right) / 2,
    lambda cell: cell.right,
    lambda cell: cell.left,
    lambda cell: (cell.wide_left + cell.wide_right) / 2,
    lambda cell: cell.wide_right,
    lambda cell: cell.wide_left,
)
"""Columns may be centred, right- or left-aligned, counted in characters or with wide characters as two."""
_CLEAR = 0.3
"""A cell is clearly in a column if its distance is at most this share of the way to the next column."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where each column stands, measured at one edge of its cells. `shiftable` where lines may be offset."""

    marks: tuple[float, ...]
    edge: Edge

    def nearest(self, cell: GridCell) -> tuple[int, float]:
        """The column nearest to the cell, and how unclear that is: 0 on its mark, 0.5 halfway to the next."""
        position = self.edge(cell)
        distances = sorted((abs(position - mark), index) for index, mark in enumerate(self.marks))
        if len(distances) == 1:
            return 0, 0.0
        (near, index), (far, _) = distances[0], distances[1]
        return index, near / (near + far) if near + far else 0.0

    def moved(self, offset: float) -> "Ruler":
        """The same columns, all further right by `offset`."""
        return Ruler(tuple(mark + offset for mark in self.marks), self.edge)


def ruler_from_lines(lines: Sequence[Sequence[GridCell]]) -> Ruler | None:
    """The ruler that lines with a cell in every column agree on best; null where there is none such line."""
    if not lines:
        return None
    best: tuple[float, Ruler] | None = None
    for edge in _EDGES:
        columns = [[edge(line[index]) for line in lines] for index in range(len(lines[0]))]
        spread = fmean(pstdev(column) for column in columns)
        if best is None or spread < best[0] - 1e-9:
            best = (spread, Ruler(tuple(median(column) for column in columns), edge))
    return best[1] if best else None


def ruler_from_heading(cells: Sequence[GridCell | None]) -> Ruler | None:
    """The ruler that headings give, one a column in order; null where one is missing or out of order."""
    found = [cell for cell in cells if cell is not None]
    if len(found) != len(cells) or not found:
        return None
    marks = tuple(_EDGES[0](cell) for cell in found)
    ascending = all(left < right for left, right in zip(marks, marks[1:], strict=False))
    return Ruler(marks, _EDGES[0]) if ascending else None


def clear(unclear: float) -> bool:
    """Whether a cell this unclear may be taken to stand in its nearest column."""
    return unclear <= _CLEAR


def words_of(cell: GridCell) -> Iterator[GridCell]:
    """A piece with single spaces inside, word by word."""
    for match in _WORD.finditer(cell.raw):
        start, end = match.span()
        narrow = place(cell.raw, 0, start, end)
        yield GridCell(
            narrow.raw,
            cell.start + start,
            cell.start + end,
            cell.left + start,
            cell.left + end,
            cell.wide_left + narrow.wide_left,
            cell.wide_left + narrow.wide_right,
        )
