"""The places of columns on the lines of a layout text, told by its numbers or by the headings over them."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import fmean, median

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine

Edge = Callable[[GridCell], float]
Cells = Sequence[GridCell]

MEASURES: tuple[tuple[Edge, ...], ...] = (
    (
        lambda cell: (cell.left + cell.right) / 2,
        lambda cell: cell.right,
        lambda cell: cell.left,
    ),
    (
        lambda cell: (cell.wide_left + cell.wide_right) / 2,
        lambda cell: cell.wide_right,
        lambda cell: cell.wide_left,
    ),
)
"""The edges that columns may be aligned at (centre, right, left), counted in characters, then with wide
characters as two. A measure's first edge, the centre, is the one headings are compared by."""
_CLEAR = 0.3
"""A cell is clearly in a column if its distance is at most this share of the way to the next column."""
_DISTINCT = 3.0
"""What the second nearest column costs a cell that is just clearly in the nearest, in accidents; halfway it is none."""
_SHARED = 0.5
"""What two cells of a line in one column add to a ruler's misfit: as much as a cell between two columns."""
_MAX_UNCLEAR = 0.25
_REFINEMENTS = 2
_HEAP = 1.0
"""Cells of one column stand at most this far apart at the edge they are aligned at; centring rounds by half."""
_MIN_SPACING = 0.4
"""The closest two columns are at least this part of the usual spacing apart; the form's are nearly even."""
_WITNESSES = 3
"""Cells needed for each column, on average, before heaps of places are taken for columns."""

_LINES_ABOVE = 14
"""The form's headings stand at most this many lines over the first number."""
_Belongs = Callable[[str, str], bool]
"""(word, label): whether the word can be a part of the label."""
_STACKED = 1.5
"""Words of one heading stand over each other to within this many characters."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where each column stands, from the left, measured at one edge of its cells."""

    marks: tuple[float, ...]
    edge: Edge

    def nearest(self, cell: GridCell) -> tuple[int, float]:
        """The column nearest to the cell, and how unclear that is: 0 on its mark, 0.5 halfway to the next."""
        position, marks = self.edge(cell), self.marks
        right = bisect_left(marks, position)
        left = right - 1
        before = position - marks[left] if left >= 0 else inf
        after = marks[right] - position if right < len(marks) else inf
        if before <= after:
            column, near = left, before
            far = min(after, position - marks[left - 1]) if left else after
        else:
            column, near = right, after
            far = min(before, marks[right + 1] - position) if right + 1 < len(marks) else before
        return column, near / (near + far) if near else 0.0

    def options(self, cell: GridCell) -> list[tuple[int, float]]:
        """The columns that the cell may stand in, each with the accidents it takes: one if it is clear, else two."""
        position = self.edge(cell)
        column, unclear = self.nearest(cell)
        if clear(unclear):
            return [(column, 0.0)]
        others = (index for index in range(len(self.marks)) if index != column)
        second = min(others, key=lambda index: abs(position - self.marks[index]))
        return [(column, 0.0), (second, _DISTINCT * (0.5 - unclear) / (0.5 - _CLEAR))]

    def moved(self, offset: float) -> "Ruler":
        """The same columns, all further right by `offset`."""
        return Ruler(tuple(mark + offset for mark in self.marks), self.edge)

    def stretched(self, factor: float) -> "Ruler":
        """The same columns, each `factor` times as far from the line's beginning."""
        return Ruler(tuple(mark * factor for mark in self.marks), self.edge)

    def misfit(self, lines: Sequence[Cells]) -> float:
        """How badly the lines' cells fit the columns, per cell: 0 where each stands on a mark of its own."""
        total, count = 0.0, 0
        for line in lines:
            places = [self.nearest(cell) for cell in line]
            shared = len(places) - len({column for column, _ in places})
            total += sum(unclear for _, unclear in places) + _SHARED * shared
            count += len(places)
        return total / count if count else 0.0

    def fits(self, lines: Sequence[Cells]) -> bool:
        """Whether nearly all of the lines' cells stand clearly in a column, and none far beyond the last."""
        cells = [cell for line in lines for cell in line]
        unclear = sum(not clear(self.nearest(cell)[1]) for cell in cells)
        reach = self.marks[-1] + (median(self._gaps) if self._gaps else 0.0)
        return unclear <= _MAX_UNCLEAR * len(cells) and all(self.edge(cell) <= reach for cell in cells)

    @property
    def _gaps(self) -> list[float]:
        return [after - before for before, after in pairwise(self.marks)]

    def refined(self, lines: Sequence[Cells], edges: Sequence[Edge]) -> "Ruler":
        """The ruler moved onto the cells that clearly stand in its columns, at the edge where they agree best.

        A column is not moved up to its neighbour: then the two would share the cells of one.
        """
        best = self
        for _ in range(_REFINEMENTS):
            columns: list[list[GridCell]] = [[] for _ in best.marks]
            for cell in (cell for line in lines for cell in line):
                column, unclear = best.nearest(cell)
                if clear(unclear):
                    columns[column].append(cell)
            moved = (best._onto(columns, edge) for edge in edges)
            best = min(
                (best, *(ruler for ruler in moved if ruler.ascends and ruler.even)),
                key=lambda ruler: ruler.misfit(lines),
            )
        return best

    def _onto(self, columns: Sequence[Cells], edge: Edge) -> "Ruler":
        """The marks moved onto the columns' cells; a mark over no cell moves as the others do."""
        places = [median(map(edge, cells)) if cells else None for cells in columns]
        shifts = [place - mark for place, mark in zip(places, self.marks, strict=True) if place is not None]
        shift = median(shifts) if shifts else 0.0
        marks = (
            mark + shift if place is None else place for place, mark in zip(places, self.marks, strict=True)
        )
        return Ruler(tuple(marks), edge)

    @property
    def even(self) -> bool:
        """Whether no two columns stand much closer than most do, as two heaps of one column would."""
        return not self._gaps or min(self._gaps) >= _MIN_SPACING * median(self._gaps)

    @property
    def ascends(self) -> bool:
        """Whether every column stands right of the one before it."""
        return all(left < right for left, right in pairwise(self.marks))


def rulers_from_lines(complete: Sequence[Cells], edges: Sequence[Edge]) -> list[Ruler]:
    """The rulers, one an edge, that lines with a cell in every column give."""
    if not complete:
        return []
    columns = list(zip(*complete, strict=True))
    rulers = [Ruler(tuple(fmean(map(edge, cells)) for cells in columns), edge) for edge in edges]
    return [ruler for ruler in rulers if ruler.ascends]


def rulers_from_places(lines: Sequence[Cells], width: int, edges: Sequence[Edge]) -> list[Ruler]:
    """The rulers that the places of all cells give, where they stand in just as many heaps as there are columns."""
    rulers: list[Ruler] = []
    if sum(map(len, lines)) < _WITNESSES * width:
        return rulers
    for edge in edges:
        heaps = heaps_of((cell for line in lines for cell in line), edge)
        if len(heaps) == width and min(map(len, heaps)) > 1:
            ruler = Ruler(tuple(map(fmean, heaps)), edge)
            rulers += [ruler] if ruler.even else []
    return rulers


def heading_ruler(
    lines: Sequence[TableLine], first: int, labels: Sequence[str], centre: Edge
) -> Ruler | None:
    """The ruler that the headings over line `first` give for columns so labelled; null where they do not."""
    wanted = [normalise(label) for label in labels]
    above: list[GridCell] = []
    for line in reversed(lines[max(0, first - _LINES_ABOVE) : first]):
        if line.row.page != lines[first].row.page:
            break
        above += line.cells
    for belongs in (_printed_in, _letter_of, _damaged_in):
        ruler = _ruler(above, wanted, belongs, centre)
        if ruler is not None:
            return ruler
    return None


def _ruler(above: Sequence[GridCell], wanted: Sequence[str], belongs: _Belongs, centre: Edge) -> Ruler | None:
    """The ruler of the words that belong to headings, if they stand in one stack for each, in order."""
    words: list[GridCell] = []
    for piece in above:
        whole = any(belongs(normalise(piece.raw), label) for label in wanted)
        candidates = [piece] if whole else words_of(piece)
        words += [word for word in candidates if any(belongs(normalise(word.raw), label) for label in wanted)]
    columns = _stack(words, centre)
    fits = len(columns) == len(wanted) and all(
        all(belongs(normalise(word.raw), label) for word in column)
        for column, label in zip(columns, wanted, strict=True)
    )
    if not fits:
        return None
    ruler = Ruler(tuple(sum(map(centre, column)) / len(column) for column in columns), centre)
    return ruler if ruler.ascends else None


def _printed_in(word: str, label: str) -> bool:
    return len(word) > 1 and word in label


def _letter_of(word: str, label: str) -> bool:
    """As narrow columns print headings: from top to bottom, a character at a time."""
    return bool(word) and word in label


def _damaged_in(word: str, label: str) -> bool:
    """Characters may be doubled or missing, none is foreign."""
    return bool(word) and set(word) <= set(label)


def _stack(words: Sequence[GridCell], centre: Edge) -> list[list[GridCell]]:
    """Words whose middles are close, column by column from the left."""
    columns: list[list[GridCell]] = []
    for word in sorted(words, key=centre):
        if columns and centre(word) - centre(columns[-1][0]) <= _STACKED:
            columns[-1].append(word)
        else:
            columns.append([word])
    return columns


def heaps_of(cells: Iterable[GridCell], edge: Edge) -> list[list[float]]:
    """The places of the cells' edges, those together that stand next to one another, from the left."""
    heaps: list[list[float]] = []
    for position in sorted(map(edge, cells)):
        if heaps and position - heaps[-1][-1] <= _HEAP:
            heaps[-1].append(position)
        else:
            heaps.append([position])
    return heaps


def clear(unclear: float) -> bool:
    """Whether a cell this unclear may be taken to stand in its nearest column."""
    return unclear <= _CLEAR
