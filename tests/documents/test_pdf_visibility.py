"""What lies under, beyond or behind something is not on a PDF's page."""

import pytest
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from gkllm.documents.formats import open_document
from gkllm.facts import Doubt, DoubtKind
from tests.documents.pdfs import FONT, by_hand, opened, texts, two_by_two

_PARTLY = Doubt(DoubtKind.PARTLY_HIDDEN)


def _first_cell(draw: object) -> tuple[str, Doubt | None]:
    cell = opened(draw).grids[0].rows[0].cells[1]  # type: ignore[arg-type]
    return cell.raw, cell.doubt


def _whiten(canvas: Canvas, left: float, width: float) -> None:
    canvas.saveState()
    canvas.setFillColor(colors.white)
    canvas.rect(left, 635, width, 20, stroke=0, fill=1)
    canvas.restoreState()


def test_a_number_under_a_white_box_is_gone() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        _whiten(canvas, 202, 90)

    assert _first_cell(draw) == ("", None)


@pytest.mark.parametrize("shift", [-4, 0, 3])
def test_a_number_typed_over_a_white_box_is_the_number(shift: float) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        _whiten(canvas, 202, 90)
        canvas.drawString(210 + shift, 640, "29")

    assert _first_cell(draw) == ("29", None)


def test_a_number_typed_again_over_a_white_box_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        _whiten(canvas, 202, 90)
        canvas.drawString(210, 640, "12")

    assert _first_cell(draw) == ("12", None)


def test_a_number_on_a_box_drawn_before_it_stays() -> None:
    def draw(canvas: Canvas) -> None:
        _whiten(canvas, 202, 90)
        two_by_two(canvas)

    assert _first_cell(draw) == ("12", None)


def test_a_number_under_a_transparent_marker_stays() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.setFillColor(colors.Color(1, 1, 0, alpha=0.4))
        canvas.rect(202, 635, 90, 20, stroke=0, fill=1)

    assert _first_cell(draw) == ("12", None)


@pytest.mark.parametrize("left", [212.5, 217])
def test_a_number_half_under_a_white_box_is_marked(left: float) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        _whiten(canvas, left, 40)

    assert _first_cell(draw)[1] == _PARTLY


def test_a_number_outside_its_clip_is_gone_and_one_cut_by_it_is_marked() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "", "", ""))
        for text, x, y, width in (("34", 210, 640, 4.5), ("5", 110, 610, -20.0), ("6", 210, 610, 60.0)):
            canvas.saveState()
            clip = canvas.beginPath()
            clip.rect(205, y - 5, 5 + width, 25)
            canvas.clipPath(clip, stroke=0, fill=0)
            canvas.drawString(x, y, text)
            canvas.restoreState()

    grid = opened(draw).grids[0]
    assert texts(grid) == [["规章", "3"], ["", "6"]]
    assert [cell.doubt for row in grid.rows for cell in row.cells] == [None, _PARTLY, None, None]


def test_text_in_a_layer_that_is_off_is_gone() -> None:
    lines = b"100 100 m 100 200 l 300 200 l 300 100 l s 200 100 m 200 200 l S "
    show = b"BT /F 20 Tf 120 140 Td (1) Tj 100 0 Td (2) Tj ET "
    hidden = b"/OC /L BDC BT /F 20 Tf 131 140 Td (7) Tj ET EMC "
    layer = b"<</Type/OCG/Name(old)>>"
    states = b"/OCProperties<</OCGs[9 0 R]/D<</%s[9 0 R]>>>>"
    for state, expected in ((b"OFF", "1"), (b"ON", "17")):
        content = by_hand(lines + show + hidden, b"/Properties<</L 9 0 R>>", states % state, {9: layer})
        assert texts(open_document(content, "layers.pdf").grids[0])[0][0] == expected


@pytest.mark.parametrize("shift", [-4.5, -2, 0, 2, 4.5])
def test_numbers_over_each_other_are_marked(shift: float) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "92", "", "3"))
        canvas.drawString(210 + shift, 640, "29")

    assert _first_cell(draw)[1] == Doubt(DoubtKind.OVERPRINTED)


@pytest.mark.parametrize("size", [7, 8.5, 10, 12, 15])
@pytest.mark.parametrize(("across", "up"), [(-5, 2), (-3, -4), (0, 5), (2, -2), (4, 3), (8, 5), (9, -4)])
def test_a_number_that_touches_another_off_its_foot_is_marked(across: float, up: float, size: float) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "10", "", "3"))
        canvas.setFont(FONT, size)
        canvas.drawString(210 + across, 640 + up, "92")

    text, doubt = _first_cell(draw)
    assert doubt is not None or text == "10"


@pytest.mark.parametrize(("text", "size"), [("10", 10), ("1,036", 9), ("３２", 8), ("88", 12)])
def test_a_number_printed_twice_for_bold_type_is_read(text: str, size: float) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "", "", "3"))
        canvas.setFont(FONT, size)
        for shift in (0, 0.4):
            canvas.drawString(210 + shift, 640, text)

    assert _first_cell(draw) == (text, None)


@pytest.mark.parametrize("over", ["12", "88"])
def test_a_number_under_white_type_is_marked(over: str) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas)
        canvas.setFillColor(colors.white)
        canvas.drawString(210, 640, over)

    assert _first_cell(draw)[1] is not None or _first_cell(draw)[0] == ""


def test_digits_upside_down_or_in_two_directions_are_marked() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("行政规范性文件", "1", "行政许可", ""))
        for x, y in ((225, 646), (225, 616)):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(180)
            canvas.drawString(0, 0, "50")
            canvas.restoreState()

    assert {row.cells[1].doubt for row in opened(draw).grids[0].rows} == {Doubt(DoubtKind.OVERPRINTED)}


def test_numbers_over_each_other_in_a_table_without_lines_are_marked() -> None:
    def draw(canvas: Canvas) -> None:
        for y, label in ((700, "规章"), (680, "行政规范性文件")):
            canvas.drawString(60, y, label)
            canvas.drawString(300, y, "92")
        canvas.drawString(296, 700, "29")

    [grid] = opened(draw).grids
    assert [row.cells[1].doubt for row in grid.rows] == [Doubt(DoubtKind.OVERPRINTED), None]


_RULED = b"100 100 m 100 200 l 300 200 l 300 100 l s 200 100 m 200 200 l S BT /F 20 Tf 220 140 Td (2) Tj ET "
_FORM = b"/AcroForm<</Fields[9 0 R]/DA(/F 12 Tf 0 g)/DR<</Font<</F 5 0 R>>>>%s>>"


@pytest.mark.parametrize("kind", [b"/FT/Tx/V(47)", b"/FT/Ch/Ff 131072/Opt[(46)(47)]/V(47)"])
@pytest.mark.parametrize("extra", [b"", b"/NeedAppearances true"])
def test_a_field_without_an_appearance_is_read_or_marked(kind: bytes, extra: bytes) -> None:
    field = b"<</Type/Annot/Subtype/Widget/T(a)/F 4/Rect[110 130 190 160]/DA(/F 12 Tf 0 g)" + kind + b">>"
    content = by_hand(_RULED, catalogue=_FORM % extra, objects={9: field}, page=b"/Annots[9 0 R]")
    cell = open_document(content, "form.pdf").grids[0].rows[0].cells[0]
    assert cell.raw == "47"


def test_a_field_that_no_form_names_is_read_and_marked() -> None:
    field = b"<</Type/Annot/Subtype/Widget/T(a)/FT/Tx/F 4/Rect[110 130 190 160]/V(47)>>"
    content = by_hand(_RULED, objects={9: field}, page=b"/Annots[9 0 R]")
    cell = open_document(content, "form.pdf").grids[0].rows[0].cells[0]
    assert (cell.raw, cell.doubt) == ("47", Doubt(DoubtKind.FIELD_NOT_SHOWN))


@pytest.mark.parametrize(("flags", "expected"), [(4, "47"), (2, "")])
def test_a_free_text_without_an_appearance_is_read_and_marked(flags: int, expected: str) -> None:
    note = (
        b"<</Type/Annot/Subtype/FreeText/F %d/Rect[110 130 190 160]/DA(/F 12 Tf 0 g)/Contents(47)>>" % flags
    )
    content = by_hand(_RULED, objects={9: note}, page=b"/Annots[9 0 R]")
    cell = open_document(content, "note.pdf").grids[0].rows[0].cells[0]
    assert cell.raw == expected
    assert bool(cell.doubt) == bool(expected)


def test_a_field_that_shows_another_number_than_it_holds_is_marked() -> None:
    shown = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 80 30]/Resources<</Font<</F 5 0 R>>>>/Length 36>>stream\n"
        b"BT /F 12 Tf 20 10 Td (46) Tj ET     \nendstream"
    )
    field = b"<</Type/Annot/Subtype/Widget/T(a)/FT/Tx/F 4/Rect[110 130 190 160]/V(47)/AP<</N 10 0 R>>>>"
    content = by_hand(_RULED, catalogue=_FORM % b"", objects={9: field, 10: shown}, page=b"/Annots[9 0 R]")
    cell = open_document(content, "stale.pdf").grids[0].rows[0].cells[0]
    assert cell.raw == "46"
    assert cell.doubt == Doubt(DoubtKind.FIELD_NOT_SHOWN)


def _overlay(canvas: Canvas, text: str, size: float, angle: float, grey: float, alpha: float = 1) -> None:
    canvas.saveState()
    canvas.setFont(FONT, size)
    canvas.setFillColor(colors.Color(grey, grey, grey, alpha=alpha))
    canvas.translate(180, 605)
    canvas.rotate(angle)
    canvas.drawString(0, 0, text)
    canvas.restoreState()


@pytest.mark.parametrize(
    ("text", "size", "angle", "grey", "alpha"),
    [
        ("2023", 30, 30, 0.8, 1),
        ("2023", 10, -45, 0, 1),
        ("内部12资料", 26, 0, 0.8, 1),
        ("12345", 40, 0, 0, 0.2),
        ("样本", 10, 45, 0, 1),
    ],
)
def test_a_watermark_belongs_to_no_cell(
    text: str, size: float, angle: float, grey: float, alpha: float
) -> None:
    def draw(canvas: Canvas) -> None:
        _overlay(canvas, text, size, angle, grey, alpha)
        two_by_two(canvas, ("规章", "12", "", "3"))
        for line in range(3):
            canvas.drawString(100, 500 - 20 * line, "一、总体情况")

    grid = opened(draw).grids[0]
    assert texts(grid) == [["规章", "12"], ["", "3"]]
    assert not any(cell.doubt for row in grid.rows for cell in row.cells)


def test_pale_digits_in_a_cell_are_doubted() -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "12", "", "3"))
        canvas.setFillGray(0.75)
        canvas.drawString(110, 610, "7")

    cell = opened(draw).grids[0].rows[1].cells[0]
    assert (cell.raw, cell.doubt) == ("7", Doubt(DoubtKind.PALE))


@pytest.mark.parametrize("rise", [4, -2])
@pytest.mark.parametrize("mark", ["2", "①", "12"])
def test_a_small_raised_digit_is_a_note(mark: str, rise: float) -> None:
    def draw(canvas: Canvas) -> None:
        two_by_two(canvas, ("规章", "15", "", "3"))
        canvas.setFont(FONT, 6)
        canvas.drawString(220, 640 + rise, mark)

    assert _first_cell(draw) == ("15", Doubt(DoubtKind.RAISED_LEFT_OUT))
