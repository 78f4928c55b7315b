"""Whether places on the lines of a layout text tell columns, and whether a wide character counts as one or two there.

Both have one answer for the whole document.
"""

from collections import Counter
from collections.abc import Sequence

from gkllm.reading.column_places import MEASURES, Edge
from gkllm.reading.gaps import page_rulers
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.table_lines import TableLine

_NO_RULER = 0.5
"""The misfit of cells whose columns a measure cannot tell: that of a cell halfway between two columns."""


_MIN_ROWS = 3
_ALIKE = 0.8
"""Share of rows whose first number follows its label by one and the same gap, however long the label is: then gaps stand
between cells as a separator does, and a place on the line is no column."""


def document_measure(lines: Sequence[TableLine], tables: Sequence[LocatedTable]) -> Sequence[Edge]:
    """The edges of the measure in which the numbers of all tables fit their columns best; none where places tell nothing.

    Programs that print layout text count a wide character as one column or as two, and the whole text alike.
    """
    groups = [
        group
        for table in tables
        for group in table.groups()
        if any(row.line.layout == "fixed_width" for row in group)
    ]
    if not groups:
        return MEASURES[0]
    if _is_separated([row for group in groups for row in group]):
        return ()

    def misfit(edges: Sequence[Edge]) -> float:
        total = 0.0
        for group in groups:
            for page, ruler in page_rulers(lines, group, edges).items():
                values = [row.values for row in group if row.line.row.page == page]
                total += sum(map(len, values)) * (ruler.misfit(values) if ruler is not None else _NO_RULER)
        return total

    return min(MEASURES, key=misfit)


def _is_separated(rows: Sequence[LocatedRow]) -> bool:
    """Whether numbers follow their labels by one gap, and not under one another."""
    begun = [
        (row.line.cells[row.values_from - 1], row.values[0])
        for row in rows
        if row.values_from and row.values and row.line.layout == "fixed_width"
    ]
    gaps = Counter(value.left - label.right for label, value in begun)
    if len(begun) < _MIN_ROWS or len({value.left for _, value in begun}) < _MIN_ROWS:
        return False
    return gaps.most_common(1)[0][1] >= _ALIKE * len(begun)
