"""Layout text, as `pdftotext -layout` prints it: a column is a place on the line, a blank cell a gap.

What inscriptis prints is set in columns just as wide as their widest cell, all begun at the left: a column's place is
exact then, whatever was merged, and one that is blank throughout shows in a gap twice as wide.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from gkllm.documents.document import Grid, GridCell, GridRow, cell_between, collapse
from gkllm.documents.lines import Line
from gkllm.documents.values import is_label_before_values, trailing_values

_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"[^\s\u3000]+(?:[ \u00a0][^\s\u3000]+)*")


def parse_fixed_width(lines: list[tuple[Line, int]]) -> list[Grid]:
    """The whole text as one grid: a row per line, a cell per piece set apart by two or more spaces."""
    rows = [GridRow(_cells(line), page) for line, page in lines if line.text.strip()]
    return [Grid("fixed_width", tuple(rows))]


def _cells(line: Line) -> tuple[GridCell, ...]:
    pieces = (match.span() for match in _PIECE.finditer(line.text))
    parted = (part for piece in pieces for part in _label_and_values(line.text, *piece))
    return tuple(_placed(line.text, line.start, parted))


def _label_and_values(line: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    """A piece whole, or a label and the values that stand only a space behind it."""
    values = trailing_values(line, left, right) if len(line[left:right].split()) > 1 else []
    if values and is_label_before_values(line, left, values[0][0]):
        yield left, values[0][0] - 1
        left = values[0][0]
    yield left, right


def _placed(line: str, line_start: int, pieces: Iterable[tuple[int, int]]) -> Iterator[GridCell]:
    """Pieces of a line between two of its character columns, from the left, with both measures of their places."""
    at = wide = 0
    for left, right in pieces:
        wide += left - at + wide_in(line[at:left])
        at = left
        wide_right = wide + right - left + wide_in(line[left:right])
        raw = collapse(line[left:right])
        yield GridCell(raw, line_start + left, line_start + right, left, right, wide, wide_right)


def words_of(cell: GridCell, start: int = 0) -> Iterator[GridCell]:
    """A piece with single spaces inside, word by word, from character `start` on."""
    spans = (match.span() for match in _WORD.finditer(cell.raw, start))
    for word in _placed(cell.raw, cell.start, spans):
        yield replace(
            cell,
            raw=word.raw,
            start=word.start,
            end=word.end,
            left=cell.left + word.left,
            right=cell.left + word.right,
            wide_left=cell.wide_left + word.wide_left,
            wide_right=cell.wide_left + word.wide_right,
        )


def wide_in(text: str) -> int:
    """How many of the characters are as wide as two."""
    return 0 if text.isascii() else sum(map(_is_wide, text))


@cache
def _is_wide(character: str) -> bool:
    return character > "\u10ff" and unicodedata.east_asian_width(character) in "WF"


Paged = tuple[Line, int]
Range = tuple[int, int]

_GAP = 2
_SPACED = re.compile(r"[^ ]+(?: [^ ]+)*")
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
    return [match.span() for match in _SPACED.finditer(line.text)]


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
