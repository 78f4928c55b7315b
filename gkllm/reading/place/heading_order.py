"""The order of the headings printed over a group of rows: it decides which number is which column's.

In any layout the words above the rows tell whether their order is the form's. Where cells are cells, a heading and
the numbers of its column stand at the same place of their rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from gkllm.documents.document import GridCell
from gkllm.documents.values import is_label_like
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import BLANK, Placement
from gkllm.reading.placed import LocatedRow
from gkllm.reading.row_labels import MIN_SCORE, normalise, similarity
from gkllm.reading.table_lines import TableLine

Extent = tuple[int, int]
"""The columns of its table that a cell covers, half-open."""

_DISORDER = Doubt(DoubtKind.HEADINGS_REORDERED)
_LINES_ABOVE = 26
"""The headings of section 四, one a line, stand up to so many lines over the first number."""
_LEAD = 0.15
"""A damaged heading is told when it is this much more like its label than like any other."""
_TELLING = 2
"""A line with so many of the headings, or with all of them, is a line of headings."""
_STREAMS = ("sequential", "stream")
"""Layouts in which headings may follow one another, a row each."""
_SPACED = ("fixed_width", *_STREAMS)
"""Layouts in which a heading is a word of its line, not a cell."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A text printed over the rows, the columns it stands over, and the form's label that it is, if it is one."""

    text: str
    extent: Extent
    label: str | None


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """What a line over the rows prints; `length` is the column after its last."""

    headings: tuple[Heading, ...]
    length: int

    @property
    def labels(self) -> list[str]:
        return [heading.label for heading in self.headings if heading.label]


def follow_headings(
    lines: Sequence[TableLine], group: Sequence[LocatedRow], placed: Sequence[Placement]
) -> list[Placement]:
    """The placements of rows under the same headings, as those headings have it.

    A row whose cells stand under the headings, each printed once, is read by them. Any other stays as it was
    placed, and is marked where the headings show another order than the form's, or others among them.
    """
    printed = _PrintedHeadings(lines, group)
    if not printed.lines or (printed.in_order and group[0].line.layout == "lattice"):
        return list(placed)
    return [
        printed.place(found) or (was if printed.in_order else Placement(was.cells, _DISORDER))
        for found, was in zip(group, placed, strict=True)
    ]


class _FormHeadings:
    """The headings that the form has over a row, normalised: of its columns, and of groups of columns."""

    def __init__(self, found: LocatedRow) -> None:
        columns = [column for _, column in found.columns]
        self.leaves = [normalise(column.label) for column in columns]
        self._grouped = [normalise(column.label) for column in columns if column.groups]
        self._orders = [[normalise((*column.groups, column.label)[0]) for column in columns]]
        if len(found.rows) > 1:
            self._orders.append([normalise(row.label) for row in found.rows])
            self._orders.append([normalise((*row.groups, row.label)[0]) for row in found.rows])
        self.groups = {label for order in self._orders for label in order} - set(self.leaves)
        self._all = sorted({*self.leaves, *self.groups})

    def named(self, text: str, *, damaged: bool) -> str | None:
        """The heading that the text prints, `damaged` ones told by their likeness."""
        if (whole := normalise(text)) in self._all or not damaged:
            return whole if whole in self._all else None
        scores = sorted(((similarity(text, label), label) for label in self._all), reverse=True)
        second = scores[1][0] if len(scores) > 1 else 0.0
        return scores[0][1] if scores[0][0] >= max(MIN_SCORE, second + _LEAD) else None

    def ordered(self, labels: Sequence[str]) -> bool:
        """Whether headings read one after another stand in the form's order.

        Where a group's heading is among them those of its columns may follow on all of the line it stands on.
        """
        grouped = any(label in self.groups for label in labels) and self._grouped
        return _in_order(labels, self._grouped if grouped else self.leaves) and self.groups_ordered(labels)

    def groups_ordered(self, labels: Sequence[str]) -> bool:
        """Whether the headings of groups stand in the form's order among themselves and their neighbours."""
        return all(_in_order(labels, order) for order in self._orders if set(order) & self.groups)


def _in_order(labels: Iterable[str], order: Sequence[str]) -> bool:
    """Whether those of the labels that the order has follow one another as in it, merged cells' repeated."""
    rest = iter(order)
    wanted = set(order)
    return all(label in rest for label, _ in groupby(label for label in labels if label in wanted))


class _PrintedHeadings:
    """The lines of headings over a group of rows, the lowest first."""

    def __init__(self, lines: Sequence[TableLine], group: Sequence[LocatedRow]) -> None:
        self._group = group
        self._layout = group[0].line.layout
        self._form = _FormHeadings(group[0])
        self.lines = list(self._above(lines))

    def _above(self, lines: Sequence[TableLine]) -> Iterator[HeadingLine]:
        """The lines of headings up to other rows of numbers; rows whose label was lost may stand below them."""
        index = self._group[0].line.index
        seen = False
        for line in reversed(lines[max(0, index - _LINES_ABOVE) : index]):
            if line.layout != self._layout:
                return
            printed = HeadingLine(tuple(self._headings(line)), _length(line))
            if self._are_headings(printed):
                seen = True
                yield printed
            elif line.has_values and seen:
                return

    def _headings(self, line: TableLine) -> Iterator[Heading]:
        spaced = self._layout in _SPACED
        for extent, cell in _cells(line).items():
            for text in cell.raw.split() if spaced else filter(None, [cell.raw]):
                yield Heading(text, extent, self._form.named(text, damaged=not spaced))

    def _are_headings(self, line: HeadingLine) -> bool:
        labels = set(line.labels)
        need = 1 if self._layout in _STREAMS else min(_TELLING, len(set(self._form.leaves)))
        return len(labels) >= need or bool(labels & self._form.groups)

    @cached_property
    def in_order(self) -> bool:
        """Whether the headings stand as the form has them, as far as they are printed, with no others among them."""
        lines = [line.labels for line in self.lines]
        if self._layout in _STREAMS and self._one_after_another:
            return self._form.ordered([label for labels in reversed(lines) for label in labels])
        if not all(map(self._form.ordered, lines)):
            return False
        if self._layout in _SPACED:
            return True
        runs = [label for label, _ in self._runs]
        repeated = any(
            len(run) > 1 and self._under(found, run) is None for found in self._group for _, run in self._runs
        )
        return not repeated and _in_order(runs, self._form.leaves) and not any(map(self._joined, self.lines))

    @property
    def _one_after_another(self) -> bool:
        """Whether the lines of headings are read as one: they hold all of them, or one each, none torn."""
        whole = set(self._form.leaves) <= {label for line in self.lines for label in line.labels}
        return whole or all(len(line.headings) == 1 for line in self.lines)

    def _joined(self, line: HeadingLine) -> bool:
        """Whether a heading that the form does not have, nor one of its own damaged, follows one that it has."""
        printed = {label for line in self.lines for label in line.labels}
        missing = set("".join({*self._form.leaves, *self._form.groups} - printed))
        first = next(index for index, heading in enumerate(line.headings) if heading.label)
        return any(
            heading.label is None and _legible(heading.text) and not missing & set(heading.text)
            for heading in line.headings[first:]
        )

    @cached_property
    def _length(self) -> int:
        """How long most rows of the group are."""
        lengths = [_length(found.line) for found in self._group]
        return max(lengths, key=lengths.count)

    @cached_property
    def _runs(self) -> list[tuple[str, list[Extent]]]:
        """The columns' headings from left to right, each with the cells it stands in, several where it was merged.

        They are those of the lines as long as the rows. None are known where two stand at one place, or one over
        the rows' labels: those lines lost the blanks of merged cells.
        """
        over = {
            (heading.extent, heading.label)
            for line in self.lines
            if line.length == self._length
            for heading in line.headings
            if heading.label in self._form.leaves
        }
        leaves = sorted((extent, label) for extent, label in over if label)
        labels_end = max(_labels_end(found) for found in self._group)
        if len({left for (left, _), _ in leaves}) < len(leaves) or (leaves and leaves[0][0][0] < labels_end):
            return []
        return [
            (label, [extent for extent, _ in run]) for label, run in groupby(leaves, key=lambda leaf: leaf[1])
        ]

    @cached_property
    def _columns(self) -> list[list[Extent]] | None:
        """Where each number of a row stands, in the form's order; null where that is not told for all of them."""
        groups_ordered = all(self._form.groups_ordered(line.labels) for line in self.lines)
        if not groups_ordered or len(self._runs) != len(self._form.leaves):
            return None
        columns: list[list[Extent]] = []
        for row in self._group[0].rows:
            labels = [normalise(column.label) for column in row.columns]
            block = dict(self._runs[len(columns) : len(columns) + len(labels)])
            if set(block) != set(labels):
                return None
            columns += [block[label] for label in labels]
        return columns

    def place(self, found: LocatedRow) -> Placement | None:
        """The row as its headings have it; null where they do not tell, or a number stands under none."""
        if self._layout in _SPACED or self._columns is None or _length(found.line) != self._length:
            return None
        headed = [h.extent for line in self.lines if line.length == self._length for h in line.headings]
        for (left, right), cell in list(_cells(found.line).items())[found.values_from :]:
            if cell.raw and not any(left < end and start < right for start, end in headed):
                return None
        cells = [self._under(found, run) for run in self._columns]
        placed = tuple(cell for cell in cells if cell is not None)
        return Placement(placed) if len(placed) == len(cells) else None

    def _under(self, found: LocatedRow, run: Sequence[Extent]) -> GridCell | None:
        """The row's cell in the cells of one heading; null where it has none there, or they print different things."""
        if _length(found.line) != self._length:
            return BLANK
        cells = _cells(found.line)
        under = [cells[extent] for extent in run if extent in cells]
        printed = [cell for cell in under if cell.raw]
        if len(under) < len(run) or len({cell.raw for cell in printed}) > 1:
            return None
        return printed[0] if printed else under[0]


def _legible(text: str) -> bool:
    """Whether a heading is in words of simplified characters: another may be one of the form's all the same."""
    try:
        return bool(text.encode("gb2312")) and is_label_like(text)
    except UnicodeEncodeError:
        return False


def _cells(line: TableLine) -> Mapping[Extent, GridCell]:
    """The line's cells by what they cover; by their number where the layout has no columns of its own."""
    if line.layout == "lattice":
        return {(cell.left, cell.right): cell for cell in line.cells}
    return {(index, index + 1): cell for index, cell in enumerate(line.cells)}


def _length(line: TableLine) -> int:
    """The column after the line's last."""
    return max((right for _, right in (*_cells(line), *line.row.covered)), default=0)


def _labels_end(found: LocatedRow) -> int:
    """The first column after the row's label."""
    return max((right for _, right in list(_cells(found.line))[: found.values_from]), default=0)
