"""Which cell of a line is which column of the form.

Where blank cells are cells, their order decides. In layout text they are gaps, and the place on the line decides:
the columns are learned from lines that print every number, or from the headings over them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gkllm.documents.document import GridCell
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.placed import LocatedRow, LocatedTable

BLANK = GridCell("", 0, 0)
"""A cell that prints nothing and has no place."""
_MIN_TRIMMED = 2
_MAX_SHORT = 0.25
_UNPLACED = Doubt(DoubtKind.BLANKS_VANISH)


@dataclass(frozen=True, slots=True)
class Placement:
    """A line's cells in the form's column order, blanks included; `doubt` says why it may be wrong."""

    cells: tuple[GridCell, ...]
    doubt: Doubt | None = None


def place_by_order(located: LocatedTable) -> list[Placement]:
    """Placements for the lines of a table whose blank cells are cells.

    In a rectangular grid the numbers start at the same cell of every line, merged label cells leaving blanks
    before them; otherwise they start right after the label. The hypothesis that contradicts fewer lines holds.
    """
    rows = located.rows
    if rows[0].line.layout == "sequential":
        return _streamed(rows)
    width = max(found.width for found in rows)
    starts = sorted({len(found.line.cells) - width for found in rows if len(found.line.cells) > width})
    rectangular, start = min(
        ((_contradictions(rows, start, width), start) for start in starts), default=(len(rows), 0)
    )
    ragged = sum(len(found.values) != found.width for found in rows)
    if rectangular < ragged:
        trims = _trims(rows, start + width)
        return [_rectangular(found, start, trims) for found in rows]
    return [_ragged(found) for found in rows]


def _contradictions(rows: Sequence[LocatedRow], start: int, width: int) -> int:
    """Lines with something printed between their label and the start, or after the last number."""
    return sum(
        not _starts_at(found, start) or any(cell.raw for cell in found.line.cells[start + width :])
        for found in rows
    )


def _starts_at(found: LocatedRow, start: int) -> bool:
    between = found.line.cells[found.values_from : start]
    return found.values_from <= start and not any(cell.raw for cell in between)


def _trims(rows: Sequence[LocatedRow], length: int) -> bool:
    """Whether the file leaves out blank cells at the ends of its lines: many are short, few end in a blank."""
    short = sum(len(found.line.cells) < length for found in rows)
    blank = sum(len(found.line.cells) == length and not found.line.cells[-1].raw for found in rows)
    return short >= _MIN_TRIMMED and blank <= short


def _rectangular(found: LocatedRow, start: int, trims: bool) -> Placement:
    if not _starts_at(found, start):
        return _ragged(found)
    cells = found.line.cells[start : start + found.width]
    missing = found.width - len(cells)
    doubt = _miscounted(found) if missing and not trims and any(cell.raw for cell in cells) else None
    return Placement((*cells, *[BLANK] * missing), doubt)


def _streamed(rows: Sequence[LocatedRow]) -> list[Placement]:
    """Lines of a text in which a blank cell leaves nothing behind: a line is whole, or nobody can tell what is where.

    Where many are not whole the file prints blanks, and one that seems whole may hold a cell torn in two.
    """
    short = sum(len(found.values) != found.width for found in rows)
    blanks = _UNPLACED if short > _MAX_SHORT * len(rows) else None
    placements: list[Placement] = []
    for found in rows:
        values = found.values[: found.width]
        doubt = blanks if len(found.values) == found.width else _miscounted(found)
        placements.append(Placement((*values, *[BLANK] * (found.width - len(values))), doubt))
    return placements


def _ragged(found: LocatedRow) -> Placement:
    """A line whose numbers follow its label; cells over the form's number are left out on a blank side."""
    values, width = found.values, found.width
    surplus = len(values) - width
    if surplus <= 0:
        doubt = _miscounted(found) if surplus and any(cell.raw for cell in values) else None
        return Placement((*values, *[BLANK] * -surplus), doubt)
    leading = not any(cell.raw for cell in values[:surplus])
    trailing = not any(cell.raw for cell in values[-surplus:])
    if trailing:
        return Placement(
            values[:width], _miscounted(found) if leading and any(cell.raw for cell in values) else None
        )
    if leading:
        return Placement(values[surplus:])
    return Placement(values[:width], miscounted_unless_merged(found))


def miscounted_unless_merged(found: LocatedRow) -> Doubt | None:
    """What is to be said of too many or too few cells; nothing where merged cells repeat the one number."""
    merged = found.width == 1 and len({cell.raw for cell in found.values}) == 1
    return None if merged else _miscounted(found)


def _miscounted(found: LocatedRow) -> Doubt:
    return Doubt.of(DoubtKind.MISCOUNTED, cells=len(found.values), expected=found.width)
