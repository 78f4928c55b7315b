"""How much further right one page of a layout text prints its labels than another."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from gkllm.reading.column_places import Edge
from gkllm.reading.located import LocatedRow

_SAME_INDENT = 1.0
"""Labels of one depth of the form begin at the same place of a page, to within this many characters."""
_WITNESSES = 2
"""A single label may stand on another line than its numbers, or be damaged at its beginning."""


def indent_shift(group: Sequence[LocatedRow], page: int, other: int, left: Edge) -> float | None:
    """By how many characters the labels of page `other` stand right of those of `page`.

    Null where no depth of the form has labels on both pages, or where the labels do not agree.
    """
    here, there = _indents(group, page, left), _indents(group, other, left)
    shifts = [there[depth] - here[depth] for depth in here.keys() & there.keys()]
    if not shifts or max(shifts) - min(shifts) > _SAME_INDENT:
        return None
    return median(shifts)


def _indents(group: Sequence[LocatedRow], page: int, left: Edge) -> dict[int, float]:
    """Where the labels of each depth begin, for the depths at which most agree."""
    by_depth: defaultdict[int, list[float]] = defaultdict(list)
    for found in group:
        if found.line.row.page == page and found.values_from:
            by_depth[len(found.rows[0].groups)].append(left(found.line.cells[found.values_from - 1]))
    indents: dict[int, float] = {}
    for depth, places in by_depth.items():
        middle = median(places)
        agreeing = sum(abs(place - middle) <= _SAME_INDENT for place in places)
        if agreeing >= _WITNESSES and 2 * agreeing > len(places):
            indents[depth] = middle
    return indents
