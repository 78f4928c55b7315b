"""Pages become a document's text and grids: ruled tables cell by cell, everything else as lines.

Which glyph stands in which ruled cell also tells what makes a cell's text doubtful.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from gkllm.documents.document import Grid, GridCell, GridRow, Place, collapse
from gkllm.documents.lines import is_page_number
from gkllm.documents.paged.lattice import Frame, frames_of
from gkllm.documents.paged.page import Box, Glyph, Page, Stroke, around
from gkllm.documents.paged.text_lines import SPACE, cell_text, line_text, lines_of, pieces_of
from gkllm.facts import Doubt, DoubtKind

_CROSSING = 0.3
"""Share of a glyph beyond its cell's line from which it is said to run over it."""
_NO_SPACE = 0.1
"""A label that fills its cell stands at least this far, in heights of the type, from its neighbour's."""
_BEGUN = 0.35
"""No two characters that follow each other begin this near, in heights of the type, and share so much of their width:
boxes wider than the characters overlap, but begin further apart."""
_SHARED = 0.3
_UPSIDE_DOWN = 2
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
            pile.doubt = pile.doubt or doubt_together(pile.glyphs)
    across = sorted((stroke for stroke in page.strokes if stroke.horizontal), key=lambda stroke: stroke.at)
    inks = [ink for ink in page.ink if max(ink.extent) >= _SPECK]
    return [[_filled(inks, pile, across) for pile in group] for group in piles], outside


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


def doubt_together(glyphs: Sequence[Glyph]) -> Doubt | None:
    """Why characters of one cell may not be what they read together."""
    turned = {glyph.turned for glyph in glyphs if glyph.text.isdigit()}
    apart = len(turned) > 1 or _UPSIDE_DOWN in turned
    return Doubt(DoubtKind.OVERPRINTED) if apart or _overprinted(glyphs) else None


def _overprinted(glyphs: Sequence[Glyph]) -> bool:
    """Whether different characters stand in the same place: an older content under the newer one."""
    # PDFium gives points and commas of some fonts wider boxes than they have room.
    ordered = sorted((glyph for glyph in glyphs if glyph.text.isalnum()), key=lambda glyph: glyph.box.left)
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


def _filled(inks: Sequence[Box], pile: _Pile, across: Sequence[Stroke]) -> FilledCell:
    if pile.glyphs:
        doubt = next((glyph.doubt for glyph in pile.glyphs if glyph.doubt), None) or pile.doubt
        if not doubt and _is_struck(across, pile):
            doubt = Doubt(DoubtKind.STRUCK)
        return FilledCell(cell_text(pile.glyphs), doubt)
    drawn = _drawn(inks, pile.box)
    return FilledCell("", Doubt(drawn) if drawn else None, drawn is not DoubtKind.DRAWN)


def _drawn(inks: Sequence[Box], cell: Box) -> DoubtKind | None:
    """Why ink in the cell that is no text matters: it may be writing, or hide some."""
    for ink in inks:
        if ink.left > cell.right or ink.right < cell.left or ink.top > cell.bottom or ink.bottom < cell.top:
            continue
        shared = ink.overlap(cell) or float(cell.holds(*ink.centre))
        if cell.holds(*ink.centre) and _area(ink) <= _area(cell):
            return DoubtKind.DRAWN
        if shared > _COVER * _area(cell):
            return DoubtKind.COVERED
    return None


def _is_struck(across: Sequence[Stroke], pile: _Pile) -> bool:
    """Whether one of the horizontal lines, sorted by height, runs through the text."""
    first = bisect_right(across, pile.box.top, key=lambda stroke: stroke.at)
    last = bisect_left(across, pile.box.bottom, key=lambda stroke: stroke.at)
    return any(
        min(stroke.end, glyph.box.right) - max(stroke.start, glyph.box.left) > 0.5 * glyph.box.width
        and abs(stroke.at - glyph.box.centre[1]) < 0.2 * glyph.size
        for stroke in across[first:last]
        for glyph in pile.glyphs
    )


_MIN_PIECES = 2
_MIN_PIECES_BESIDE_FRAMES = 4
_MIN_LINES = 2
"""A page has a table without lines where this many lines have so many pieces: more where there are ruled ones too."""


@dataclass(frozen=True, slots=True)
class Composition:
    """A document's text and the grids in it."""

    text: str
    grids: tuple[Grid, ...]


def compose(pages: Iterable[Page]) -> Composition:
    """The text of all pages in reading order, pages parted by form feeds, and their tables."""
    writer = _Writer()
    for index, page in enumerate(pages):
        if index:
            writer.write("\f")
        _write_page(writer, page)
    return Composition("".join(writer.parts), tuple(writer.grids))


class _Writer:
    """Text under construction. Grids of one layout that follow each other stay apart, as printed."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.position = 0
        self.grids: list[Grid] = []

    def write(self, text: str) -> int:
        """Append the text, and say where it starts."""
        start = self.position
        self.parts.append(text)
        self.position += len(text)
        return start


def _write_page(writer: _Writer, page: Page) -> None:
    frames = frames_of(page)
    filled, outside = fill(page, frames)
    lines = lines_of(outside)
    edges = [line for line in (*lines[:1], *lines[-1:]) if is_page_number(line_text(line))]
    pieces = _MIN_PIECES_BESIDE_FRAMES if frames else _MIN_PIECES
    parted = {id(line): parts for line, parts in zip(lines, pieces_of(lines), strict=True)}
    aligned = sum(len(parts) >= pieces for parts in parted.values()) >= _MIN_LINES
    rows: list[GridRow] = []
    blocks: list[tuple[float, int, list[Glyph] | int]] = [
        (frame.box.top, 0, index) for index, frame in enumerate(frames)
    ]
    blocks += [(median(glyph.box.centre[1] for glyph in line), 1, line) for line in lines]
    for _, _, block in sorted(blocks, key=lambda block: block[:2]):
        if isinstance(block, int):
            _end_grid(writer, rows)
            writer.grids.append(_write_frame(writer, page, frames[block], filled[block]))
        elif aligned and block not in edges:
            rows.append(_write_pieces(writer, page, parted[id(block)]))
        else:
            writer.write(line_text(block) + "\n")
    _end_grid(writer, rows)


def _end_grid(writer: _Writer, rows: list[GridRow]) -> None:
    if rows:
        writer.grids.append(Grid("fixed_width", tuple(rows)))
        rows.clear()


def _write_frame(writer: _Writer, page: Page, frame: Frame, filled: Sequence[FilledCell]) -> Grid:
    texts = dict(zip(frame.cells, filled, strict=True))
    rows: list[GridRow] = []
    for ruled in frame.rows():
        cells: list[GridCell] = []
        for cell in ruled:
            if cells:
                writer.write("\t")
            text = texts[cell].text
            start = writer.write(text)
            doubt = texts[cell].doubt or cell.doubt
            place = Place(page.number, page.displayed(cell.box))
            cells.append(
                GridCell(
                    collapse(text),
                    start,
                    start + len(text),
                    cell.left,
                    cell.right + 1,
                    place=place,
                    doubt=doubt,
                    legible=texts[cell].legible,
                )
            )
        writer.write("\n")
        top = ruled[0].top
        covered = tuple((cell.left, cell.right + 1) for cell in frame.cells if cell.top < top <= cell.bottom)
        rows.append(GridRow(tuple(cells), page.number - 1, covered))
    return Grid("lattice", tuple(rows))


def _write_pieces(writer: _Writer, page: Page, pieces: Sequence[Sequence[Glyph]]) -> GridRow:
    """A line of a table without lines: its place on the line, in half-heights of the type, is a cell's column."""
    unit = median(glyph.size for glyph in page.glyphs) / 2
    cells: list[GridCell] = []
    for piece in pieces:
        if cells:
            writer.write("  ")
        text = line_text(piece)
        start = writer.write(text)
        box = around(glyph.box for glyph in piece)
        left, right = round(box.left / unit), round(box.right / unit)
        cell = GridCell(collapse(text), start, start + len(text), left, right, left, right)
        doubt = next((glyph.doubt for glyph in piece if glyph.doubt), None)
        doubt = doubt or doubt_together(piece)
        cells.append(replace(cell, place=Place(page.number, page.displayed(box)), doubt=doubt))
    writer.write("\n")
    return GridRow(tuple(cells), page.number - 1)
