"""Tables in which a line of dashes measures out the columns, as pandoc and reStructuredText print them; AsciiDoc's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from gkllm.documents.document import Grid, GridCell, GridRow, cell_between, collapse
from gkllm.documents.fixed_width import wide_in
from gkllm.documents.lines import Line
from gkllm.documents.values import is_label_like

Range = tuple[int, int]
Written = tuple[Grid, int, int]
"""A table, and from where to where in the text it is written."""

_RULE = re.compile(r"[ \t]*(?P<drawn>(?:-{2,}|={2,})(?: +(?:-{2,}|={2,}))*)[ \t]*")
_STRETCH = re.compile(r"-+|=+")
_WORD = re.compile(r"\S+")
_HIGHEST = 12
"""Lines of headings over the dashes."""


def ruled_tables(text: str, lines: Sequence[Line]) -> Iterator[Written]:
    """Tables with a line of dashes over their rows, a stretch of them for each column, and a like one below, or one
    drawn through; headings may stand over it, under a line drawn through.

    A row is a line, or where empty lines part them the lines between. Where something stands between two columns, or
    over several, the dashes measure no table.
    """
    if "-- --" not in text and "== ==" not in text:
        return
    rules = {index: found for index, line in enumerate(lines) if (found := _RULE.fullmatch(line.text))}
    last = -1
    for above, below in pairwise(rules):
        if above == last or " " not in rules[above]["drawn"] or not _closes(rules[above], rules[below]):
            continue
        columns = [match.span() for match in _STRETCH.finditer(lines[above].text)]
        rows = _rows(text, lines[above + 1 : below], columns)
        if rows:
            top = _top(above, rules, lines)
            headed = _rows(text, lines[top:above], columns) if top < above else ()
            first = top if headed else above
            last = below
            yield (
                Grid("lattice", (*headed, *rows)),
                lines[first - (first - 1 in rules)].start,
                lines[below].end,
            )


def _closes(rule: re.Match[str], other: re.Match[str]) -> bool:
    """Whether a line of dashes is as long as another, and stands where it stands: the same, or drawn through."""
    alike = rule["drawn"] == other["drawn"] or " " not in other["drawn"]
    return alike and rule.span("drawn") == other.span("drawn")


def _top(above: int, rules: Mapping[int, re.Match[str]], lines: Sequence[Line]) -> int:
    """The first line of the headings over a line of dashes: up to one drawn through, else a single line, if any."""
    over = max((index for index in rules if above - _HIGHEST <= index < above), default=None)
    if over is not None and " " not in rules[over]["drawn"] and _closes(rules[above], rules[over]):
        return over + 1
    return above - 1 if above and lines[above - 1].text.strip() else above


def _rows(text: str, block: Sequence[Line], columns: Sequence[Range]) -> tuple[GridRow, ...]:
    """The block's rows, wide characters counted as two, else as one; none where neither keeps to the columns."""
    printed = [bool(line.text.strip()) for line in block]
    groups = [[line] for line in block]
    if not all(printed):
        marked = groupby(zip(printed, block, strict=True), lambda pair: pair[0])
        groups = [[line for _, line in group] for shown, group in marked if shown]
    for wide in (True, False):
        rows = [[_parts(line, columns, wide=wide) for line in group] for group in groups]
        if all(part is not None for row in rows for part in row):
            return tuple(_row(text, [part for part in row if part], len(columns)) for row in rows)
    return ()


def _parts(line: Line, columns: Sequence[Range], *, wide: bool) -> dict[int, Range] | None:
    """Where in the text what the line prints in each column stands; null where something stands in none."""
    found: dict[int, Range] = {}
    at = place = column = 0
    for match in _WORD.finditer(line.text):
        left, right = match.span()
        place += left - at + (wide_in(line.text[at:left]) if wide else 0)
        width = right - left + (wide_in(match[0]) if wide else 0)
        while column < len(columns) and columns[column][1] <= place:
            column += 1
        if column == len(columns) or not columns[column][0] <= place <= place + width <= columns[column][1]:
            return None
        first, _ = found.get(column, (line.start + left, 0))
        found[column] = (first, line.start + right)
        at, place = right, place + width
    return found


def _row(text: str, parts: Sequence[dict[int, Range]], columns: int) -> GridRow:
    """A row of the lines it stands on. A label is put together of them; of anything else the text between stays."""
    cells: list[GridCell] = []
    begins = min(start for part in parts for start, _ in part.values())
    for column in range(columns):
        pieces = [part[column] for part in parts if column in part]
        if not pieces:
            cells.append(GridCell("", begins, begins, column, column + 1))
            continue
        start, end = pieces[0][0], pieces[-1][1]
        label = " ".join(collapse(text[left:right]) for left, right in pieces)
        raw = label if is_label_like(label) else collapse(text[start:end])
        cells.append(GridCell(raw, start, end, column, column + 1))
    return GridRow(tuple(cells))


_FENCE = re.compile(r"^\|===[ \t]*$", re.MULTILINE)
_COLUMNS = re.compile(r"\[[^\]\n]*\bcols=\"(?P<cols>[^\"]*)\"[^\]\n]*\]")
_BAR = re.compile(r"(?<!\\)\|")


def asciidoc_tables(text: str) -> Iterator[Written]:
    """AsciiDoc's tables: cells that each open with a bar, row after row, on however many lines.

    How many make a row is said above the table, else by its first line. One with merged cells is not taken apart.
    """
    fences = [match.span() for match in _FENCE.finditer(text)] if "|===" in text else []
    for (above, start), (end, below) in zip(fences[::2], fences[1::2], strict=False):
        bars = [match.start() for match in _BAR.finditer(text, start, end)]
        spec = _COLUMNS.search(text, max(0, text.rfind("\n", 0, max(0, above - 1))), above)
        first = text.find("\n", bars[0]) if bars else 0
        width = spec["cols"].count(",") + 1 if spec else sum(bar < first for bar in bars)
        if not bars or len(bars) % width:
            continue
        cells = [cell_between(text, left + 1, right) for left, right in pairwise((*bars, end))]
        rows = tuple(GridRow(tuple(cells[at : at + width])) for at in range(0, len(cells), width))
        yield Grid("pipe", rows), spec.start() if spec else above, below
