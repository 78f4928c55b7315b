"""What a word must look like to be a cell's value rather than part of a label, and a row to be one of figures."""

import re
from collections.abc import Sequence
from functools import lru_cache

from gkllm.documents.document import Grid

_NUMBER = r"[+＋\-－—]?[\d０-９]{1,12}(?:[,，][\d０-９]{3})*(?:[.．][\d０-９]+)?"
UNITS = (
    "件次",
    "人次",
    "件",
    "条",
    "个",
    "项",
    "次",
    "宗",
    "份",
    "起",
    "篇",
    "人",
    "万元",
    "亿元",
    "千元",
    "百万元",
    "元",
)
"""The units of counts and amounts. One that another begins with stands after it."""
_UNIT = f"(?:{'|'.join(UNITS)})?"
VALUE = re.compile(rf"(?:[增减]?{_NUMBER}{_UNIT}|暂?无|[/／]|[-—－–]{{1,3}})")
_WORD = re.compile(r"[^\s\u3000]+")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")
_MIN_IDEOGRAPHS = 2
_CLOSES = re.compile(r"[^(（]*[)）]")
_ENDINGS = "）)】]”」。，、；"
_VALUE_WORDS = frozenset("".join(UNITS) + "无暂万增减约〇零未空")

Range = tuple[int, int]


def trailing_values(line: str, start: int = 0, end: int | None = None) -> list[Range]:
    """The ranges of the words at the end of [start, end) that can each be a value."""
    words = [match.span() for match in _WORD.finditer(line, start, len(line) if end is None else end)]
    first = len(words)
    while first and VALUE.fullmatch(line, *words[first - 1]):
        first -= 1
    return words[first:]


def is_number(text: str) -> bool:
    """Whether the text is a number, with its unit or without."""
    return VALUE.fullmatch(text) is not None and any(map(str.isdigit, text))


@lru_cache(maxsize=8192)
def unit_of(text: str) -> str | None:
    """The unit, where the text is nothing but one, in brackets or not."""
    bare = "".join(text.split()).strip("()（）")
    return bare if bare in UNITS else None


def is_label_before_values(line: str, start: int, end: int) -> bool:
    """Whether the text in [start, end) is long enough to be a label with values behind it."""
    return len(_IDEOGRAPHS.findall(line, start, end)) >= _MIN_IDEOGRAPHS


@lru_cache(maxsize=8192)
def is_label_like(text: str) -> bool:
    """Whether the text has ideographs that no value of a cell is written with, or only ends a bracket or sentence."""
    ideographs = _IDEOGRAPHS.findall(text)
    foreign = any(character not in _VALUE_WORDS for character in ideographs)
    return foreign or only_ends(text) or (bool(ideographs) and closes(text))


def closes(text: str) -> bool:
    """Whether the text ends a bracket that opened on the line above."""
    return _CLOSES.fullmatch(text) is not None


def only_ends(text: str) -> bool:
    """Whether the text is nothing but the end of the label printed above it, such as a closing bracket."""
    return bool(text) and not text.strip(_ENDINGS)


_DIGIT = re.compile(r"\d")
_LABEL = re.compile(r"[\u3400-\u9fff]{2}")
_MIN_FIGURES = 3
"""A row of fewer cells with a number among them is no row of figures."""
_MIN_PAIRS = 5
"""Rows of a label and a number: fewer are particulars beside the report, such as its date."""


def has_figures(grids: Sequence[Grid]) -> bool:
    """Whether some row looks like one of figures: several cells, a number among them; or many, a label and a number."""
    rows = [row.cells for grid in grids for row in grid.rows]
    return (
        any(len(cells) >= _MIN_FIGURES and any(_DIGIT.match(cell.raw) for cell in cells) for cells in rows)
        or sum(len(cells) > 1 and is_number(cells[-1].raw) for cells in rows) >= _MIN_PAIRS
    )


def first_labelled_figures(grids: Sequence[Grid]) -> int | None:
    """Where the first row of figures with a label starts in the text; null where there is none."""
    rows = (row for grid in grids for row in grid.rows if len(row.cells) >= _MIN_FIGURES)
    for row in rows:
        if any(_DIGIT.match(cell.raw) for cell in row.cells) and any(
            _LABEL.search(cell.raw) for cell in row.cells
        ):
            return row.cells[0].start
    return None
