"""PDF pages: ruled tables, what is seen and what is not, and files that would do harm."""

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from gkllm import Settings, extract
from gkllm.documents.formats import open_document
from gkllm.errors import DocumentError, DocumentTooLarge, EmptyDocument, UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind
from tests.documents.pdfs import FONT, by_hand, lattice, opened, pdf, texts, two_by_two
from tests.forms import FORM


def test_cells_know_their_text_page_and_box() -> None:
    document = opened(lambda canvas: canvas.drawString(100, 700, "前言"), two_by_two)
    (grid,) = document.grids
    assert grid.layout == "lattice"
    assert texts(grid) == [["规章", "12"], ["", "3"]]
    number = grid.rows[0].cells[1]
    assert document.text[number.start : number.end] == "12"
    assert number.place is not None
    assert number.place.page == 2
    assert number.place.box == pytest.approx((200, 181.9, 300, 211.9), abs=0.2)
    blank = grid.rows[1].cells[0]
    assert (blank.raw, blank.start == blank.end, blank.legible, blank.doubt) == ("", True, True, None)
    assert blank.place is not None
    assert blank.place.box == pytest.approx((100, 211.9, 200, 241.9), abs=0.2)


def test_merged_cells_stand_once_in_their_first_row() -> None:
    def draw(canvas: Canvas) -> None:
        for x in (100, 160, 300):
            canvas.line(x, 600, x, 690)
        canvas.line(220, 600, 220, 660)
        for y in (600, 660, 690):
            canvas.line(100, y, 300, y)
        canvas.line(160, 630, 300, 630)
        for x, y, text in (
            (105, 640, "组"),
            (165, 670, "横"),
            (165, 640, "1"),
            (225, 640, "2"),
            (165, 610, "3"),
        ):
            canvas.drawString(x, y, text)

    (grid,) = opened(draw).grids
    assert texts(grid) == [["", "横"], ["组", "1", "2"], ["3", ""]]


def test_a_page_that_is_turned_reads_upright() -> None:
    plain = PdfDocument(pdf(two_by_two))
    plain[0].set_rotation(90)
    buffer = BytesIO()
    plain.save(buffer)
    (turned,) = open_document(buffer.getvalue(), "turned.pdf").grids
    assert texts(turned) == [["规章", "12"], ["", "3"]]
    place = turned.rows[0].cells[1].place
    assert place is not None
    assert place.box == pytest.approx((630, 200, 660, 300), abs=0.2)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_table_drawn_sideways_reads_upright(angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(angle)
        canvas.translate(-200, -630)
        two_by_two(canvas)

    (grid,) = opened(draw).grids
    assert texts(grid) == [["规章", "12"], ["", "3"]]
    place = grid.rows[0].cells[1].place
    assert place is not None
    left, top, right, bottom = place.box
    assert (right - left, bottom - top) == pytest.approx((100, 30) if angle == 180 else (30, 100), abs=0.2)


def test_what_nobody_sees_is_not_read() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.drawString(225, 640, "9", mode=3)
        canvas.setFillColor(colors.white)
        canvas.drawString(225, 610, "8")
        canvas.setFont(FONT, 1)
        canvas.setFillColor(colors.black)
        canvas.drawString(110, 610, "7")

    assert texts(opened(draw).grids[0]) == [["规章", "12"], ["", "3"]]


def test_white_text_on_a_dark_cell_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(100, 600, 100, 30, fill=1)
        two_by_two(canvas)
        canvas.setFillColor(colors.white)
        canvas.drawString(110, 610, "7")

    assert texts(opened(draw).grids[0]) == [["规章", "12"], ["7", "3"]]


def test_white_letters_with_a_dark_outline_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.setFillColor(colors.white)
        canvas.drawString(110, 610, "7", mode=2)

    assert texts(opened(draw).grids[0]) == [["规章", "12"], ["7", "3"]]


def test_text_drawn_twice_for_bold_type_counts_once() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "11", "00", "3"))
        canvas.translate(0.3, 0.1)
        two_by_two(canvas, ("规章", "11", "00", "3"))

    assert texts(opened(draw).grids[0]) == [["规章", "11"], ["00", "3"]]


def test_two_of_a_narrow_character_are_two() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "", "", "3"))
        canvas.setFont("Helvetica", 10)
        canvas.drawString(210, 640, "ll")

    assert texts(opened(draw).grids[0]) == [["规章", "ll"], ["", "3"]]


def test_a_table_without_lines_need_not_be_full() -> None:
    def draw(canvas: Canvas) -> None:
        for y, label in ((700, "规章"), (680, "行政规范性文件")):
            canvas.drawString(60, y, label)
            canvas.drawString(300, y, "7")

    [grid] = opened(draw).grids
    assert grid.layout == "fixed_width" and texts(grid) == [["规章", "7"], ["行政规范性文件", "7"]]


@pytest.mark.parametrize("gap", [0.5, 3, 7])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_number_close_behind_its_label_is_told_by_those_above_it(gap: float, side: str) -> None:
    labels = ("规章", "行政规范性文件", "行政许可", "其他对外管理服务事项2类")
    numbers = ("7", "12", "358", "1234")
    edge = 60 + 10 * len(labels[-1]) + gap

    def draw(canvas: Canvas) -> None:
        for line, (label, number) in enumerate(zip(labels, numbers, strict=True)):
            y = 700 - 20 * line
            canvas.drawString(60, y, label)
            canvas.drawString(400, y, number)
            if side == "left":
                canvas.drawString(edge, y, number)
            else:
                canvas.drawRightString(edge + 20, y, number)

    [grid] = opened(draw).grids
    assert texts(grid) == [[label, number, number] for label, number in zip(labels, numbers, strict=True)]


def test_a_filled_form_is_not_blank() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.acroForm.textfield(
            name="f", value="47", x=110, y=605, width=60, height=20, borderWidth=0, fontSize=10
        )

    assert texts(opened(draw).grids[0]) == [["规章", "12"], ["47", "3"]]


def test_a_drawing_in_a_cell_without_text_is_unreadable_not_blank() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.bezier(110, 610, 115, 625, 120, 605, 125, 620)

    cell = opened(draw).grids[0].rows[1].cells[0]
    assert (cell.raw, cell.legible) == ("", False)
    assert cell.doubt == Doubt(DoubtKind.DRAWN)


def test_a_character_without_a_meaning_is_unreadable_not_blank() -> None:
    content = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 98>>stream\n100 100 100 100 re 200 100 100 100 re S BT /F 20 Tf 120 140 Td <00130014> Tj"
        b" 100 0 Td <0015> Tj ET"
        b"\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>endobj\n"
        b"6 0 obj<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 500/FontDescriptor 7 0 R>>endobj\n"
        b"7 0 obj<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 500 700]/Ascent 700/Descent 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n"
    )
    first, second = open_document(content, "unmapped.pdf").grids[0].rows[0].cells
    assert (first.raw, second.raw) == ("\ufffd\ufffd", "\ufffd")
    assert first.doubt == second.doubt == Doubt(DoubtKind.UNMAPPED_CHARACTER)


@pytest.mark.parametrize(
    ("texts_", "doubted"),
    [
        (("规章", "12", "", "3"), []),
        (("规章和规范性文件以及其他", "", "", "3"), [(0, 0), (0, 1)]),
    ],
)
def test_text_that_runs_over_a_line_is_doubted(
    texts_: tuple[str, str, str, str], doubted: list[tuple[int, int]]
) -> None:
    grid = opened(lambda canvas: two_by_two(canvas, texts_)).grids[0]
    found = [(r, c) for r, row in enumerate(grid.rows) for c, cell in enumerate(row.cells) if cell.doubt]
    assert found == doubted


def test_a_number_across_a_line_is_doubted_on_both_sides() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "", "", "3"))
        canvas.drawString(190, 640, "1234")

    cells = opened(draw).grids[0].rows[0].cells
    assert [cell.doubt for cell in cells] == [Doubt(DoubtKind.OVERFLOWS)] * 2


def test_a_number_struck_through_is_doubted() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.line(209, 643.5, 222, 643.5)

    assert opened(draw).grids[0].rows[0].cells[1].doubt == Doubt(DoubtKind.STRUCK)


def test_one_number_over_another_is_doubted() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "66", "", "3"))
        canvas.drawString(210, 640.5, "01")

    assert opened(draw).grids[0].rows[0].cells[1].doubt == Doubt(DoubtKind.OVERPRINTED)


def test_a_line_under_a_number_is_no_wall() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.line(205, 636, 245, 636)

    assert texts(opened(draw).grids[0]) == [["规章", "12"], ["", "3"]]


def test_text_of_pages_without_tables_is_lines() -> None:
    document = opened(lambda canvas: canvas.drawString(100, 700, "一、总体情况"), two_by_two)
    assert document.text.split("\f") == ["一、总体情况\n", "规章\t12\n\t3\n"]


def test_the_number_of_a_page_is_no_row_of_a_table_without_lines() -> None:
    def draw(canvas: Canvas) -> None:
        for line in range(3):
            for column in range(5):
                canvas.drawString(100 + 80 * column, 600 - 30 * line, f"{line}{column}")
        canvas.drawString(290, 40, "- 1 -")

    document = opened(draw)
    (grid,) = document.grids
    assert grid.layout == "fixed_width"
    assert texts(grid) == [[f"{line}{column}" for column in range(5)] for line in range(3)]
    assert document.text.endswith("- 1 -\n")
    assert document.text[grid.rows[2].cells[4].start :].startswith("24")


def _broken(content: bytes) -> bytes:
    return content[:200]


def _encrypted(_: bytes) -> bytes:
    return pdf(two_by_two, encrypt="secret")


def _many_pages(_: bytes) -> bytes:
    return pdf(*[lambda canvas: canvas.drawString(9, 9, "x")] * 10_000)


def _huge_page(_: bytes) -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((200_000, 200_000))
        canvas.drawString(9, 9, "x")

    return pdf(draw)


def _bomb(_: bytes) -> bytes:
    packed = zlib.compress(bytes(170_000_000), 9)
    return (
        b"%PDF-1.4\n1 0 obj\n<</Length " + str(len(packed)).encode() + b">>stream\n" + packed + b"\nendstream"
    )


def _calls_itself(_: bytes) -> bytes:
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 400 400]/Resources<</XObject<</X 9 0 R>>>>/Length 12>>stream\n"
    return by_hand(b"/X Do", b"/XObject<</X 9 0 R>>", objects={9: form + b"/X Do /X Do \nendstream"})


def _many_lines(_: bytes) -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(9, 9, "x")
        for index in range(1_100):
            canvas.line(0, index * 0.7, 500, index * 0.7)

    return pdf(draw)


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (_broken, UnsupportedFormat, "the PDF file is broken"),
        (_encrypted, UnsupportedFormat, "encrypted and needs a password"),
        (_many_pages, DocumentTooLarge, "10,000 pages, which no report has"),
        (_huge_page, DocumentTooLarge, "larger than any sheet of paper"),
        (_bomb, DocumentTooLarge, "unpacks to more than any report's page holds"),
        (_many_lines, DocumentTooLarge, "more lines than any table has"),
        (_calls_itself, DocumentTooLarge, "reading it takes more time or memory"),
        (lambda _: pdf(lambda canvas: None), EmptyDocument, "the file shows no text"),
    ],
)
def test_harm_is_refused_in_one_line_and_soon(
    spoil: Callable[[bytes], bytes], error: type[DocumentError], message: str
) -> None:
    content = spoil(pdf(two_by_two))
    started = perf_counter()
    with pytest.raises(error, match=message) as caught:
        open_document(content, "harm.pdf")
    assert perf_counter() - started < 20
    assert str(caught.value).startswith("harm.pdf: ")
    assert "\n" not in str(caught.value)


def test_a_row_that_the_end_of_the_page_cuts_in_two_is_one_row(tmp_path: Path) -> None:
    """The upper part prints the numbers, the lower part the rest of the label."""
    labels = [row.label for row in FORM.table("requests", "2021").rows]
    cut = 3

    def rows(canvas: Canvas, first: int, printed: list[tuple[str, str]]) -> None:
        lattice(canvas, (60, 340, *range(370, 551, 30)), [700 - 25 * i for i in range(len(printed) + 1)])
        for index, (label, number) in enumerate(printed):
            canvas.drawString(62, 683 - 25 * index, label)
            for column in range(7 if number else 0):
                canvas.drawString(350 + 30 * column, 683 - 25 * index, number)

    upper = [(label[:26], str(index)) for index, label in enumerate(labels[:cut])]
    halves = (labels[cut][:5], labels[cut][5:])
    lower = [(label[:26], str(index)) for index, label in enumerate(labels[cut + 1 :], cut + 1)]
    path = tmp_path / "cut.pdf"
    path.write_bytes(
        pdf(
            lambda canvas: rows(canvas, 0, [*upper, (halves[0], str(cut))]),
            lambda canvas: rows(canvas, cut, [(halves[1], ""), *lower]),
        )
    )
    cells = {cell.id: cell for cell in extract(path, Settings(reader="rules")).cells}
    row = FORM.table("requests", "2021").rows[cut]
    found = cells[f"requests.{row.id}.social"]
    assert (found.value, found.page, found.evidence["label"]) == (cut, 1, 1.0)
    assert not any(name.startswith("doubt.") for name in found.evidence)
