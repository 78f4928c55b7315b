"""Glyphs put into lines of text by where they stand, and lines of a table without lines parted into its cells."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from gkllm.documents.paged.page import Box, Glyph, around

SPACE = 0.25
"""White space this wide, in heights of the type, is a space between characters."""
_PRINTED_SPACE = 0.1
"""Less will do where the file has a space there."""
_SAME_LINE = 0.5
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f]")


def lines_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The glyphs by line, top to bottom, left to right in each."""
    lines: list[list[Glyph]] = []
    middles: list[float] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.box.centre[1]):
        middle = glyph.box.centre[1]
        if lines and middle - middles[-1] <= _SAME_LINE * min(glyph.size, lines[-1][-1].size):
            lines[-1].append(glyph)
            # A line's height is that of its first glyphs: letting it drift would join lines that slope.
        else:
            lines.append([glyph])
            middles.append(middle)
    for line in lines:
        line.sort(key=lambda glyph: glyph.box.left)
    return lines


def line_text(line: Sequence[Glyph]) -> str:
    """The line's characters, a space where they stand apart."""
    parts: list[str] = []
    for index, glyph in enumerate(line):
        if index and apart(line[index - 1], glyph):
            parts.append(" ")
        parts.append(glyph.text)
    return "".join(parts)


def apart(before: Glyph, after: Glyph) -> bool:
    """Whether white space stands between two neighbours on a line."""
    needed = _PRINTED_SPACE if after.spaced else SPACE
    return after.box.left - before.box.right > needed * max(before.size, after.size)


def cell_text(glyphs: Sequence[Glyph]) -> str:
    """A cell's text, its lines joined: with a space, but for wide characters, which wrap anywhere."""
    ordered = _upright(glyphs)
    text = ""
    for line in ordered:
        piece = line_text(line)
        seamless = not text or (_WIDE.match(text[-1]) and _WIDE.match(piece[0]))
        text += piece if seamless else " " + piece
    return text


def _upright(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The cell's lines; written downwards or turned ones are taken in the order in which they are read."""
    turned = [glyph.turned for glyph in glyphs if glyph.turned]
    if len(turned) * 2 > len(glyphs):
        downwards = max(set(turned), key=turned.count) == 1
        columns = _columns(glyphs)
        return [
            [glyph]
            for column in (columns[::-1] if downwards else columns)
            for glyph in sorted(column, key=lambda g: g.box.top, reverse=not downwards)
        ]
    lines = lines_of(glyphs)
    if _written_downwards(lines):
        return [
            [glyph]
            for column in reversed(_columns(glyphs))
            for glyph in sorted(column, key=lambda g: g.box.top)
        ]
    return lines


def _columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    columns: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.box.centre[0]):
        if columns and glyph.box.centre[0] - columns[-1][0].box.centre[0] <= _SAME_LINE * glyph.size:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    return columns


def _written_downwards(lines: Sequence[Sequence[Glyph]]) -> bool:
    """Whether wide characters stand closer below each other than side by side, in two columns or more."""
    if len(lines) < 3 or len(lines[0]) < 2:
        return False
    if not all(_WIDE.match(glyph.text) for line in lines for glyph in line):
        return False
    sideways = [
        after.box.left - before.box.right for line in lines for before, after in itertools.pairwise(line)
    ]
    down = [
        after[0].box.centre[1] - before[0].box.centre[1] - after[0].size
        for before, after in itertools.pairwise(lines)
    ]
    return median(sideways) > max(0.3 * lines[0][0].size, median(down) * 1.5)


_GAP = 0.9
"""White space this wide, in heights of the type, parts cells."""
_SAME = 0.5
"""Edges or middles at most this far apart, in heights of the type, are one column's."""
_COLUMN = 3
"""Numbers that stand under each other before they are a column."""
_NUMERIC = frozenset("0123456789０１２３４５６７８９.,．，-—")


def pieces_of(lines: Sequence[Sequence[Glyph]]) -> list[list[list[Glyph]]]:
    """Each line's pieces: parted by white space, and a label from the number that stands close behind it.

    Where the number closes its line's first piece is told by the numbers above and below it.
    """
    pieces = [_by_gaps(line) for line in lines]
    closing = [_number_behind_label(line[0]) for line in pieces]
    columns: Counter[tuple[str, int]] = Counter()
    for line, first in zip(pieces, closing, strict=True):
        numbers = [piece for piece in line if all(glyph.text in _NUMERIC for glyph in piece)]
        for number in [*numbers, line[0][first:]] if first else numbers:
            columns.update(_edges(number))
    return [
        [line[0][:first], line[0][first:], *line[1:]]
        if first and any(_near(columns, edge) >= _COLUMN for edge in _edges(line[0][first:]))
        else line
        for line, first in zip(pieces, closing, strict=True)
    ]


def _by_gaps(line: Sequence[Glyph]) -> list[list[Glyph]]:
    pieces: list[list[Glyph]] = []
    for glyph in line:
        if pieces and glyph.box.left - pieces[-1][-1].box.right <= _GAP * glyph.size:
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    return pieces


def _number_behind_label(piece: Sequence[Glyph]) -> int:
    """Where the number at the piece's end begins; 0 where it has none, or nothing else."""
    first = len(piece)
    while first and piece[first - 1].text in _NUMERIC:
        first -= 1
    return first if first < len(piece) else 0


def _edges(number: Sequence[Glyph]) -> Iterator[tuple[str, int]]:
    box: Box = around(glyph.box for glyph in number)
    unit = _SAME * number[0].size
    for name, place in (("left", box.left), ("middle", box.centre[0]), ("right", box.right)):
        yield name, round(place / unit)


def _near(columns: Counter[tuple[str, int]], edge: tuple[str, int]) -> int:
    name, place = edge
    return sum(columns[name, place + step] for step in (-1, 0, 1))
