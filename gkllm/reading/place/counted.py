"""Which cell of a line is which column of the form.

Where blank cells are cells, their order decides. In layout text they are gaps, and the place on the line decides:
the columns are learned from lines that print every number, or from the headings over them.
"""

from collections.abc import Sequence
from dataclasses import replace

from gkllm.checking.variables import TELLING
from gkllm.documents.document import GridCell
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import (
    MOST_TORN,
    Placement,
    choose_among,
    padded,
    spread_or_padded,
    torn,
    torn_apart,
)
from gkllm.reading.placed import LocatedRow

_MIN_TRIMMED = 2
_UNPLACED = Doubt(DoubtKind.BLANKS_VANISH)


def place_by_order(rows: Sequence[LocatedRow]) -> list[Placement]:
    """Placements for the lines of a table whose blank cells are cells.

    In a rectangular grid the numbers start at the same cell of every line, merged label cells leaving blanks
    before them; otherwise they start right after the label, and where merged cells left nothing shorter lines end in
    blanks. The hypothesis that contradicts fewest lines holds.
    """
    width = max(found.width for found in rows)
    starts = sorted({len(found.line.cells) - width for found in rows if len(found.line.cells) > width})
    rectangular, start = min(
        ((_contradictions(rows, start, width), start) for start in starts), default=(len(rows), 0)
    )
    ragged = sum(len(found.values) != found.width for found in rows)
    behind = sum(not _ends_in_blanks(found) for found in rows)
    before = sum(any(cell.raw for cell in found.values[: -found.width]) for found in rows)
    if behind + _MIN_TRIMMED <= min(rectangular, ragged, before):
        return [_behind(found) for found in rows]
    if rectangular < ragged:
        trims = _trims(rows, start + width)
        return [_unless_longer(found, start, _rectangular(found, start, trims)) for found in rows]
    return [_ragged(found) for found in rows]


def _ends_in_blanks(found: LocatedRow) -> bool:
    """Whether the line has all its numbers right behind its label, and nothing but blank cells behind those."""
    beyond = found.values[found.width :]
    return len(found.values) >= found.width and not any(cell.raw for cell in beyond)


def _behind(found: LocatedRow) -> Placement:
    return Placement(found.values[: found.width]) if _ends_in_blanks(found) else _ragged(found)


def _unless_longer(found: LocatedRow, start: int, placed: Placement) -> Placement:
    """The placement, in doubt where the row is longer than the table and could as well be read from its other end."""
    longer = len(found.line.cells) > start + found.width
    return placed if not longer or _ragged(found).cells == placed.cells else _open(found, found.values)


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
    """Whether the file leaves out blank cells at the ends of its lines: many are short, few end in a blank.

    It leaves some inside of its lines: where none is, blank cells vanish anywhere. None ends a line that is short.
    """
    shorter = [found for found in rows if len(found.line.cells) < length]
    if any(not found.line.cells[-1].raw for found in shorter):
        return False
    short = len(shorter)
    ends = sum(len(found.line.cells) == length and not found.line.cells[-1].raw for found in rows)
    kept = any(not cell.raw for found in rows for cell in found.values)
    return short >= _MIN_TRIMMED and ends <= short and kept


def _rectangular(found: LocatedRow, start: int, trims: bool) -> Placement:
    if not _starts_at(found, start):
        return _ragged(found)
    cells = found.line.cells[start : start + found.width]
    missing = found.width - len(cells)
    if missing and not trims:
        return _open(found, cells)
    return Placement(padded(cells, found.width))


def place_in_stream(rows: Sequence[LocatedRow], *, careless: bool, vanishing: bool) -> list[Placement]:
    """Lines of a text in which a blank cell leaves nothing behind: a whole line reads in order, any other is open.

    In a careless document a line that seems whole may lack a cell and have another torn in two; so may one with
    numbers set apart otherwise than elsewhere. Where cells vanish, one may that would add up in any order, and one
    that does not: of whole lines with a number that adds up, 482 of 483 were right.
    """
    return [
        _as_counted(found, unsure=careless or _apart_oddly(found.values), vanishing=vanishing)
        if len(found.values) == found.width
        else _miscounted_in_stream(found, vanishing=vanishing)
        for found in rows
    ]


def _apart_oddly(values: Sequence[GridCell]) -> bool:
    """Whether between some of the values stands something else than between nearly all others of the text."""
    return any(cell.doubt is not None and cell.doubt.kind is DoubtKind.BLANKS_VANISH for cell in values)


def _as_counted(found: LocatedRow, *, unsure: bool, vanishing: bool) -> Placement:
    """A line of as many numbers as the form has, which may be `unsure` all the same."""
    sequential = found.line.layout == "sequential" and found.width > 1
    if not unsure and not (vanishing and sequential):
        return Placement(found.values)
    placed = choose_among(torn(found.values), _UNPLACED, MOST_TORN) or Placement(found.values, _UNPLACED)
    return placed if unsure or _tells_little(found) else replace(placed, if_broken=True)


def _miscounted_in_stream(found: LocatedRow, *, vanishing: bool) -> Placement:
    """A line of fewer numbers than the form has, or of more: numbers are torn, or other rows' where cells vanish."""
    if not found.values:
        return Placement(padded((), found.width), found.miscounted)
    if len(found.values) < found.width or found.line.layout != "sequential":
        return _open(found, found.values)
    whole = choose_among(torn_apart(found.values, found.width), found.miscounted) or _open(
        found, found.values
    )
    return Placement(whole.cells, found.miscounted) if vanishing else whole


def _tells_little(found: LocatedRow) -> bool:
    """Whether so few numbers other than zero stand on the line that they add up in any place."""
    digits = (
        [character for character in cell.raw if character.isdecimal()] for cell in found.values if cell.raw
    )
    return sum(any(map(int, each)) for each in digits) < TELLING


def _open(found: LocatedRow, pieces: Sequence[GridCell]) -> Placement:
    """A line with more or fewer cells than the form: any may be missing, or blank ones too many."""
    if not any(cell.raw for cell in pieces):
        return Placement(padded(pieces, found.width))
    return spread_or_padded(pieces, found.width, found.miscounted)


def _ragged(found: LocatedRow) -> Placement:
    """A line whose numbers follow its label; cells over the form's number are left out on a blank side."""
    values, surplus = found.values, len(found.values) - found.width
    if surplus <= 0:
        return _open(found, values) if surplus else Placement(values)
    leading = not any(cell.raw for cell in values[:surplus])
    trailing = not any(cell.raw for cell in values[-surplus:])
    if leading and not trailing:
        return Placement(values[surplus:])
    if trailing and not leading:
        return Placement(values[: found.width])
    return _open(found, values)
