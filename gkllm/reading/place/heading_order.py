"""The order of the headings printed over a group of rows: it decides which number is which column's.

In any layout the words above the rows tell whether their order is the form's. Where cells are cells, a heading and
the numbers of its column stand at the same place of their rows.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.documents.values import is_label_like
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.form_headings import form_headings, in_order
from gkllm.reading.place.candidates import Placement
from gkllm.reading.placed import LocatedRow
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import Extent, TableLine

_DISORDER = Doubt(DoubtKind.HEADINGS_REORDERED)
_LINES_ABOVE = 26
"""The headings of section 四, one a line, stand up to so many lines over the first number."""
_TELLING = 2
"""A line with so many of the headings, or with all of them, is a line of headings."""
_LONGEST_WORD = 6
_YEAR = re.compile(r"(?:(?:19|20)\d\d年度?|(?:本|上|上一)年度?|去年|今年)(?:件?数|数量)?")
"""A heading that names a year, this one or another."""
_REPEATING = ("pipe", "delimited", "lattice")
"""Layouts in which a merged cell may be printed in every place that it covers."""
_STREAMS = ("sequential", "stream")
"""Layouts in which headings may follow one another, a row each."""
_SPACED = ("fixed_width", *_STREAMS)
"""Layouts in which a heading is a word of its line, not a cell."""


class Heading(NamedTuple):
    """A text printed over the rows, the columns it stands over, and the form's label that it is, if it is one.

    `right` is where it ends on its line.
    """

    text: str
    extent: Extent
    label: str | None
    right: int


class HeadingLine(NamedTuple):
    """What a line over the rows prints, and the form's labels in it; `length` is the column after its last."""

    headings: list[Heading]
    labels: list[str]
    length: int


def follow_headings(
    lines: Sequence[TableLine], group: Sequence[LocatedRow], placed: Sequence[Placement]
) -> list[Placement]:
    """The placements of rows under the same headings, as those headings have it.

    A row whose cells stand under the headings, each printed once, is read by them. Any other stays as it was
    placed, and is marked where the headings show another order than the form's, or others among them.
    """
    printed = _PrintedHeadings(lines, group)
    if not (printed.lines or printed.years) or (printed.in_order and group[0].line.layout == "lattice"):
        return list(placed)
    return [
        printed.place(found) or (was if printed.in_order else Placement(was.cells, _DISORDER))
        for found, was in zip(group, placed, strict=True)
    ]


class _PrintedHeadings:
    """The lines of headings over a group of rows, the lowest first."""

    def __init__(self, lines: Sequence[TableLine], group: Sequence[LocatedRow]) -> None:
        self._group = group
        self._layout = group[0].line.layout
        self._form = form_headings(group[0].rows, self._layout in _REPEATING)
        self.years: set[str] = set()
        """What names the years that columns are of."""
        self.next_to_rows = True
        """Whether no other row of numbers stands between the headings and the group's rows."""
        self.foreign_below = False
        """Whether a short text that is none of the form's headings stands between those and the rows."""
        self.lines = list(self._above(lines))

    def _above(self, lines: Sequence[TableLine]) -> Iterator[HeadingLine]:
        """The lines of headings up to other rows of numbers; rows whose label was lost may stand below them."""
        first = self._group[0].line
        seen = False
        # Where a row begins with a label the lowest headings may be what the numbers' own row begins with.
        own = replace(first, row=replace(first.row, cells=first.cells[: first.label_end]), unit=None)
        above = reversed(lines[max(0, first.index - _LINES_ABOVE) : first.index])
        for line in (own, *above) if first.label_end else above:
            if line.layout != self._layout:
                return
            headings = list(self._headings(line))
            labels = [heading.label for heading in headings if heading.label]
            printed = HeadingLine(headings, labels, line.length)
            self.years.update(_years_over(printed))
            if self._are_headings(printed):
                seen = True
                yield printed
            elif line.has_values:
                if seen:
                    return
                self.next_to_rows = False
            elif not seen and line.index < self._group[0].first_line and _is_short(line):
                self.foreign_below = True

    def _headings(self, line: TableLine) -> Iterator[Heading]:
        spaced = self._layout in _SPACED
        for extent, cell in line.extents.items():
            for word in words_of(cell) if spaced else filter(attrgetter("raw"), [cell]):
                label = self._form.named(word.raw) if spaced else self._form.likely(word.raw)
                yield Heading(word.raw, extent, label, word.right)

    def _are_headings(self, line: HeadingLine) -> bool:
        labels = set(line.labels)
        need = 1 if self._layout in _STREAMS else min(_TELLING, len(self._form.columns))
        return len(labels) >= need or bool(labels & self._form.groups)

    @cached_property
    def in_order(self) -> bool:
        """Whether the headings stand as the form has them, as far as they are printed, with no others among them."""
        lines = [line.labels for line in self.lines]
        if len(self.years) > 1:
            return False
        if self._layout in _STREAMS and self._one_after_another:
            return self._in_order_together([label for labels in reversed(lines) for label in labels])
        if not all(map(self._form.ordered, lines)) or self._too_many(lines):
            return False
        return self._none_joined_to_all if self._layout in _SPACED else self._in_order_by_columns

    def _in_order_together(self, labels: list[str]) -> bool:
        """Whether headings that follow one another do so in the form's order, and no other follows all of them."""
        together = self._lowest(labels)
        joined = self.foreign_below and self._form.columns <= set(together)
        return not joined and self._form.ordered(together)

    @property
    def _none_joined_to_all(self) -> bool:
        """Whether no other heading stands among all of the form's, where these are next to the rows."""
        whole = self._form.columns <= {label for line in self.lines for label in line.labels}
        return not (whole and self.next_to_rows and any(map(self._joined, self.lines)))

    @property
    def _in_order_by_columns(self) -> bool:
        """Whether the headings' columns are in order, none with several numbers, and no other heading among them."""
        merged = [run for _, run in self._runs if len(run) > 1]
        if any(self._under(found, run) is None for found in self._group for run in merged):
            return False
        runs = [label for label, _ in self._runs]
        return in_order(runs, self._form.leaves) and not any(map(self._joined, self.lines))

    def _too_many(self, lines: Sequence[Sequence[str]]) -> bool:
        """Whether a heading of columns is printed more often than the form has it, where merged ones stand once."""
        printed = Counter(label for labels in lines for label in labels if label in self._form.columns)
        return self._layout == "word_dump" and not printed <= Counter(self._form.leaves)

    def _lowest(self, labels: list[str]) -> list[str]:
        """The last of the headings, where they are all of the form's: merged ones above are printed over and over."""
        count = len(self._form.leaves)
        leaves = [label for label in labels if label in self._form.leaves]
        alone = leaves[-count:] == self._form.leaves and leaves[-2 * count : -count] != self._form.leaves
        merged = count == 1 and all(found.is_merged for found in self._group)
        return self._form.leaves if alone or merged else labels

    @property
    def _one_after_another(self) -> bool:
        """Whether the lines of headings are read as one: they hold all of them, or one each, none torn."""
        whole = self._form.columns <= {label for line in self.lines for label in line.labels}
        return whole or all(len(line.headings) == 1 for line in self.lines)

    def _joined(self, line: HeadingLine) -> bool:
        """Whether a heading that the form does not have, nor one of its own damaged, follows one that it has."""
        printed = {label for line in self.lines for label in line.labels}
        missing = set("".join({*self._form.leaves, *self._form.groups} - printed))
        first = next(index for index, heading in enumerate(line.headings) if heading.label)
        if not self._group[0].values_from:
            first = 0
        elif self._layout in _SPACED:
            # Over the rows' labels stands one text at most.
            first = int(line.headings[0].right <= self._numbers_from)
        return any(
            heading.label is None and _legible(heading.text) and not missing & set(heading.text)
            for heading in line.headings[first:]
        )

    @cached_property
    def _numbers_from(self) -> int:
        """Where the first number stands on its line; beyond it where none is printed."""
        return min((cell.left for found in self._group for cell in found.values), default=sys.maxsize)

    @cached_property
    def _length(self) -> int:
        """How long most rows of the group are."""
        lengths = [found.line.length for found in self._group]
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
        if self._layout in _SPACED or len(self.years) > 1 or self._columns is None:
            return None
        if found.line.length != self._length or self._prints_under_none(found):
            return None
        cells = [self._under(found, run) for run in self._columns]
        placed = tuple(cell for cell in cells if cell is not None)
        return Placement(placed) if len(placed) == len(cells) else None

    def _prints_under_none(self, found: LocatedRow) -> bool:
        """Whether the row prints something behind its label that stands under no heading."""
        headed = [h.extent for line in self.lines if line.length == self._length for h in line.headings]
        behind = list(found.line.extents.items())[found.values_from :]
        printed = [extent for extent, cell in behind if cell.raw]
        return any(not any(left < end and start < right for start, end in headed) for left, right in printed)

    def _under(self, found: LocatedRow, run: Sequence[Extent]) -> GridCell | None:
        """The row's cell in the cells of one heading; null where it has none there, or they print different things."""
        cells = found.line.extents
        under = [cells[extent] for extent in run if extent in cells]
        if len(under) < len(run) or len({cell.raw for cell in under}) > 1:
            return None
        return under[0]


def _years_over(line: HeadingLine) -> list[str]:
    """What a line names years with that holds little else but headings of the form's."""
    years = [heading.text for heading in line.headings if _YEAR.fullmatch(heading.text)]
    return years if len(years) + len(line.labels) + 1 >= len(line.headings) else []


def _is_short(line: TableLine) -> bool:
    """Whether the line is one word, as long as a heading of the form's may be."""
    text = "".join(cell.raw for cell in line.cells)
    return len(line.cells) == 1 and len(text) <= _LONGEST_WORD and _legible(text)


@lru_cache(maxsize=1024)
def _legible(text: str) -> bool:
    """Whether a heading is in words of simplified characters: another may be one of the form's all the same."""
    try:
        return bool(text.encode("gb2312")) and is_label_like(text)
    except UnicodeEncodeError:
        return False


def _labels_end(found: LocatedRow) -> int:
    """The first column after the row's label."""
    return max((right for _, right in list(found.line.extents)[: found.values_from]), default=0)
