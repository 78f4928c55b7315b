"""A document as the readers take it: its text, and the grids of cells found in it."""

from dataclasses import dataclass
from typing import Literal

from gkllm.facts import Doubt

Layout = Literal["word_dump", "pipe", "delimited", "fixed_width", "sequential", "stream", "lattice"]

MAX_TEXT = 1_000_000
"""Code points; fifty reports have as many. What sentences claim is worked out at some 100,000 a second."""
MAX_CELLS = 30_000
"""A report has some 300 cells in 50 rows; this is room for a hundred reports in one file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page something is printed. `page` counts from 1.

    `box` is (left, top, right, bottom) in points, measured from the page's top left corner.
    """

    page: int
    box: tuple[float, float, float, float]


@dataclass(slots=True, unsafe_hash=True)
class GridCell:
    """A printed cell, which nobody changes; it is not frozen, as that makes building one take three times as long.

    `raw` is the text with white space collapsed; `start` and `end` are code points in the document's text and
    are equal for a blank cell. `left` and `right` are the columns of characters the text occupies on its line,
    `wide_left` and `wide_right` the same with East Asian wide characters counted as two; they matter only in
    layout text, where a column is a place on the line. In layout "lattice" `left` and `right` are the columns of
    its table that the cell covers, counted from 0, half-open; equal where the format does not tell. `place` is
    known in paged documents only. `doubt` says why the text may not be what the cell means to print; `legible` is
    false where something is printed that could not be read as text.
    """

    raw: str
    start: int
    end: int
    left: int = 0
    right: int = 0
    wide_left: int = 0
    wide_right: int = 0
    place: Place | None = None
    doubt: Doubt | None = None
    legible: bool = True


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of cells. `page` counts the page marks and form feeds that precede it.

    `covered` are the columns, half-open, that cells of earlier rows reach down over, where a table has real cells.
    """

    cells: tuple[GridCell, ...]
    page: int = 0
    covered: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that stand together. In layout "fixed_width" blank cells are gaps; in "sequential" they leave nothing
    behind; elsewhere they are cells. A row of a "sequential" grid goes from a label to the next, as one of a "stream"
    does, or is a line.

    Layout "lattice" is of documents that have real tables (web pages, Word files, ruled PDF): a cell that spans
    rows stands in the first of them only, one that spans columns stands once.
    """

    layout: Layout
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A source turned into text and grids, in text order. Spans of cells index `text`.

    `encoding` is what the text was decoded from, null where the format has none of its own. `part` is the range
    of the text that is the report's own, where more stands in the file: a web page's menus, other reports. `doubts`
    are what is to be known of the whole of it. `scanned` where the grids are a first guess at a text
    that shows no table of its own, and may be taken apart otherwise.
    """

    name: str
    media_type: str
    sha256: str
    encoding: str | None
    text: str
    grids: tuple[Grid, ...]
    doubts: tuple[Doubt, ...] = ()
    part: tuple[int, int] | None = None
    scanned: bool = False

    @property
    def own_text(self) -> str:
        """The report's own text."""
        return self.text if self.part is None else self.text[slice(*self.part)]

    def place_of(self, start: int) -> Place | None:
        """Where the piece that holds the text's character is printed; null in documents without pages."""
        cells = (cell for grid in self.grids for row in grid.rows for cell in row.cells)
        return next((cell.place for cell in cells if cell.start <= start < cell.end), None)


def collapse(text: str) -> str:
    """The text with every run of white space as one space and none at the ends."""
    return " ".join(text.split())


def cell_between(text: str, start: int, end: int) -> GridCell:
    """The cell whose text lies within [start, end), its span trimmed of white space."""
    part = text[start:end]
    raw = " ".join(part.split())
    if not raw:
        return GridCell("", start, start)
    if len(raw) == len(part):
        return GridCell(raw, start, end)
    first = start + len(part) - len(part.lstrip())
    return GridCell(raw, first, first + len(part.strip()))
