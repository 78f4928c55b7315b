"""Tables that a text writes out as such: grid tables of Markdown and reStructuredText, MediaWiki's, printed lists, and
those of `ruled_tables`.

Whatever else stands in the text, these say themselves where each cell begins and ends.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gkllm.documents.document import Grid, GridCell, GridRow, cell_between, collapse
from gkllm.documents.fixed_width import wide_in
from gkllm.documents.lines import Line
from gkllm.documents.ruled_tables import asciidoc_tables, ruled_tables
from gkllm.documents.values import is_label_like, is_number
from gkllm.facts import Doubt, DoubtKind

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table, and the place of the text that writes it out."""

    grid: Grid
    start: int
    end: int


def written_tables(text: str, lines: Sequence[Line]) -> list[WrittenTable]:
    """Every such table, in text order."""
    drawn = _drawn(text, lines) if "-+" in text or "=+" in text or ":+" in text else ()
    measured = (*ruled_tables(text, lines), *asciidoc_tables(text))
    found = (*drawn, *_wiki(text), *_listed(text), *(WrittenTable(*table) for table in measured))
    return sorted(found, key=lambda table: table.start)


_RULE = re.compile(r"\s*\+(?:[-=:]+\+)+\s*")
_DRAWN = re.compile(r"\s*[+|].*[+|]\s*")
_BARS = re.compile(r"\||(?<=[-=:])\+|\+(?=[-=:])")
_STRETCH = re.compile(r"[-=:]+")


def _drawn(text: str, lines: Sequence[Line]) -> Iterator[WrittenTable]:
    """Tables drawn with `+---+` between rows and `|` between cells; a cell may be several lines high."""
    block: list[Line] = []
    for line in (*lines, Line("", 0)):
        if (_DRAWN if block else _RULE).fullmatch(line.text):
            block.append(line)
        elif block:
            rows = tuple(_drawn_rows(text, block))
            if rows:
                yield WrittenTable(Grid("lattice", rows), block[0].start, block[-1].end)
            block = []


def _drawn_rows(text: str, block: Sequence[Line]) -> Iterator[GridRow]:
    """The cells of a drawn table, each in the row in which it begins. The corners of its rules mark the columns."""
    corners = {wide for line in block for wide, at in _bars(line.text) if line.text[at] == "+"}
    edges = {wide: column for column, wide in enumerate(sorted(corners))}
    begun: dict[int, dict[Range, list[Range]]] = {}
    still_open: dict[Range, list[Range]] = {}
    rule = 0
    for number, line in enumerate(block):
        parts = list(_parts(line.text, edges))
        ruled = [extent for extent, part in parts if _STRETCH.fullmatch(line.text, *part)]
        if ruled:
            rule = number
            still_open = {
                extent: pieces
                for extent, pieces in still_open.items()
                if not any(left < extent[1] and extent[0] < right for left, right in ruled)
            }
        for extent, (start, end) in parts:
            if extent not in ruled:
                if extent not in still_open:
                    still_open[extent] = begun.setdefault(rule, {}).setdefault(extent, [])
                still_open[extent].append((line.start + start, line.start + end))
    if _stacked(text, [parts for cells in begun.values() for parts in cells.values()]):
        return
    for cells in begun.values():
        yield GridRow(tuple(_drawn_cell(text, extent, cells[extent]) for extent in sorted(cells)))


def _stacked(text: str, cells: Sequence[Sequence[Range]]) -> bool:
    """Whether half of the cells with a number, or more, hold several, one under another: then a rule ends no row, but
    the headings.
    """
    numbers = [sum(is_number(text[start:end].strip()) for start, end in parts) for parts in cells]
    return any(numbers) and 2 * sum(count > 1 for count in numbers) >= sum(map(bool, numbers))


def _bars(line: str) -> list[tuple[int, int]]:
    """Every bar and corner of the line: where it stands if wide characters count as two, and its index."""
    found: list[tuple[int, int]] = []
    wide = before = 0
    for match in _BARS.finditer(line):
        wide += wide_in(line[before : match.start()]) + match.start() - before
        before = match.start()
        found.append((wide, before))
    return found


def _parts(line: str, edges: dict[int, int]) -> Iterator[tuple[Range, Range]]:
    """What stands between the bars of a line, with the columns it covers; each bar is one where all are there."""
    bars = _bars(line)
    whole = len(bars) == len(edges)
    known = [
        (number if whole else edges[wide], at)
        for number, (wide, at) in enumerate(bars)
        if whole or wide in edges
    ]
    for (left, start), (right, end) in pairwise(known):
        yield (left, right), (start + 1, end)


_RUNS_OVER = Doubt(DoubtKind.OVERFLOWS)


def _drawn_cell(text: str, extent: Range, parts: Sequence[Range]) -> GridCell:
    """A cell of the lines it stands on. A label is put together of them; of anything else the text between stays, other
    cells' texts among it: no number is read from that.
    """
    cells = [cell for part in parts if (cell := cell_between(text, *part)).raw]
    if not cells:
        return GridCell("", parts[0][0], parts[0][0], *extent)
    start, end = cells[0].start, cells[-1].end
    raw = " ".join(cell.raw for cell in cells)
    between = collapse(text[start:end])
    if is_label_like(raw) or raw == between:
        return GridCell(raw, start, end, *extent)
    return GridCell(between, start, end, *extent, doubt=_RUNS_OVER, legible=False)


_WIKI_ENDS = re.compile(r"^[^\S\n]*(?:(?P<begins>\{\|)|\|\})", re.MULTILINE)
_WIKI_MARK = re.compile(r"^[^\S\n]*(?:\|[-+}]+.*|[|!])|\|\||!!", re.MULTILINE)
_WIKI_ATTRIBUTES = re.compile(r"[^|\n]*=[^|\n]*\|(?!\|)")


def _wiki(text: str) -> Iterator[WrittenTable]:
    """MediaWiki's tables: `|-` begins a row, `|` or `!` at a line's start a cell, `||` or `!!` another on its line."""
    for begins, ends in pairwise(_WIKI_ENDS.finditer(text)):
        if not begins["begins"] or ends["begins"]:
            continue
        rows: list[list[GridCell]] = [[]]
        start = text.find("\n", begins.start())
        marks = [match.span() for match in _WIKI_MARK.finditer(text, start, ends.end())]
        for (left, begin), (end, _) in pairwise(marks):
            if text[left:begin].strip()[1:2] in ("-", "+", "}"):
                rows.append([])
                continue
            attributes = _WIKI_ATTRIBUTES.match(text, begin, end)
            rows[-1].append(cell_between(text, attributes.end() if attributes else begin, end))
        if grid_rows := tuple(GridRow(tuple(row)) for row in rows if row):
            yield WrittenTable(Grid("pipe", grid_rows), begins.start(), ends.end())


_STRING = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_ITEM = rf"(?P<item>{_STRING}|None|null|nan|NaN|-?\d[\d.]*)"
_ITEMS = re.compile(rf"\s*(?:(?P<key>{_STRING})\s*:\s*)?{_ITEM}\s*(?P<more>,?)\s*")
_OPENING = re.compile(r"[\[({]")
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<sign>.))")
_BETWEEN_ROWS = re.compile(r"[\s,\[\](){}]*")
_BLANKS = frozenset(("None", "null", "nan", "NaN"))
_MIN_ITEMS = 2
_MIN_LISTS = 6
"""Fewer lists are no table of the form, but brackets in a sentence."""


def _listed(text: str) -> list[WrittenTable]:
    """Tables as Python or JSON prints them: a list or a record a row."""
    found = list(_runs_of_lists(text))
    return found if sum(len(table.grid.rows) for table in found) >= _MIN_LISTS else []


def _runs_of_lists(text: str) -> Iterator[WrittenTable]:
    rows: list[tuple[GridRow, int, int]] = []
    for opening in _OPENING.finditer(text):
        if rows and opening.start() < rows[-1][2]:
            continue
        keys, items, end = _items(text, opening.end())
        if len(items) < _MIN_ITEMS:
            continue
        if rows and not _BETWEEN_ROWS.fullmatch(text, rows[-1][2], opening.start()):
            yield _list_table(rows)
            rows = []
        if keys and not rows:
            rows.append((GridRow(tuple(keys)), opening.start(), opening.start()))
        rows.append((GridRow(tuple(items)), opening.start(), end))
    if rows:
        yield _list_table(rows)


def _list_table(rows: Sequence[tuple[GridRow, int, int]]) -> WrittenTable:
    return WrittenTable(Grid("delimited", tuple(row for row, _, _ in rows)), rows[0][1], rows[-1][2])


def _items(text: str, start: int) -> tuple[list[GridCell], list[GridCell], int]:
    """The keys and the items of a list that opens before `start`, and where it closes; none if it is no flat list."""
    keys: list[GridCell] = []
    items: list[GridCell] = []
    while match := _ITEMS.match(text, start):
        if match["key"]:
            keys.append(_literal(text, *match.span("key")))
        items.append(_literal(text, *match.span("item")))
        start = match.end()
        if not match["more"]:
            break
    closed = text[start : start + 1] in ("]", ")", "}")
    return (keys, items, start + 1) if closed else ([], [], start)


def _literal(text: str, start: int, end: int) -> GridCell:
    """An item as a cell: what its quotes hold. A label with characters written as escapes is what they stand for."""
    printed = text[start:end]
    if printed in _BLANKS:
        return GridCell("", start, start)
    if printed[0] not in "\"'":
        return GridCell(printed, start, end)
    cell = cell_between(text, start + 1, end - 1)
    if "\\" in printed:
        meant = collapse(_ESCAPE.sub(_unescaped, text[start + 1 : end - 1]))
        if is_label_like(meant):
            return GridCell(meant, cell.start, cell.end)
    return cell


def _unescaped(escape: re.Match[str]) -> str:
    if escape["code"]:
        return chr(int(escape["code"], 16))
    return " " if escape["sign"] in "nrt" else escape["sign"]
