"""Rows whose label is lost: taken from their position between rows that are known."""

from collections.abc import Sequence
from itertools import pairwise

from gkllm.form import Table
from gkllm.reading.locate import RowMatch, is_heading
from gkllm.reading.row_labels import row_labels
from gkllm.reading.table_lines import TableLine

POSITION_SCORE = 0.3
"""The label score of a row that only its position names: under any score of a label that was read."""


def rows_by_position(lines: Sequence[TableLine], table: Table, matches: Sequence[RowMatch]) -> list[RowMatch]:
    """The matches, and between two neighbours as many unclaimed lines with values as the form has rows there."""
    labels = row_labels(table)
    found: list[RowMatch] = list(matches[:1])
    for before, after in pairwise(matches):
        missing = range(before.row + 1, after.row)
        free = [
            index
            for index in range(before.last_line + 1, after.first_line)
            if _could_be(lines[index], len(table.rows[min(before.row + 1, len(table.rows) - 1)].columns))
            and not is_heading(lines[index], labels)
        ]
        if len(missing) == len(free):
            found += [
                RowMatch(row, line, POSITION_SCORE, 0.0, lines[line].label_end, line, line)
                for row, line in zip(missing, free, strict=True)
            ]
        found.append(after)
    return found


def _could_be(line: TableLine, width: int) -> bool:
    return line.has_values and len(line.values) >= (1 if line.layout == "fixed_width" else width)
