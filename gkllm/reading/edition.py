"""Which edition of the form a table is printed in: told from its labels, never from the year."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from gkllm.form import Table
from gkllm.reading.locate import RowMatch, TableMatch, is_heading, match_rows, rows_by_position
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.row_labels import RowLabels, normalise, row_labels
from gkllm.reading.table_lines import TableLine

_MIN_ROWS = 0.3
"""Share of a table's rows that must be found before the table counts as printed in the document."""
_HEADING_WEIGHT = 0.5
_WIDTH_WEIGHT = 0.3
"""A heading that only one edition prints, and a line with just an edition's number of values, against a label's
weight of at most 0.8."""
_UNPRINTED_WEIGHT = 0.1
"""What a row that is not printed counts against the edition that expects it: less than any row that is printed adds."""
_LINES_ABOVE = 6
_MIN_COPIES = 2


def locate_rows(lines: Sequence[TableLine], editions: Sequence[Table]) -> LocatedTable | None:
    """A table's lines in the edition of it that fits best; null where the document does not print the table."""
    matches = [match_rows(lines, table) for table in editions]
    # Of editions that fit alike the first is taken, which is the oldest: an edition must show itself.
    match = max(matches, key=lambda match: _fit(lines, match, editions))
    table = match.table
    if len(match.rows) < max(2, _MIN_ROWS * len(table.rows)):
        return None
    matched = rows_by_position(lines, table, match.rows)
    strays = _strays(lines, matched, row_labels(table))
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
        )
        for found in matched
    )
    return LocatedTable(table, rows, repeated=match.copies >= max(_MIN_COPIES, len(table.rows) // 4))


def _strays(lines: Sequence[TableLine], matched: Sequence[RowMatch], labels: RowLabels) -> list[RowMatch]:
    """The rows on both sides of a line of numbers that none of them claims."""
    found: list[RowMatch] = []
    for before, after in pairwise(matched):
        between = lines[before.line + 1 : after.line]
        if any(_filled(line) and not is_heading(line, labels) for line in between):
            found += [before, after]
    return found


def _fit(lines: Sequence[TableLine], match: TableMatch, editions: Sequence[Table]) -> float:
    """How well an edition fits: its rows' labels, and the column headings that not every edition prints."""
    if not match.rows:
        return 0.0
    table = match.table
    telling = _headings(table) - frozenset.intersection(*map(_headings, editions))
    unprinted = len(table.rows) - len(match.rows)
    first = max(0, match.rows[0].line - _LINES_ABOVE)
    printed = {normalise(cell.raw) for line in lines[first : match.rows[-1].line + 1] for cell in line.cells}
    widths = sum(
        1
        for found in match.rows
        if lines[found.line].has_values and _filled(lines[found.line]) == len(table.rows[found.row].columns)
    )
    headings = _HEADING_WEIGHT * sum(heading in printed for heading in telling)
    return match.weight + headings + _WIDTH_WEIGHT * widths - _UNPRINTED_WEIGHT * unprinted


def _filled(line: TableLine) -> int:
    return sum(1 for cell in line.values if cell.raw)


@cache
def _headings(table: Table) -> frozenset[str]:
    return frozenset(normalise(column.label) for row in table.rows for column in row.columns)
