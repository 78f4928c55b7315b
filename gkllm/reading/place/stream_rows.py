"""Rows of a text that writes cell after cell, blank ones too: where behind the label a row's numbers begin.

Merged cells leave blanks behind a label, or before the next, as many in every row whose label stands as deep.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import Placement, padded
from gkllm.reading.placed import LocatedRow

_CLOSED = 0.8
_MAX_UNLIKE = 0.1
"""Share of rows whose cells are not as many as the others': of more, one that has as many may have them by chance."""
_UNPLACED = Doubt(DoubtKind.BLANKS_VANISH)


def place_behind_labels(rows: Sequence[LocatedRow], *, vanishing: bool) -> list[Placement]:
    """Placements for rows under the same headings.

    Where nearly all of them end in a blank cell, what follows it is the line's closing bar, and it is none. Where blank
    cells vanish elsewhere in the document, one that seems to be there tells no place. A row of one cell more or fewer
    than the others may have one torn, or lack one.
    """
    placements: dict[int, Placement] = {}
    printed = [found.values[-1].raw for found in rows if any(cell.raw for cell in found.values)]
    if printed.count("") >= _CLOSED * len(printed):
        rows = [_without_last(found) for found in rows]
    for _, group in groupby(sorted(rows, key=_depth), key=_depth):
        alike = list(group)
        leads = _leads(alike)
        lost = vanishing or _are_unlike(alike, leads)
        usual, _ = Counter(len(found.values) for found in alike).most_common(1)[0]
        for found in alike:
            odd = len(found.values) - usual if found is not alike[-1] else 0
            # A row of one cell more has room for a torn number, even if all that it prints fits.
            fitting = leads if odd != 1 else ()
            placements[found.line.index] = _placed(found, fitting, lost or odd == -1)
    return [placements[found.line.index] for found in rows]


def _are_unlike(rows: Sequence[LocatedRow], leads: Sequence[int]) -> bool:
    """Whether some row has no cell, or too many have none of the leads: one that has may have it by chance."""
    unlike = sum(bool(found.values) and set(leads).isdisjoint(_fitting(found)) for found in rows)
    return not all(found.values for found in rows) or unlike > _MAX_UNLIKE * len(rows)


def _without_last(found: LocatedRow) -> LocatedRow:
    if not found.values or found.values[-1].raw:
        return found
    row = replace(found.line.row, cells=found.line.row.cells[:-1])
    return replace(found, line=replace(found.line, row=row))


def _depth(found: LocatedRow) -> int:
    return len(found.rows[0].groups)


def _leads(rows: Sequence[LocatedRow]) -> list[int]:
    """How many cells may stand between a label and its numbers: what fits the most of these rows."""
    fits = [set(_fitting(found)) for found in rows]
    seen = {lead: sum(lead in fit for fit in fits) for lead in set().union(*fits)}
    most = max(seen.values(), default=0)
    return sorted(lead for lead, count in seen.items() if count == most)


def _fitting(found: LocatedRow) -> Iterator[int]:
    """The leads with which all that the row prints stands in its columns."""
    printed = [index for index, cell in enumerate(found.values) if cell.raw]
    first, last = (printed[0], printed[-1]) if printed else (len(found.values), 0)
    for lead in range(len(found.values) - found.width + 1):
        if lead <= first and last < lead + found.width:
            yield lead


def _placed(found: LocatedRow, leads: Sequence[int], vanishing: bool) -> Placement:
    own = list(_fitting(found))
    fitting = [lead for lead in leads if lead in own] or own
    start = fitting[0] if fitting else 0
    cells = found.values[start : start + found.width]
    told = len(fitting) == 1 and fitting[0] in leads
    blank = fitting and not any(cell.raw for cell in found.values)
    doubt = found.miscounted
    if told and vanishing and not all(cell.raw for cell in cells):
        told, doubt = False, _UNPLACED
    sure = told or blank or found.is_merged
    return Placement(padded(cells, found.width), None if sure else doubt)
