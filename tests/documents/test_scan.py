"""Pictures of pages read by OCR; skipped where the extra is not installed."""

from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from gkllm.documents.document import Document, Grid
from gkllm.documents.formats import open_document, read
from gkllm.documents.scan import engine
from gkllm.errors import DocumentTooLarge, EmptyDocument, MissingExtra, UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind
from tests.documents.pdfs import lattice, pdf, texts

needs_ocr = pytest.mark.skipif(not engine.ocr_installed(), reason="the extra gkllm[ocr] is not installed")
_DOTS = 150 / 72

_NUMBERS = (("12", "3", ""), ("0", "4567", "-"), ("1", "", "89"))


def _table(canvas: Canvas) -> None:
    """Three rows of three numbers in a font that every machine has; a long dash in the last row's middle."""
    canvas.setFont("Helvetica", 10)
    lattice(canvas, (100, 160, 220, 280), (600, 630, 660, 690))
    for row, numbers in enumerate(_NUMBERS):
        for column, number in enumerate(numbers):
            canvas.drawString(120 + 60 * column, 671 - 30 * row, number)
    canvas.line(180, 615, 203, 615)
    for line in range(6):
        canvas.drawString(100, 500 - 20 * line, "Requests received and handled in the course of the year")


def _picture(kind: str = "PNG", turn: float = 0.0) -> bytes:
    from PIL import Image
    from pypdfium2 import PdfDocument

    picture = PdfDocument(pdf(_table))[0].render(scale=_DOTS, grayscale=True).to_pil()
    if turn:
        picture = picture.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    buffer = BytesIO()
    picture.save(buffer, kind, dpi=(150, 150))
    return buffer.getvalue()


def _grid(document: Document) -> Grid:
    (grid,) = document.grids
    return grid


@needs_ocr
@pytest.mark.parametrize(("kind", "turn"), [("PNG", 0.0), ("JPEG", 1.7), ("TIFF", -2.3)])
def test_a_ruled_table_is_read_cell_by_cell(kind: str, turn: float) -> None:
    grid = _grid(open_document(_picture(kind, turn), "scan"))
    first, second, third = texts(grid)
    assert (first, second[:2], (third[0], third[2])) == (["12", "3", ""], ["0", "4567"], ("1", "89"))
    place = grid.rows[0].cells[0].place
    assert place is not None
    if not turn:
        assert place.box == pytest.approx((100, 151.9, 160, 181.9), abs=1.5)


@needs_ocr
def test_a_page_on_its_side_is_read_upright() -> None:
    from PIL import Image

    sideways = BytesIO()
    Image.open(BytesIO(_picture())).transpose(Image.Transpose.ROTATE_90).save(sideways, "PNG", dpi=(150, 150))
    grid = _grid(open_document(sideways.getvalue(), "side.png"))
    assert texts(grid)[0] == ["12", "3", ""]
    place = grid.rows[0].cells[0].place
    assert place is not None
    assert place.box == pytest.approx((151.9, 435, 181.9, 495), abs=1.5)


@needs_ocr
def test_a_dash_or_a_stroke_is_never_blank() -> None:
    grid = _grid(open_document(_picture(), "scan.png"))
    for cell in (grid.rows[1].cells[2], grid.rows[2].cells[1]):
        assert cell.raw
    blank = grid.rows[0].cells[2]
    assert (blank.raw, blank.legible) == ("", True)


@needs_ocr
def test_ink_without_text_is_unreadable_not_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the recogniser gives for ink that it cannot read is an empty string."""
    real = engine.recognise

    def blind(pictures: list[object]) -> list[engine.Recognised]:
        return [engine.Recognised("", 0.0) if found.text == "12" else found for found in real(pictures)]

    monkeypatch.setattr("gkllm.documents.scan.read.recognise", blind)
    cell = _grid(read(_picture(), "scan.png")).rows[0].cells[0]
    assert (cell.raw, cell.doubt) == ("\ufffd", Doubt(DoubtKind.OCR_UNREAD))


@needs_ocr
def test_a_pdf_of_pictures_is_read_by_ocr(tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    picture.write_bytes(_picture())
    content = pdf(lambda canvas: canvas.drawImage(str(picture), 0, 0, 595, 842))
    document = open_document(content, "scan.pdf")
    assert document.media_type == "application/pdf"
    assert texts(_grid(document))[0] == ["12", "3", ""]


def test_without_the_extra_one_line_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    for content in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00"):
        with pytest.raises(MissingExtra, match=r"^x: its pages are pictures; .* pip install 'gkllm\[ocr\]'$"):
            read(content, "x")


@needs_ocr
def test_pictures_that_would_do_harm_are_refused() -> None:
    from PIL import Image

    huge = BytesIO()
    Image.new("1", (10_000, 9_000)).save(huge, "PNG")
    with pytest.raises(DocumentTooLarge, match="which no scan needs"):
        open_document(huge.getvalue(), "huge.png")
    with pytest.raises(UnsupportedFormat, match="broken"):
        open_document(_picture()[:400], "broken.png")
    white = BytesIO()
    Image.new("L", (1240, 1754), 255).save(white, "PNG")
    with pytest.raises(EmptyDocument, match="no text"):
        open_document(white.getvalue(), "white.png")
