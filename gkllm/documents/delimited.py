"""Tables pasted with tabs, commas or semicolons between cells."""

import re
from collections import Counter

from gkllm.documents.document import Grid, GridRow, cell_between
from gkllm.documents.lines import ENUMERATOR, Line

Range = tuple[int, int]

_VALUE = re.compile(r"\s*\"?[\s\d０-９.，,+＋/／—－-]{0,16}\"?\s*")
_MIN_VALUES = 4
"""A comma-separated row of the form has at least this many cells that hold a number or nothing."""
_LABEL_END = re.compile(r"(?:[\u3400-\u9fff][^\u3400-\u9fff]*){3}")
"""More ideographs than a cell's value is written with."""
_MAX_LABELS = 3
"""The form prints at most a row's label and two groups' before its numbers."""
_WIDE_ROW = 8
"""The form's requests table has a label and seven numbers; narrower rows tell nothing of a file's width."""


def is_delimited_line(line: str, delimiter: str) -> bool:
    """Whether the line is a table row with this delimiter rather than prose that happens to contain it."""
    if delimiter not in line:
        return False
    fields = line.split(delimiter)
    if not delimiter.strip():
        return len(fields) > 2 or (len(fields) == 2 and bool(fields[0].strip()))
    return len(fields) > _MIN_VALUES and sum(bool(_VALUE.fullmatch(field)) for field in fields) >= _MIN_VALUES


def parse_delimited(text: str, lines: list[Line], delimiter: str) -> list[Grid]:
    """The file as one grid. Quoted cells may hold delimiters and line breaks; torn rows are joined again."""
    separator = re.escape(delimiter)
    field = re.compile(
        rf'[ \u3000]*"(?P<quoted>(?:[^"]|"")*)"[ \u3000]*(?={separator}|[\r\n\f]|$)|(?:(?!{separator})[^\n])*'
    )
    rows: list[list[Range]] = []
    resume = 0
    for line in lines:
        if line.start < resume or not line.text.strip(" \r\f"):
            continue
        row, resume = _fields(text, line.start, delimiter, field)
        rows.append(row)
    grid_rows = (GridRow(tuple(cell_between(text, *cell) for cell in row)) for row in _join_torn(text, rows))
    return [Grid("delimited", tuple(grid_rows))]


def _fields(text: str, start: int, delimiter: str, field: re.Pattern[str]) -> tuple[list[Range], int]:
    """The ranges of one row's cells, and where the next row starts."""
    cells: list[Range] = []
    position = start
    while True:
        match = field.match(text, position)
        assert match is not None, "the second alternative matches the empty string"
        cells.append(match.span("quoted") if match["quoted"] is not None else match.span())
        position = match.end()
        if not text.startswith(delimiter, position):
            newline = text.find("\n", position)
            return cells, len(text) if newline < 0 else newline + 1
        position += len(delimiter)


def _join_torn(text: str, rows: list[list[Range]]) -> list[list[Range]]:
    """Rows torn by an unquoted line break inside a cell, joined where two short rows make one of full width.

    Only labels are long enough to be torn, so the first part of a torn row is labels and ends in one.
    """
    widths = Counter(len(row) for row in rows if len(row) >= _WIDE_ROW)
    if not widths:
        return rows
    width = widths.most_common(1)[0][0]
    joined: list[list[Range]] = []
    for row in rows:
        previous = joined[-1] if joined else []
        fits = 1 < len(previous) <= _MAX_LABELS and len(previous) + len(row) - 1 == width
        torn = fits and _LABEL_END.search(text, *previous[-1]) and not ENUMERATOR.match(text, *row[0])
        if torn and text[slice(*row[0])].strip():
            joined[-1] = [*previous[:-1], (previous[-1][0], row[0][1]), *row[1:]]
        else:
            joined.append(row)
    return joined
