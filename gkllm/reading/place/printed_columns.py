"""Which of the columns printed beside the labels is the form's, where the form has one number a row.

Offices print more: a running number or a code before the number, a column an office beside the sum. The headings
decide; where none can be read, the numbers themselves may: a column that is the sum of the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gkllm.documents.document import GridCell
from gkllm.form import Column
from gkllm.reading.numerals import read_text
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine

_MIN_COUNTED = 5
"""Numbers in a column before they are said to count the rows."""
_STEPS = (1, 2, 3)
"""What a running number grows by from row to row: more than 1 where rows between carry none or were not found."""
_LONGEST_RUNNING = 3
"""Digits of a running number."""
_MOSTLY = 0.8
"""Share of a column's numbers that keep to a pattern before it is taken for the column's: digits may be damaged."""
_EXACT = 1e-6
"""Sums of decimal numbers differ by less."""
_MIN_NUMBERS = 3
"""Numbers that make a column, if some column has as many; fewer are slips."""
_MIN_SUMS = 3
"""Rows whose sum has at least two parts other than zero, before columns are said to add up."""

Printed = Mapping[int, GridCell]
"""A row's cells by printed column."""


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """The printed column that holds the form's numbers. `sure` where headings or sums tell, or there is no other.

    `parts` are the columns that add up to it in most rows, and `others` all that have numbers of their own. `alone`
    where nothing else is printed beside the labels.
    """

    column: int
    sure: bool
    parts: tuple[int, ...] = ()
    others: frozenset[int] = frozenset()
    alone: bool = False


def choose_column(
    rows: Sequence[Printed], headings: Mapping[int, str], column: Column
) -> ChosenColumn | None:
    """The form's column among those printed; null where no number is printed, or running ones alone.

    `headings` are the innermost headings over the printed columns, as far as they can be read.
    """
    printed = sorted({key for row in rows for key, cell in row.items() if cell.raw})
    running = {key for key in printed if _counts_rows(rows, key)}
    numbers = _with_numbers(rows, [key for key in printed if key not in running])
    others = frozenset(running.union(numbers))
    named = _named(headings, column)
    only = _only(named, numbers)
    if only is not None:
        return ChosenColumn(only, sure=True, others=others, alone=printed == [only])
    sums = {key: parts for key in numbers if (parts := _parts(rows, key, numbers))}
    if named is not None:
        sure = named in numbers and (named in sums or not sums)
        return ChosenColumn(named, sure, sums.get(named, ()), others)
    if len(sums) == 1:
        [(key, parts)] = sums.items()
        return ChosenColumn(key, sure=True, parts=parts, others=others)
    return ChosenColumn(numbers[0], sure=False) if numbers else None


def _with_numbers(rows: Sequence[Printed], columns: Sequence[int]) -> list[int]:
    """Those of the columns that hold enough numbers."""
    counts = {key: sum(bool(_values(row, key)) for row in rows) for key in columns}
    least = max(1, min(_MIN_NUMBERS, max(counts.values(), default=0)))
    return [key for key, count in counts.items() if count >= least]


def _only(named: int | None, numbers: Sequence[int]) -> int | None:
    """The column that there is none beside: the one with a heading of the form's, else the one with numbers."""
    if named is None:
        return numbers[0] if len(numbers) == 1 else None
    return named if set(numbers) <= {named} else None


def stands_elsewhere(row: Printed, chosen: ChosenColumn) -> bool:
    """Whether the row has a number where no other row has one, and none in the chosen column."""
    return not _values(row, chosen.column) and any(
        _values(row, key) for key in row if key not in chosen.others
    )


def adds_up(row: Printed, chosen: ChosenColumn) -> bool:
    """Whether the row's number is the sum of the columns that add up to it in most rows; a blank one counts as zero."""
    if not chosen.parts:
        return True
    parts = sum(_value(row, part) or 0 for part in chosen.parts)
    return any(abs(value - parts) < _EXACT for value in _values(row, chosen.column) or (0,))


def _named(headings: Mapping[int, str], column: Column) -> int | None:
    """The column whose innermost heading is one that the form's may have; null where none or several are."""
    names = {normalise(name) for name in (column.label, *column.also)}
    found = [key for key, heading in headings.items() if normalise(heading) in names]
    return found[0] if len(found) == 1 else None


def _counts_rows(rows: Sequence[Printed], key: int) -> bool:
    """Whether the column's numbers go up by small steps from row to row, as running numbers and codes do."""
    values = [value for row in rows if (value := _value(row, key)) is not None]
    steps = [after - before for before, after in pairwise(values)]
    return len(values) >= _MIN_COUNTED and sum(step in _STEPS for step in steps) >= _MOSTLY * len(steps)


def _parts(rows: Sequence[Printed], key: int, numbers: Sequence[int]) -> tuple[int, ...]:
    """The other columns, if they add up to this one in most of the rows that can tell."""
    others = tuple(other for other in numbers if other != key)
    telling = [
        row for row in rows if sum(bool(_value(row, other)) for other in others) >= min(2, len(others))
    ]
    whole = ChosenColumn(key, sure=True, parts=others)
    holding = sum(adds_up(row, whole) for row in telling)
    return others if len(telling) >= _MIN_SUMS and holding >= _MOSTLY * len(telling) else ()


def _values(row: Printed, key: int) -> list[float]:
    """What a cell may say, the likeliest first."""
    raw = row[key].raw if key in row else ""
    return [reading.value for reading in read_text(raw, "money", "元").readings]


def _value(row: Printed, key: int) -> float | None:
    return next(iter(_values(row, key)), None)


def is_strewn_with_counting(lines: Iterable[TableLine], rows: int) -> bool:
    """Whether numbers that count the rows stand somewhere on these lines: as many as half the rows, in order."""
    chains: dict[int, int] = {}
    for cell in (cell for line in lines for cell in line.cells):
        if cell.raw.isdecimal() and len(cell.raw) <= _LONGEST_RUNNING:
            number = int(cell.raw)
            chains[number] = 1 + max(chains.get(number - step, 0) for step in _STEPS)
    return max(chains.values(), default=0) >= max(_MIN_COUNTED, rows // 2)
