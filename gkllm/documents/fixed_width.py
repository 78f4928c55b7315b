"""Layout text, as `pdftotext -layout` prints it: a column is a place on the line, a blank cell a gap."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from gkllm.documents.document import Grid, GridCell, GridRow, collapse
from gkllm.documents.lines import Line
from gkllm.documents.values import is_label_before_values, trailing_values

_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"[^\s\u3000]+(?:[ \u00a0][^\s\u3000]+)*")


def parse_fixed_width(lines: list[tuple[Line, int]]) -> list[Grid]:
    """The whole text as one grid: a row per line, a cell per piece set apart by two or more spaces."""
    rows = [GridRow(_cells(line), page) for line, page in lines if line.text.strip()]
    return [Grid("fixed_width", tuple(rows))]


def _cells(line: Line) -> tuple[GridCell, ...]:
    return tuple(
        place(line.text, line.start, left, right)
        for match in _PIECE.finditer(line.text)
        for left, right in _label_and_values(line.text, *match.span())
    )


def _label_and_values(line: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    """A piece whole, or a label and the values that stand only a space behind it."""
    values = trailing_values(line, left, right)
    if values and is_label_before_values(line, left, values[0][0]):
        yield left, values[0][0] - 1
        left = values[0][0]
    yield left, right


def place(line: str, line_start: int, left: int, right: int) -> GridCell:
    """The piece of a line between two of its character columns, with both measures of its place."""
    wide_left = left + wide_in(line[:left])
    return GridCell(
        collapse(line[left:right]),
        line_start + left,
        line_start + right,
        left,
        right,
        wide_left,
        wide_left + (right - left) + wide_in(line[left:right]),
    )


def words_of(cell: GridCell, start: int = 0) -> Iterator[GridCell]:
    """A piece with single spaces inside, word by word, from character `start` on."""
    for match in _WORD.finditer(cell.raw, start):
        word = place(cell.raw, cell.start, *match.span())
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
    return sum(
        1 for character in text if character > "\u10ff" and unicodedata.east_asian_width(character) in "WF"
    )
