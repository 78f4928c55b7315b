"""Which cell of a line is which column of the form.

Where blank cells are cells, their order decides. In layout text they are gaps, and the place on the line decides:
the columns are learned from lines that print every number, or from the headings over them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gkllm.documents.document import GridCell
from gkllm.reading.lines import TableLine

BLANK = GridCell("", 0, 0)
"""A cell that prints nothing and has no place."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A line's cells in the form's column order, blanks included; `doubt` says why it may be wrong."""

    cells: tuple[GridCell, ...]
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A line whose row is known: its cells after the label, and how many columns the row has."""

    line: TableLine
    values_from: int
    width: int

    @property
    def values(self) -> tuple[GridCell, ...]:
        return self.line.cells[self.values_from :]


def place_by_order(lines: Sequence[ValueLine]) -> list[Placement]:
    """Placements for lines whose blank cells are cells.

    Merged cells leave blanks before or after the numbers. Where a line does not show on which side, the side
    that lines of the same length show is taken.
    """
    starts: dict[int, Counter[int]] = {}
    for entry in lines:
        surplus = len(entry.values) - entry.width
        if (shift := _certain_shift(entry.values, surplus)) is not None:
            starts.setdefault(len(entry.line.cells), Counter())[entry.values_from + shift] += 1
    return [_by_order(entry, starts.get(len(entry.line.cells), Counter())) for entry in lines]


def _certain_shift(values: Sequence[GridCell], surplus: int) -> int | None:
    """How many leading cells are not the row's own, where the line itself shows it."""
    if surplus == 0:
        return 0
    if surplus < 0:
        return None
    leading = not any(cell.raw for cell in values[:surplus])
    trailing = not any(cell.raw for cell in values[-surplus:])
    if leading != trailing:
        return surplus if leading else 0
    return None


def _by_order(entry: ValueLine, starts: Counter[int]) -> Placement:
    values, width = entry.values, entry.width
    surplus = len(values) - width
    if surplus < 0:
        padded = (*values, *[BLANK] * -surplus)
        if any(cell.raw for cell in values):
            return Placement(padded, f"the row has {len(values)} cells where the form has {width}")
        return Placement(padded)
    shift = _certain_shift(values, surplus)
    if shift is not None:
        return Placement(values[shift : shift + width])
    if not any(cell.raw for cell in values):
        return Placement(values[:width])
    if width == 1 and len({cell.raw for cell in values}) == 1:
        return Placement(values[:1])
    usual = [start - entry.values_from for start, _ in starts.most_common() if start >= entry.values_from]
    for shift in usual:
        if shift <= surplus and not any(cell.raw for cell in (*values[:shift], *values[shift + width :])):
            return Placement(values[shift : shift + width])
    outside = values[width:]
    doubt = f"the row has {len(values)} cells where the form has {width}"
    return Placement(values[:width], doubt) if not any(c.raw for c in outside) else Placement(values[-width:], doubt)
