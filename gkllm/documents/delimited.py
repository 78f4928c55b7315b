"""Tables with a character between cells: Markdown and other text fenced by bars; tabs, commas or semicolons."""

import re
from collections import Counter
from itertools import pairwise

from gkllm.documents.document import Grid, GridCell, GridRow, cell_between
from gkllm.documents.lines import ENUMERATOR, Line

BARS = "|｜│┃"
"""Characters that fence cells."""
_BARS = re.compile(rf"[{BARS}](?<!\\.)")
_PAIRS = re.compile(r"\|\|?")
_INNER = re.compile(r"(?<=[^|])\|+(?=[^|])")
"""Bars between two cells, or between two with blank ones among them."""
_RULE = re.compile(rf"[\s{BARS}+:=\-─—┼├┤┌┐└┘┬┴━]+")
_FENCED = 0.9
"""Share of the lines that open, or close, with a bar: of fewer, those have a blank cell at that end."""
_MARKUP = re.compile(r"<br\s*/?>|\*\*|\\", re.IGNORECASE)
_CLOSING = re.compile(r"(?:<br\s*/?>|\*\*)\s*$", re.IGNORECASE)


def bars_in(line: str) -> int:
    """How many bars the line has."""
    return len(_BARS.findall(line))


def parse_pipe(text: str, lines: list[Line]) -> list[Grid]:
    """The grids of a text with bars. Where rows both open and close with a bar, a row may run over lines.

    Where every cell has two bars of its own, those of neighbouring cells stand side by side.
    """
    barred = [line.text.strip() for line in lines if bars_in(line.text)]
    opened = sum(bool(_BARS.match(line) and _BARS.search(line, 1)) for line in barred)
    closed = sum(bool(_BARS.match(line[-1])) for line in barred)
    inner = [len(run) for line in barred for run in _INNER.findall(line)]
    edges = _PAIRS if inner and not any(length % 2 for length in inner) else _BARS
    fenced = min(opened, closed) * 4 > len(barred) * 3
    fences = (fenced or opened >= _FENCED * len(barred), fenced or closed >= _FENCED * len(barred))
    grids: list[Grid] = []
    rows: list[GridRow] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if not bars_in(line.text):
            if rows and line.text.strip():
                grids.append(Grid("pipe", tuple(rows)))
                rows = []
            index += 1
            continue
        stop = _row_end(lines, index) if fenced else index
        start, end = line.start, lines[stop].end
        if not _RULE.fullmatch(text[start:end]) or _only_blank_cells(text[start:end]):
            rows.append(_row(text, start, end, edges, fences))
        index = stop + 1
    if rows:
        grids.append(Grid("pipe", tuple(rows)))
    return grids


def _only_blank_cells(row: str) -> bool:
    return not _BARS.sub("", row).strip()


def _row_end(lines: list[Line], index: int) -> int:
    """The line on which a fenced row closes; its own line if the text after it opens the next row."""
    stop = index
    while not _BARS.match(lines[stop].text.strip()[-1:]):
        following = stop + 1
        if following >= len(lines) or not lines[following].text.strip():
            return index
        if _BARS.match(lines[following].text.strip()):
            return stop
        stop = following
    return stop


def _row(text: str, start: int, end: int, edge: re.Pattern[str], fences: tuple[bool, bool]) -> GridRow:
    """The cells between the line's bars; the first and the last bar are no cell's end where they are `fences`."""
    bars = [match.span() for match in edge.finditer(text, start, end)]
    edges = [(start, start), *bars, (end, end)]
    cells = [_cell(text, left, right) for (_, left), (right, _) in pairwise(edges)]
    if fences[0] and bars and not text[start : bars[0][0]].strip():
        cells = cells[1:]
    if fences[1] and bars and len(cells) > 1 and not text[bars[-1][1] : end].strip():
        cells = cells[:-1]
    return GridRow(tuple(cells))


def _cell(text: str, start: int, end: int) -> GridCell:
    """The cell's text without emphasis or line-break marks at its ends; marks inside stay, as printed."""
    if not _MARKUP.search(text, start, end):
        return cell_between(text, start, end)
    while True:
        part = text[start:end]
        stripped = part.strip()
        opening = _MARKUP.match(stripped)
        if not opening:
            break
        start += len(part) - len(part.lstrip()) + opening.end()
    while (closing := _CLOSING.search(text[start:end])) is not None:
        end = start + closing.start()
    return cell_between(text, start, end)


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
