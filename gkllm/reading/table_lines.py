"""Rows of a grid seen as table lines: what may be their label, and which cells come after it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import NamedTuple

from gkllm.documents.document import Document, Grid, GridCell, GridRow, Layout
from gkllm.documents.values import closes, is_label_like, only_ends, unit_of

_FRAGMENTS = 3
"""A label of the form wraps over at most this many further lines before or after its numbers."""
_LONGEST_FRAGMENT = 48
_MIN_UNITS = 5
"""Rows with a cell that is nothing but a unit, before a grid has a column of units: a cell that lost its number may
be one too."""


Extent = tuple[int, int]
"""The columns of its table that a cell covers, half-open."""


class LabelOption(NamedTuple):
    """A text that may be the line's label, and the index of the first cell after it."""

    text: str
    values_from: int
    first: int
    last: int
    """`first` and `last` are the indices of the lines whose text it joins."""


@dataclass(eq=False)
class TableLine:
    """A row of a grid in its place in the document; nobody changes it.

    `grid` counts the document's grids. `unit` is the cell with the unit of the line's number, in a grid that has a
    column of units; it is none of `cells`. `label_end` is the index after the last label-like cell, and `values` are
    the cells after it. `has_values` where numbers stand on the line, or the unit of one that was left blank.
    """

    index: int
    layout: Layout
    row: GridRow
    grid: int = 0
    unit: GridCell | None = None

    def __post_init__(self) -> None:
        cells, unit = self.row.cells, self.unit
        self.cells = cells if unit is None else tuple(cell for cell in cells if cell is not unit)
        label_end = len(self.cells)
        while label_end and not is_label_like(self.cells[label_end - 1].raw):
            label_end -= 1
        self.label_end = label_end
        self.values = self.cells[label_end:]
        self.has_values = unit is not None or any(cell.raw for cell in self.values)

    @cached_property
    def extents(self) -> Mapping[Extent, GridCell]:
        """The cells by what they cover; by their number where the layout has no columns of its own."""
        if self.layout == "lattice":
            return {(cell.left, cell.right): cell for cell in self.cells}
        return {(index, index + 1): cell for index, cell in enumerate(self.cells)}

    @cached_property
    def length(self) -> int:
        """The column after the line's last."""
        if self.layout != "lattice":
            return len(self.cells)
        return max((right for _, right in (*self.extents, *self.row.covered)), default=0)

    @cached_property
    def own_options(self) -> list[LabelOption]:
        """The label options that the line's own cells give, the likeliest first."""
        options: list[LabelOption] = []
        labels = [position for position in range(self.label_end) if is_label_like(self.cells[position].raw)]
        for position in reversed(labels):
            text = self.cells[position].raw
            # Merged cells repeat their label; any other text behind it stands in a number's place.
            end = position + 1
            while end < self.label_end and self.cells[end].raw == text:
                end += 1
            options.append(LabelOption(text, end, self.index, self.index))
            if position and (before := self.cells[position - 1].raw):
                options.append(LabelOption(before + text, end, self.index, self.index))
        if len(labels) > 2:
            whole = "".join(cell.raw for cell in self.cells[: self.label_end])
            options.append(LabelOption(whole, self.label_end, self.index, self.index))
        return options


def table_lines(document: Document) -> list[TableLine]:
    """Every row of every grid, in text order."""
    lines: list[TableLine] = []
    for number, grid in enumerate(document.grids):
        lines += _of_grid(grid, number, len(lines))
    return lines


def grids_between(grids: Iterable[Grid], start: int, end: int) -> tuple[Grid, ...]:
    """The grids with those of their rows that begin between two places of the text, as far as there are any."""
    within = (
        replace(grid, rows=tuple(row for row in grid.rows if start <= begin_of(row) < end)) for grid in grids
    )
    return tuple(grid for grid in within if grid.rows)


def begin_of(row: GridRow) -> int:
    """Where in the text a row begins."""
    return row.cells[0].start if row.cells else 0


def _of_grid(grid: Grid, number: int, offset: int) -> Iterator[TableLine]:
    units = {
        index: cell
        for index, row in enumerate(grid.rows)
        for cell in reversed(row.cells)
        if cell.raw and unit_of(cell.raw)
    }
    for index, row in enumerate(grid.rows):
        unit = units.get(index) if len(units) >= _MIN_UNITS else None
        yield TableLine(offset + index, grid.layout, row, number, unit)


def joined_options(
    lines: Sequence[TableLine],
    index: int,
    is_fragment: Callable[[str], bool],
    is_label: Callable[[str], bool],
) -> Iterator[LabelOption]:
    """Label options that join the line's text with fragments on the lines around it, the fewest lines first.

    `is_fragment` tells text that can be part of a row's label from prose, `is_label` text that is like a whole one.
    """
    line = lines[index]
    own = _own_spellings(line)
    before = _fragments(lines, index, -1, is_fragment) if begins_above(line) else []
    after = _fragments(lines, index, +1, is_fragment) if goes_on_below(line) else []
    if line.layout == "fixed_width" and line.label_end and wraps(line) and not any(map(is_label, own)):
        # What stands before the numbers is a piece of a group's label, printed from top to bottom.
        own.append("")
    extents = ((above, below) for above in range(len(before) + 1) for below in range(len(after) + 1))
    for above, below in sorted(extents, key=sum)[1:]:
        spellings = product(_spellings(before[:above][::-1]), own, _spellings(after[:below]))
        for head, middle, tail in spellings:
            yield LabelOption("".join((*head, middle, *tail)), line.label_end, index - above, index + below)


def _own_spellings(line: TableLine) -> list[str]:
    """The line's own label cells together, and where there are several the last alone."""
    labels = [cell.raw for cell in line.cells[: line.label_end]]
    return ["".join(labels), *labels[1:][-1:]]


def begins_above(line: TableLine) -> bool:
    """Whether the line's label may begin on lines above: a real row without one is not the rest of the row above."""
    return line.layout != "lattice" or bool(line.label_end)


def wraps(line: TableLine) -> bool:
    """Whether the layout breaks labels, and what the line has of one does not end it."""
    own = _own_spellings(line)[0]
    return line.layout in ("fixed_width", "sequential") and not (only_ends(own) or closes(own))


def goes_on_below(line: TableLine) -> bool:
    """Whether the line's label may go on below. Where one cell follows another a number that has its unit has its label
    before it.
    """
    one_after_another = line.layout == "sequential" and line.unit is not None
    return line.layout == "lattice" or (wraps(line) and not one_after_another)


def _fragments(
    lines: Sequence[TableLine], index: int, step: int, is_fragment: Callable[[str], bool]
) -> list[TableLine]:
    """The lines next to this one, nearest first, that hold label text and no value."""
    found: list[TableLine] = []
    position = index + step
    while 0 <= position < len(lines) and len(found) < _FRAGMENTS:
        line = lines[position]
        if line.layout != lines[index].layout or line.has_values or not line.label_end:
            break
        text = "".join(cell.raw for cell in line.cells)
        pages = abs(line.row.page - lines[index].row.page)
        near = pages <= (line.layout == "lattice") and len(text) <= _LONGEST_FRAGMENT
        if not near or not (is_fragment(text) or is_fragment(line.cells[line.label_end - 1].raw)):
            break
        found.append(line)
        position += step
    return found


def _spellings(fragments: Sequence[TableLine]) -> list[list[str]]:
    """The fragments' whole texts, and their last cells alone (a group's label may stand before the row's)."""
    whole = ["".join(cell.raw for cell in line.cells) for line in fragments]
    last = [line.cells[line.label_end - 1].raw for line in fragments]
    return [whole] if whole == last else [whole, last]
