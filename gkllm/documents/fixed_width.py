"""Layout text, as `pdftotext -layout` prints it: a column is a place on the line, a blank cell a gap."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

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
