"""Pages become a document's text and grids: ruled tables cell by cell, everything else as lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from gkllm.documents.document import Grid, GridCell, GridRow, Place, collapse
from gkllm.documents.lines import is_page_number
from gkllm.documents.paged.filling import FilledCell, doubt_together, fill
from gkllm.documents.paged.lattice import Frame, frames_of
from gkllm.documents.paged.page import Glyph, Page, around
from gkllm.documents.paged.text_lines import line_text, lines_of, pieces_of

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
