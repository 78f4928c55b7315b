"""Glyphs put into lines, which line stands in which ruled cell, and what makes a cell's text doubtful."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from gkllm.documents.paged.lattice import Frame
from gkllm.documents.paged.page import Box, Glyph, Page
from gkllm.facts import Doubt, DoubtKind

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


_CROSSING = 0.3
"""Share of a glyph beyond its cell's line from which it is said to run over it."""
_NO_SPACE = 0.1
"""A label that fills its cell stands at least this far, in heights of the type, from its neighbour's."""
_BEGUN = 0.35
"""No two characters that follow each other begin this near, in heights of the type, and share so much of their width:
boxes wider than the characters overlap, but begin further apart."""
_SHARED = 0.3
OVERPRINTED = Doubt(DoubtKind.OVERPRINTED)
_COVER = 0.5
_SPECK = 1.5
"""Marks smaller than this, in points, are no writing."""


@dataclass(slots=True)
class FilledCell:
    """A ruled cell's text, why it may be wrong, and whether it can be read at all."""

    text: str = ""
    doubt: Doubt | None = None
    legible: bool = True


@dataclass(slots=True)
class _Pile:
    """The glyphs in one cell."""

    box: Box
    glyphs: list[Glyph] = field(default_factory=list)
    doubt: Doubt | None = None


def fill(page: Page, frames: Sequence[Frame]) -> tuple[list[list[FilledCell]], list[Glyph]]:
    """For each frame its cells' contents, in the frame's order, and the glyphs outside every frame."""
    piles = [[_Pile(cell.box) for cell in frame.cells] for frame in frames]
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        pile = _pile_of(glyph, frames, piles)
        if pile is None:
            outside.append(glyph)
        else:
            pile.glyphs.append(glyph)
    for group in piles:
        _mark_overflows(group)
        for pile in group:
            if overprinted(pile.glyphs):
                pile.doubt = pile.doubt or OVERPRINTED
    return [[_filled(page, pile) for pile in group] for group in piles], outside


def _pile_of(glyph: Glyph, frames: Sequence[Frame], piles: Sequence[Sequence[_Pile]]) -> _Pile | None:
    x, y = glyph.box.centre
    inside = [index for index, frame in enumerate(frames) if frame.box.holds(x, y)]
    if not inside:
        return None
    smallest = min(inside, key=lambda index: frames[index].box.width * frames[index].box.height)
    return next(pile for pile in piles[smallest] if pile.box.holds(x, y))


def _mark_overflows(piles: Sequence[_Pile]) -> None:
    """Glyphs that stand on a line between cells, and numbers that go on across one."""
    for pile in piles:
        for glyph in pile.glyphs:
            sideways = max(pile.box.left - glyph.box.left, glyph.box.right - pile.box.right)
            middle, half = glyph.box.centre[1], glyph.size * 0.4
            upright = max(pile.box.top - (middle - half), middle + half - pile.box.bottom)
            if sideways > _CROSSING * glyph.box.width or upright > _CROSSING * glyph.size:
                pile.doubt = pile.doubt or Doubt(DoubtKind.OVERFLOWS)
    edges = [(pile, glyph) for pile in piles for glyph in pile.glyphs if _at_edge(pile, glyph)]
    for left, before in edges:
        for right, after in edges:
            if left is not right and _goes_on(before, after):
                left.doubt = left.doubt or Doubt(DoubtKind.OVERFLOWS)
                right.doubt = right.doubt or Doubt(DoubtKind.OVERFLOWS)


def _at_edge(pile: _Pile, glyph: Glyph) -> bool:
    near = glyph.size * SPACE
    return glyph.box.left - pile.box.left < near or pile.box.right - glyph.box.right < near


def _goes_on(before: Glyph, after: Glyph) -> bool:
    level = abs(before.box.centre[1] - after.box.centre[1]) < 0.25 * before.size
    gap = after.box.left - before.box.right
    numeric = before.text.isdigit() and after.text.isdigit()
    return level and -SPACE * before.size < gap < (SPACE if numeric else _NO_SPACE) * before.size


def overprinted(glyphs: Sequence[Glyph]) -> bool:
    """Whether different characters stand in the same place: an older content under the newer one.

    So they do, too, where some digits are printed twice and others once: bold type repeats all of them.
    """
    if len({glyph.twice for glyph in glyphs if glyph.text.isdigit()}) > 1:
        return True
    ordered = sorted(glyphs, key=lambda glyph: glyph.box.left)
    for index, glyph in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.box.left >= glyph.box.right:
                break
            if _in_one_place(glyph, other):
                return True
    return False


def _in_one_place(glyph: Glyph, other: Glyph) -> bool:
    """Whether the second, which stands further right, begins where the first has only begun, and covers part of it."""
    narrower, lower = (min(pair) for pair in zip(glyph.box.extent, other.box.extent, strict=True))
    shared = glyph.box.common(other.box)
    near = other.box.left - glyph.box.left < _BEGUN * max(glyph.size, other.size)
    return near and shared.width > _SHARED * narrower > 0 and shared.height > 0.5 * lower


def _area(box: Box) -> float:
    return box.width * box.height


def _filled(page: Page, pile: _Pile) -> FilledCell:
    if pile.glyphs:
        doubt = next((glyph.doubt for glyph in pile.glyphs if glyph.doubt), None) or pile.doubt
        if not doubt and _is_struck(page, pile):
            doubt = Doubt(DoubtKind.STRUCK)
        return FilledCell(cell_text(pile.glyphs), doubt)
    drawn = _drawn(page, pile.box)
    return FilledCell("", Doubt(drawn) if drawn else None, drawn is not DoubtKind.DRAWN)


def _drawn(page: Page, cell: Box) -> DoubtKind | None:
    """Why ink in the cell that is no text matters: it may be writing, or hide some."""
    for ink in page.ink:
        if max(ink.width, ink.height) < _SPECK:
            continue
        shared = ink.overlap(cell) or float(cell.holds(*ink.centre))
        if cell.holds(*ink.centre) and _area(ink) <= _area(cell):
            return DoubtKind.DRAWN
        if shared > _COVER * _area(cell):
            return DoubtKind.COVERED
    return None


def _is_struck(page: Page, pile: _Pile) -> bool:
    for stroke in page.strokes:
        if not stroke.horizontal or not pile.box.top < stroke.at < pile.box.bottom:
            continue
        for glyph in pile.glyphs:
            shared = min(stroke.end, glyph.box.right) - max(stroke.start, glyph.box.left)
            if shared > 0.5 * glyph.box.width and abs(stroke.at - glyph.box.centre[1]) < 0.2 * glyph.size:
                return True
    return False
