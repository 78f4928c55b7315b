"""Small PDF files drawn for one test each."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gkllm.documents.document import Document, Grid
from gkllm.documents.formats import open_document

FONT = "STSong-Light"
Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, **options: object) -> bytes:
    """A file with these pages."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True, **options)
    for draw in pages:
        canvas.setFont(FONT, 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def opened(*pages: Draw) -> Document:
    """The document that gkllm makes of these pages."""
    return open_document(pdf(*pages), "test.pdf")


def lattice(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    """Lines through every x and y, ys measured from the page's bottom."""
    canvas.grid(list(xs), list(ys))


def two_by_two(canvas: Canvas, texts: Sequence[str] = ("规章", "12", "", "3")) -> None:
    """A ruled table of two rows and columns, each text in its cell."""
    lattice(canvas, (100, 200, 300), (600, 630, 660))
    for text, (x, y) in zip(texts, ((110, 640), (210, 640), (110, 610), (210, 610)), strict=True):
        canvas.drawString(x, y, text)


def texts(grid: Grid) -> list[list[str]]:
    """The grid's cells."""
    return [[cell.raw for cell in row.cells] for row in grid.rows]


def by_hand(
    content: bytes,
    resources: bytes = b"",
    catalogue: bytes = b"",
    objects: Mapping[int, bytes] | None = None,
    page: bytes = b"",
) -> bytes:
    """A file of one page, 400 points wide and high, written out: the drawing's own words, and further objects by
    number (9 and up). Font F is Helvetica, which is not embedded."""
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R%s"
        b"/Resources<</Font<</F 5 0 R>>%s>>>>" % (page, resources),
        4: b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    parts.update(objects or {})
    body = b"".join(b"%d 0 obj%s endobj\n" % part for part in parts.items())
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n"
