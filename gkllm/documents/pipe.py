"""Markdown tables, and other text whose cells are fenced by bars."""

import re
from itertools import pairwise

from gkllm.documents.document import Grid, GridCell, GridRow, cell_between
from gkllm.documents.lines import Line

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
