"""Layout text, as `pdftotext -layout` prints it: a column is a place on the line, a blank cell a gap."""

import re
import unicodedata
from collections.abc import Iterator

from gkllm.documents.document import Grid, GridCell, GridRow, collapse
from gkllm.documents.lines import Line

_NUMBER = r"[+＋\-－—]?[\d０-９]{1,12}(?:[,，][\d０-９]{3})*(?:[.．][\d０-９]+)?"
_UNIT = r"(?:件|条|个|项|次|宗|份|元|万元)?"
VALUE = re.compile(rf"(?:[增减]?{_NUMBER}{_UNIT}|暂?无|[/／]|[-—－–]{{1,3}})")
_WORD = re.compile(r"[^\s\u3000]+")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")
_MIN_IDEOGRAPHS = 2

Range = tuple[int, int]


def trailing_values(line: str, start: int = 0, end: int | None = None) -> list[Range]:
    """The ranges of the words at the end of [start, end) that can each be a value."""
    words = [match.span() for match in _WORD.finditer(line, start, len(line) if end is None else end)]
    first = len(words)
    while first and VALUE.fullmatch(line, *words[first - 1]):
        first -= 1
    return words[first:]


def is_label_before_values(line: str, start: int, end: int) -> bool:
    """Whether the text in [start, end) is long enough to be a label with values behind it."""
    return len(_IDEOGRAPHS.findall(line, start, end)) >= _MIN_IDEOGRAPHS


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
    wide_left = left + _wide(line[:left])
    return GridCell(
        collapse(line[left:right]),
        line_start + left,
        line_start + right,
        left,
        right,
        wide_left,
        wide_left + (right - left) + _wide(line[left:right]),
    )


def _wide(text: str) -> int:
    return sum(
        1 for character in text if character > "\u10ff" and unicodedata.east_asian_width(character) in "WF"
    )
