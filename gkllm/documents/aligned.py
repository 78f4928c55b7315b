"""Tables set in columns just as wide as their widest cell, all begun at the left: what inscriptis prints.

A column's place is exact then, whatever was merged, and one that is blank throughout shows in a gap twice as wide.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gkllm.documents.document import Grid, GridRow, cell_between
from gkllm.documents.fixed_width import parse_fixed_width
from gkllm.documents.lines import Line

Paged = tuple[Line, int]
Range = tuple[int, int]

_GAP = 2
_PIECE = re.compile(r"[^ ]+(?: [^ ]+)*")
"""A cell, which may hold nothing but a hard space."""
_MIN_COLUMNS = 3
_MIN_ROWS = 2
_CLOSE = 0.5
"""Share of the columns that begin right behind the one before. Of fewer, the gaps are no sign."""


def parse_aligned(text: str, lines: Sequence[Paged]) -> list[Grid]:
    """The text's grids, those of tables so aligned with every cell; none where it has no such table."""
    grids: list[Grid] = []
    found = False
    for block in _blocks(lines):
        columns = _columns([line for line, _ in block])
        if columns is None:
            grids += parse_fixed_width(block)
        else:
            found = True
            grids.append(Grid("pipe", tuple(_row(text, line, page, columns) for line, page in block)))
    return grids if found else []


def _blocks(lines: Sequence[Paged]) -> Iterator[list[Paged]]:
    """Lines that follow one another, and their indent; a line of spaces alone that is longer is a row's height."""
    block: list[Paged] = []
    for line, page in lines:
        if line.text.strip(" "):
            block.append((line, page))
        elif block and len(line.text) <= min(_indent(other.text) for other, _ in block):
            yield block
            block = []
    if block:
        yield block


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _pieces(line: Line) -> list[Range]:
    return [match.span() for match in _PIECE.finditer(line.text)]


def _columns(block: Sequence[Line]) -> dict[int, int] | None:
    """The number of the column that begins at each place of a line; null where the columns are not aligned so."""
    widths: dict[int, int] = {}
    for line in block:
        for left, right in _pieces(line):
            widths[left] = max(widths.get(left, 0), right - left)
    starts = sorted(widths)
    if len(block) < _MIN_ROWS or len(starts) < _MIN_COLUMNS:
        return None
    columns, hidden = {starts[0]: 0}, 0
    for before, after in pairwise(starts):
        more, odd = divmod(after - before - widths[before] - _GAP, _GAP)
        if more < 0 or odd:
            return None
        hidden += more > 0
        columns[after] = columns[before] + 1 + more
    return columns if hidden <= (1 - _CLOSE) * len(starts) else None


def _row(text: str, line: Line, page: int, columns: dict[int, int]) -> GridRow:
    """The line with a cell for each column, those to its right that it does not reach among them."""
    printed = {columns[left]: (line.start + left, line.start + right) for left, right in _pieces(line)}
    blank = (line.end, line.end)
    count = max(columns.values()) + 1
    return GridRow(tuple(cell_between(text, *printed.get(column, blank)) for column in range(count)), page)
