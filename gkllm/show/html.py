"""A report beside its source as one web page without scripts: cells and their places link to each other."""

import base64
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from gkllm.checking.sentences import number
from gkllm.confined import Child
from gkllm.documents.document import Document
from gkllm.form import CellId, Form
from gkllm.report import Cell, CellState, Report, Section
from gkllm.terminal.words import table_of

MAX_SHOWN = 60
"""Pages shown; a page is some hundred kilobytes."""
_SECONDS = 60
_MEMORY = 3_000_000_000
_DOTS = 1.5
_MAX_SIDE = 2_000


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page: its number, its size in points and its picture."""

    number: int
    width: float
    height: float
    png: bytes


def page_pictures(content: bytes, media_type: str, name: str) -> list[PagePicture]:
    """Each page of a PDF file or of a picture file; nothing for other files.

    They are drawn in a process of their own, with the machine's fonts: the one that reads has none of them.

    Raises:
        LimitExceeded: drawing them takes more time or memory than is given.
    """
    if media_type != "application/pdf" and not media_type.startswith("image/"):
        return []
    return Child(seconds=_SECONDS, memory=_MEMORY).call(_drawn, content, media_type, name)


def _drawn(content: bytes, media_type: str, name: str) -> list[PagePicture]:
    return list(_of_pdf(content, name) if media_type == "application/pdf" else _of_picture(content, name))


def _of_pdf(content: bytes, name: str) -> Iterator[PagePicture]:
    from gkllm.documents.pdf.opening import opened

    with opened(content, name) as pdf:
        for index in range(min(len(pdf), MAX_SHOWN)):
            page = pdf[index]
            width, height = page.get_size()
            scale = min(_DOTS, _MAX_SIDE / max(width, height))
            bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=_RGB)
            png = encode_png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, 3)
            yield PagePicture(index + 1, width, height, png)


_RGB = 2
"""PDFium's format of three bytes a pixel, FPDFBitmap_BGR."""


def _of_picture(content: bytes, name: str) -> Iterator[PagePicture]:
    from gkllm.documents.scan.opening import pictures

    for page, (grey, dots) in enumerate(pictures(content, name), 1):
        if page > MAX_SHOWN:
            return
        height, width = grey.shape
        png = encode_png(grey.tobytes(), width, height, width, 1)
        yield PagePicture(page, width / dots, height / dots, png)


def encode_png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Rows of `stride` bytes, of which `width * channels` are pixels (grey or RGB), as a PNG file."""
    rows = b"".join(b"\0" + pixels[y * stride : y * stride + width * channels] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


_SURE = 0.99


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the source's text; `anchor` and `cell` are set where it is what a cell prints."""

    text: str
    anchor: str = ""
    cell: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A cell's box on a page's picture, as percentages of it."""

    anchor: str
    cell: str
    mark: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page's picture and the cells on it."""

    number: int
    source: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the form: its text, the anchor of its place (empty if it has none), and how sure it is."""

    anchor: str
    place: str
    text: str
    mark: str
    title: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the form."""

    label: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of the form."""

    title: str
    edition: str
    found: bool
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class ShownReport:
    """One report, ready to be printed into the page."""

    title: str
    source: str
    pages: tuple[ShownPage, ...]
    text: tuple[Piece, ...]
    tables: tuple[ShownTable, ...]
    sections: tuple[Section, ...]
    findings: tuple[str, ...]


def render_page(reports: Sequence[tuple[Document, Form, Report, Sequence[PagePicture]]]) -> str:
    """The web page for the reports of one file, each with its document, its form and its pages' pictures."""
    shown = [_shown(index, *report) for index, report in enumerate(reports)]
    return _template().render(reports=shown)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("gkllm.show", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def _shown(
    index: int, document: Document, form: Form, report: Report, pictures: Sequence[PagePicture]
) -> ShownReport:
    cells = {cell.id: f"r{index}c{position}" for position, cell in enumerate(report.cells)}
    pages = tuple(_page(picture, report, cells) for picture in pictures)
    placed = {area.cell for page in pages for area in page.areas}
    pieces = () if pages else tuple(_pieces(document, report, cells))
    placed |= {piece.cell for piece in pieces if piece.cell}
    return ShownReport(
        title=report.report.title or report.source.name,
        source=report.source.name,
        pages=pages,
        text=pieces,
        tables=tuple(_tables(report, form, cells, placed)),
        sections=report.sections,
        findings=tuple(violation.message.en for violation in report.violations),
    )


def _mark(cell: Cell) -> str:
    """The class that tells how sure the cell is."""
    if cell.state is CellState.MISSING:
        return "missing"
    if cell.needs_review:
        return "review"
    return "sure" if cell.confidence >= _SURE else "likely"


def _page(picture: PagePicture, report: Report, cells: dict[str, str]) -> ShownPage:
    areas = [
        Area(
            f"{cells[cell.id]}s",
            cells[cell.id],
            _mark(cell),
            100 * cell.box[0] / picture.width,
            100 * cell.box[1] / picture.height,
            100 * (cell.box[2] - cell.box[0]) / picture.width,
            100 * (cell.box[3] - cell.box[1]) / picture.height,
        )
        for cell in report.cells
        if cell.box and cell.page == picture.number
    ]
    source = "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")
    return ShownPage(picture.number, source, tuple(areas))


def _pieces(document: Document, report: Report, cells: dict[str, str]) -> Iterator[Piece]:
    """The document's text, cut where cells begin and end; of cells with the same place the first is linked."""
    spans = sorted(
        (cell.span.start, cell.span.end, index) for index, cell in enumerate(report.cells) if cell.span
    )
    reached = 0
    for start, end, position in spans:
        if start < reached:
            continue
        cell = report.cells[position]
        if start > reached:
            yield Piece(document.text[reached:start])
        yield Piece(document.text[start:end], f"{cells[cell.id]}s", cells[cell.id], _mark(cell))
        reached = end
    yield Piece(document.text[reached:])


def _tables(report: Report, form: Form, cells: dict[str, str], placed: set[str]) -> Iterator[ShownTable]:
    by_id = {cell.id: cell for cell in report.cells}
    for table_id, info in report.tables.items():
        table = table_of(report, form, table_id)
        rows = tuple(
            ShownRow(
                "".join((*row.groups, row.label)),
                tuple(
                    _cell(by_id[cell_id], column.label, cells, placed)
                    for column in row.columns
                    if (cell_id := CellId.of(table_id, row.id, column.id)) in by_id
                ),
            )
            for row in table.rows
        )
        yield ShownTable(f"{table.section}、{table.title}", info.edition, info.found, rows)


def _cell(cell: Cell, column: str, cells: dict[str, str], placed: set[str]) -> ShownCell:
    anchor = cells[cell.id]
    text = number(cell.value) if cell.value is not None else cell.raw or f"({cell.state.value})"
    title = f"{column}: {cell.raw!r}, {cell.state.value}, confidence {cell.confidence:.0%}"
    reasons = "".join(f"; {reason}" for reason in cell.reasons)
    return ShownCell(anchor, f"{anchor}s" if anchor in placed else "", text, _mark(cell), title + reasons)
