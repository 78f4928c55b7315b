"""Where a report's cells are printed: pages with boxes on them, or the text with its tables, for a web page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gkllm.documents.document import Document, Grid, GridRow, Layout
from gkllm.language import said
from gkllm.report import Cell, Report
from gkllm.show.form_view import Links, mark_of, told

_TABLES: frozenset[Layout] = frozenset({"word_dump", "delimited", "lattice"})
"""Layouts whose text does not look like a table: it is laid out as one."""


@dataclass(frozen=True, slots=True)
class Place:
    """The element of a cell's place, where its link leads, how sure the cell is, and what it is called."""

    cell: str
    name: str
    address: str
    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class Area:
    """A cell's box on a page, in points from its top left corner."""

    place: Place
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page: its size in points, the address of its picture, and the cells on it."""

    number: int
    width: float
    height: float
    picture: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text; `place` is set where it is what a cell prints."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text as it stands, or the rows of a table, each cell in pieces."""

    pieces: tuple[Piece, ...] = ()
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()


def places_of(report: Report, links: Links) -> dict[str, Place]:
    """The place of every cell, whether the source shows it or not."""
    return {cell.id: _place(cell, links) for cell in report.cells}


def shown_page(
    number: int, size: tuple[float, float], picture: str, report: Report, places: Mapping[str, Place]
) -> ShownPage:
    """A page with the cells that are printed on it."""
    areas = [
        Area(places[cell.id], left, top, max(right - left, 1), max(bottom - top, 1))
        for cell in report.cells
        if cell.box and cell.page == number
        for left, top, right, bottom in (cell.box,)
    ]
    return ShownPage(number, *size, picture, tuple(areas))


def text_blocks(document: Document, report: Report, places: Mapping[str, Place]) -> tuple[TextBlock, ...]:
    """The document's text; of cells with the same place the first is linked."""
    return tuple(_Text(document, report, places).blocks())


class _Text:
    """A text that is taken apart from its beginning to its end."""

    def __init__(self, document: Document, report: Report, places: Mapping[str, Place]) -> None:
        self._text = document.text
        self._grids = document.grids
        spans = sorted((cell.span.start, cell.span.end, cell.id) for cell in report.cells if cell.span)
        self._spans: list[tuple[int, int, Place]] = []
        for start, end, cell in spans:
            if not self._spans or start >= self._spans[-1][1]:
                self._spans.append((start, end, places[cell]))
        self._next = 0

    def blocks(self) -> Iterator[TextBlock]:
        """The text between the tables, and the tables."""
        reached = 0
        for rows in _tables(self._grids):
            start, end = _start(rows[0]), max(cell.end for row in rows for cell in row.cells)
            if start < reached:
                continue
            yield from self._prose(reached, start)
            cells = (tuple(tuple(self._pieces(c.start, c.end)) for c in row.cells) for row in rows)
            yield TextBlock(rows=tuple(cells))
            reached = end
        yield from self._prose(reached, len(self._text))

    def _prose(self, start: int, end: int) -> Iterator[TextBlock]:
        part = self._text[start:end]
        if inside := part.strip():
            # An indent is the text's own; blank lines around it are not.
            first = start + part.rfind("\n", 0, part.index(inside[0])) + 1
            yield TextBlock(tuple(self._pieces(first, start + len(part.rstrip()))))

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        """The text of a range, cut where cells begin and end."""
        while self._next < len(self._spans) and self._spans[self._next][0] < start:
            self._next += 1
        while self._next < len(self._spans) and self._spans[self._next][1] <= end:
            first, last, place = self._spans[self._next]
            if first > start:
                yield Piece(self._text[start:first])
            yield Piece(self._text[first:last], place)
            start = last
            self._next += 1
        if end > start:
            yield Piece(self._text[start:end])


def _tables(grids: Sequence[Grid]) -> Iterator[list[GridRow]]:
    """Rows that stand together in the text's order, of grids that are laid out as tables."""
    found = sorted(
        (_start(row), number, place, row)
        for number, grid in enumerate(grids)
        if grid.layout in _TABLES
        for place, row in enumerate(grid.rows)
        if row.cells
    )
    for _, members in groupby(found, key=lambda entry: entry[1]):
        yield [row for _, _, _, row in members]


def _start(row: GridRow) -> int:
    return min(cell.start for cell in row.cells)


def _place(cell: Cell, links: Links) -> Place:
    mark = mark_of(cell)
    label = said("{label}, {mark}", label=cell.label, mark=told(mark))
    return Place(cell.id, links.place(cell.id), links.to_cell(cell.id), mark, label)
