"""Ruled lines become frames of cells.

Lines are drawn in many ways: strokes, thin filled rectangles, dashes, two strokes side by side, the four sides of
each cell. What counts is where a wall stands between two neighbouring places of the frame.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gkllm.documents.paged.page import Box, Page, Stroke
from gkllm.facts import Doubt, DoubtKind

_OPEN = Doubt(DoubtKind.OPEN_FRAME)
_JOIN = 4.0
"""Pieces of one line with at most this gap between them, in points, are one line: dashes, and double strokes."""
_SAME = 5.0
"""Lines at most this far apart are one wall: double lines, the touching sides of two cells. No cell is so narrow."""
_TOUCH = 4.0
_SHORTEST = 5.0
_WALL = 0.6
"""Share of a place's side that must be ruled before it is a wall: a line under a number is shorter."""
_LEAST_WIDTH = 40.0
"""A frame narrower than this, in points, is no table but a drawing, or a large character's strokes."""
MAX_LINES = 1_000
"""Lines of one direction on a page, pieces of the same line counted once."""
_OVERHANG = 8.0
"""Lines that reach this far over the outermost crossing line show a frame whose outer border is left out."""


class TooManyLines(Exception):
    """A page has more lines than any table; its argument is the page's number."""


@dataclass(frozen=True, slots=True)
class LatticeCell:
    """A cell of a frame: its box, and the rows and columns [first, last] it spans."""

    box: Box
    top: int
    bottom: int
    left: int
    right: int
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A ruled table: its cells from top to bottom, then left to right."""

    box: Box
    cells: tuple[LatticeCell, ...]

    def rows(self) -> Iterable[list[LatticeCell]]:
        """The cells by the row they start in; rows in which none starts are left out."""
        starting: dict[int, list[LatticeCell]] = {}
        for cell in self.cells:
            starting.setdefault(cell.top, []).append(cell)
        for top in sorted(starting):
            yield sorted(starting[top], key=lambda cell: cell.left)


def frames_of(page: Page) -> list[Frame]:
    """The page's ruled tables with at least two cells, from top to bottom.

    Raises:
        TooManyLines: the page has more lines than tables could have.
    """
    across = _merged([stroke for stroke in page.strokes if stroke.horizontal])
    down = _merged([stroke for stroke in page.strokes if not stroke.horizontal])
    if max(len(across), len(down)) > MAX_LINES:
        raise TooManyLines(page.number)
    frames = [_frame(*group) for group in _groups(across, down)]
    return sorted((frame for frame in frames if frame is not None), key=lambda frame: frame.box.top)


def _merged(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Collinear strokes that touch, joined; what then is shorter than a character is left out."""
    by_place = sorted(strokes, key=lambda stroke: stroke.at)
    merged: list[Stroke] = []
    index = 0
    while index < len(by_place):
        stop = index + 1
        while stop < len(by_place) and by_place[stop].at - by_place[stop - 1].at <= 0.6:
            stop += 1
        merged += _joined(by_place[index:stop])
        index = stop
    return [stroke for stroke in merged if stroke.end - stroke.start >= _SHORTEST]


def _joined(strokes: Sequence[Stroke]) -> list[Stroke]:
    joined: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda stroke: stroke.start):
        if joined and stroke.start <= joined[-1].end + _JOIN:
            last = joined[-1]
            joined[-1] = Stroke(last.horizontal, last.at, last.start, max(last.end, stroke.end))
        else:
            joined.append(stroke)
    return joined


def _groups(across: Sequence[Stroke], down: Sequence[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """The strokes that cross or touch each other, directly or through others, together."""
    parents = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for i, line in enumerate(across):
        for j, column in enumerate(down, len(across)):
            meets = (
                line.start - _TOUCH <= column.at <= line.end + _TOUCH
                and column.start - _TOUCH <= line.at <= column.end + _TOUCH
            )
            if meets:
                parents[root(i)] = root(j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for index in range(len(parents)):
        lines, columns = groups.setdefault(root(index), ([], []))
        if index < len(across):
            lines.append(across[index])
        else:
            columns.append(down[index - len(across)])
    return [group for group in groups.values() if group[0] and group[1]]


def _places(strokes: Sequence[Stroke], outer: tuple[float, float]) -> list[float]:
    """The places of walls along one axis: those of the strokes, near ones as one, and the outer borders."""
    clusters: list[list[float]] = []
    for place in sorted(stroke.at for stroke in strokes):
        if clusters and place - clusters[-1][0] <= _SAME:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    places = [sum(cluster) / len(cluster) for cluster in clusters]
    if places[0] - outer[0] > _OVERHANG:
        places.insert(0, outer[0])
    if outer[1] - places[-1] > _OVERHANG:
        places.append(outer[1])
    return places


class _Walls:
    """Which sides of the frame's places are ruled. `xs` and `ys` are the places of walls."""

    def __init__(
        self, across: Sequence[Stroke], down: Sequence[Stroke], xs: list[float], ys: list[float]
    ) -> None:
        self.xs, self.ys = xs, ys
        self.below = self._stroked(across, ys, xs)
        self.beside = self._stroked(down, xs, ys)

    @staticmethod
    def _stroked(strokes: Sequence[Stroke], places: list[float], marks: list[float]) -> set[tuple[int, int]]:
        """(index of the place, index of the interval between marks) of every side that is a wall."""
        at: dict[int, list[tuple[float, float]]] = {}
        for stroke in strokes:
            near = min(range(len(places)), key=lambda index: abs(places[index] - stroke.at))
            at.setdefault(near, []).append((stroke.start, stroke.end))
        walls: set[tuple[int, int]] = set()
        for place, pieces in at.items():
            for index in range(len(marks) - 1):
                low, high = marks[index], marks[index + 1]
                if _covered(pieces, low, high) >= _WALL * (high - low):
                    walls.add((place, index))
        return walls


def _covered(pieces: Sequence[tuple[float, float]], low: float, high: float) -> float:
    covered, reached = 0.0, low
    for start, end in sorted(pieces):
        start, end = max(start, reached), min(end, high)
        if end > start:
            covered += end - start
            reached = end
    return covered


def _frame(across: list[Stroke], down: list[Stroke]) -> Frame | None:
    xs = _places(down, (min(stroke.start for stroke in across), max(stroke.end for stroke in across)))
    ys = _places(across, (min(stroke.start for stroke in down), max(stroke.end for stroke in down)))
    if len(xs) * len(ys) < 6 or xs[-1] - xs[0] < _LEAST_WIDTH:
        return None
    walls = _Walls(across, down, xs, ys)
    cells = _cells(walls)
    if len(cells) < 2:
        return None
    return Frame(Box(xs[0], ys[0], xs[-1], ys[-1]), tuple(cells))


def _cells(walls: _Walls) -> list[LatticeCell]:
    """The regions of places with no wall between them; one that is no rectangle is cut into its rows."""
    width, height = len(walls.xs) - 1, len(walls.ys) - 1
    seen: set[tuple[int, int]] = set()
    cells: list[LatticeCell] = []
    for start in ((row, column) for row in range(height) for column in range(width)):
        if start in seen:
            continue
        region = _region(walls, start)
        seen |= region
        rows = {row for row, _ in region}
        columns = {column for _, column in region}
        if len(region) == len(rows) * len(columns):
            cells.append(_cell(walls, min(rows), max(rows), min(columns), max(columns)))
            continue
        for row in sorted(rows):
            for first, last in _runs(sorted(column for r, column in region if r == row)):
                cells.append(_cell(walls, row, row, first, last, _OPEN))
    return sorted(cells, key=lambda cell: (cell.top, cell.left))


def _region(walls: _Walls, start: tuple[int, int]) -> set[tuple[int, int]]:
    width, height = len(walls.xs) - 1, len(walls.ys) - 1
    region = {start}
    waiting = [start]
    while waiting:
        row, column = waiting.pop()
        for to_row, to_column, walled in (
            (row + 1, column, (row + 1, column) in walls.below),
            (row - 1, column, (row, column) in walls.below),
            (row, column + 1, (column + 1, row) in walls.beside),
            (row, column - 1, (column, row) in walls.beside),
        ):
            inside = 0 <= to_row < height and 0 <= to_column < width
            if inside and not walled and (to_row, to_column) not in region:
                region.add((to_row, to_column))
                waiting.append((to_row, to_column))
    return region


def _runs(columns: list[int]) -> Iterable[tuple[int, int]]:
    first = columns[0]
    for before, after in zip(columns, [*columns[1:], -1], strict=True):
        if after != before + 1:
            yield first, before
            first = after


def _cell(
    walls: _Walls, top: int, bottom: int, left: int, right: int, doubt: Doubt | None = None
) -> LatticeCell:
    box = Box(walls.xs[left], walls.ys[top], walls.xs[right + 1], walls.ys[bottom + 1])
    return LatticeCell(box, top, bottom, left, right, doubt)
