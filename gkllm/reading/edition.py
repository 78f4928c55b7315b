"""Which edition of the form a table is printed in: told from its labels, never from the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from gkllm.form import Row, Table
from gkllm.reading.locate import RowMatch, TableMatch, is_heading, match_rows, rows_by_position
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.row_labels import RowLabels, normalise, row_labels
from gkllm.reading.table_lines import TableLine

_MIN_ROWS = 0.3
"""Share of a table's rows that must be found before the table counts as printed in the document."""
_LABEL_WEIGHT = 0.5
_WIDTH_WEIGHT = 0.3
"""A label or heading that only one edition prints, whole, and a line with just an edition's number of values, against a
label's weight of at most 0.8."""
_POSITION_WEIGHT = 0.1
"""A line of numbers where an edition has a row to spare, under any that a label tells."""
_UNPRINTED_WEIGHT = 0.25
"""What a row that is not printed counts against the edition that expects it: two tell more than what is left of a label
that may as well be another edition's.
"""
_CLEAR_LEAD = 0.45
"""What an edition must lead the next by to be told."""
_LINES_ABOVE = 6
_MIN_COPIES = 2


@dataclass(frozen=True, slots=True)
class _Laid:
    """A table in one edition laid over the document: the lines of its rows, and how well it fits."""

    match: TableMatch
    rows: Sequence[RowMatch]
    fit: float

    def on(self, line: int) -> Row | None:
        """The row that the line prints."""
        return next((self.match.table.rows[found.row] for found in self.rows if found.line == line), None)


def locate_rows(lines: Sequence[TableLine], editions: Sequence[Table]) -> LocatedTable | None:
    """A table's lines in the edition of it that fits best; null where the document does not print the table.

    Of the rows that another one, which fits about as well, has otherwise, it is told that they may be others.
    """
    # Of editions that fit alike the first is taken, which is the oldest: an edition must show itself.
    chosen, *others = sorted(
        (_laid(lines, table, editions) for table in editions), key=lambda laid: -laid.fit
    )
    table = chosen.match.table
    if len(chosen.match.rows) < max(2, _MIN_ROWS * len(table.rows)):
        return None
    rivals = [other for other in others if other.fit > chosen.fit - _CLEAR_LEAD]
    strays = _strays(lines, chosen.rows, row_labels(table))
    rows = tuple(
        LocatedRow(
            (table.rows[found.row],),
            lines[found.line],
            found.values_from,
            found.score,
            found.rival,
            found.first_line,
            found.last_line,
            beside_stray=found in strays,
            edition_untold=_otherwise(table.rows[found.row], found.line, rivals),
        )
        for found in chosen.rows
    )
    return LocatedTable(table, rows, repeated=chosen.match.copies >= max(_MIN_COPIES, len(table.rows) // 4))


def _otherwise(row: Row, line: int, rivals: Sequence[_Laid]) -> bool:
    """Whether the line is another row in one of the rivals."""
    return any(other.id != row.id for rival in rivals if (other := rival.on(line)) is not None)


def _laid(lines: Sequence[TableLine], table: Table, editions: Sequence[Table]) -> _Laid:
    match = match_rows(lines, table)
    rows = rows_by_position(lines, table, match.rows)
    return _Laid(match, rows, _fit(lines, match, rows, editions))


def _strays(lines: Sequence[TableLine], matched: Sequence[RowMatch], labels: RowLabels) -> list[RowMatch]:
    """The rows on both sides of a line of numbers that none of them claims."""
    found: list[RowMatch] = []
    for before, after in pairwise(matched):
        between = lines[before.line + 1 : after.line]
        if any(_filled(line) and not is_heading(line, labels) for line in between):
            found += [before, after]
    return found


def _fit(
    lines: Sequence[TableLine], match: TableMatch, rows: Sequence[RowMatch], editions: Sequence[Table]
) -> float:
    """How well an edition fits: its rows' labels, the labels and headings that not every edition prints, and whether
    the lines are as many as its rows.
    """
    if not rows:
        return 0.0
    table = match.table
    telling = _printed_labels(table) - frozenset.intersection(*map(_printed_labels, editions))
    first = max(0, rows[0].line - _LINES_ABOVE)
    printed = {normalise(cell.raw) for line in lines[first : rows[-1].line + 1] for cell in line.cells}
    widths = sum(
        1
        for found in rows
        if lines[found.line].has_values and _filled(lines[found.line]) == len(table.rows[found.row].columns)
    )
    return (
        match.weight
        + _LABEL_WEIGHT * sum(label in printed for label in telling)
        + _WIDTH_WEIGHT * widths
        + _POSITION_WEIGHT * (len(rows) - len(match.rows))
        - _UNPRINTED_WEIGHT * (len(table.rows) - len(rows))
    )


def _filled(line: TableLine) -> int:
    return sum(1 for cell in line.values if cell.raw)


@cache
def _printed_labels(table: Table) -> frozenset[str]:
    """The labels of the table's rows, enumerators included, and of its columns."""
    labels = [row.label for row in table.rows]
    headings = [column.label for row in table.rows for column in row.columns]
    return frozenset(map(normalise, [*labels, *headings]))
