"""Whether a layout text counts wide characters as one column or two: one answer for the whole document."""

from collections.abc import Sequence

from gkllm.reading.column_places import MEASURES, Edge
from gkllm.reading.gaps import page_rulers
from gkllm.reading.placed import LocatedTable
from gkllm.reading.table_lines import TableLine

_NO_RULER = 0.5
"""The misfit of cells whose columns a measure cannot tell: that of a cell halfway between two columns."""


def document_measure(lines: Sequence[TableLine], tables: Sequence[LocatedTable]) -> Sequence[Edge]:
    """The edges of the measure in which the numbers of all tables fit their columns best.

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

    def misfit(edges: Sequence[Edge]) -> float:
        total = 0.0
        for group in groups:
            for page, ruler in page_rulers(lines, group, edges).items():
                values = [row.values for row in group if row.line.row.page == page]
                total += sum(map(len, values)) * (ruler.misfit(values) if ruler is not None else _NO_RULER)
        return total

    return min(MEASURES, key=misfit)
