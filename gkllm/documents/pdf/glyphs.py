"""The characters of a PDF page, as far as a reader sees them."""

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gkllm.documents.paged.page import Box, Glyph
from gkllm.documents.pdf.frame import PageFrame
from gkllm.documents.pdf.paths import INVISIBLE_MODES, Drawings, address
from gkllm.facts import Doubt, DoubtKind

_FAINT = 12
"""Opacity, of 255, under which text is not seen."""
_WHITE = 250
_SMALLEST = 2.0
"""Type smaller than this, in points, is not read by anyone."""
_LARGEST = 3.0
"""No character takes up more than this many heights of its type; PDFium says so of fonts written downwards."""
_REPLACEMENT = "\ufffd"
_UNMAPPED = Doubt(DoubtKind.UNMAPPED_CHARACTER)
_TWICE = 0.25
"""The same character again within this part of its height is the same one drawn twice, as for bold type."""


def glyphs_of(text: pdfium.PdfTextPage, frame: PageFrame, drawings: Drawings) -> list[Glyph]:
    """The page's visible characters in the order of the file. White text shows on dark areas alone."""
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    glyphs: list[Glyph] = []
    for glyph in _visible(text, frame, drawings.dark):
        x, y = glyph.box.centre
        cell = max(glyph.size, 1.0)
        column, line = int(x // cell), int(y // cell)
        near = [
            other
            for across in (column - 1, column, column + 1)
            for down in (line - 1, line, line + 1)
            for other in seen.get((glyph.text, across, down), ())
        ]
        if any(_same_place(glyph, other) for other in near):
            continue
        seen.setdefault((glyph.text, column, line), []).append(glyph)
        glyphs.append(glyph)
    return glyphs


def _same_place(one: Glyph, other: Glyph) -> bool:
    (x, y), (to_x, to_y) = one.box.centre, other.box.centre
    near = _TWICE * min(one.size, other.size)
    # Two of a narrow character, such as `ll`, stand closer than that side by side.
    beside = min(near, min(one.box.width, other.box.width) / 2)
    return abs(x - to_x) < beside and abs(y - to_y) < near


def unread_texts(text: pdfium.PdfTextPage, drawings: Drawings) -> list[Box]:
    """The boxes of pieces of text that show something and of which the file gives no character."""
    read = {address(raw.FPDFText_GetTextObject(text, index)) for index in range(text.count_chars())}
    return [
        box for item, box in drawings.texts.items() if item not in read and min(box.width, box.height) > 0
    ]


def upright_quarters(glyphs: list[Glyph]) -> int:
    """By how many quarter turns most characters of the page are turned."""
    turns = Counter(glyph.turned for glyph in glyphs)
    return turns.most_common(1)[0][0] if turns else 0


def _visible(text: pdfium.PdfTextPage, frame: PageFrame, dark: list[Box]) -> Iterator[Glyph]:
    matrix = raw.FS_MATRIX()
    spaced = False
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        character, doubt = _character(text, index)
        if character.isspace():
            spaced = True
            continue
        if not raw.FPDFText_GetMatrix(text, index, matrix):
            continue
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        placed = _box(text, index, frame, size)
        # A font may carry its own scale, and its size then says nothing.
        size = size if size >= _SMALLEST else placed.height
        if size < _SMALLEST or not math.isfinite(size) or not frame.shows(placed):
            continue
        if _is_hidden(text, index, placed, dark):
            continue
        quarters = frame.quarters(matrix.a, matrix.b)
        yield Glyph(character, placed, size, quarters, spaced, doubt)
        spaced = False


def _is_hidden(text: pdfium.PdfTextPage, index: int, placed: Box, dark: list[Box]) -> bool:
    """Whether the character is drawn so that nobody sees it: not at all, or in white on white."""
    item = raw.FPDFText_GetTextObject(text, index)
    mode = raw.FPDFTextObj_GetTextRenderMode(item) if item else raw.FPDF_TEXTRENDERMODE_FILL
    if mode in INVISIBLE_MODES:
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    filled = raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
    if mode != raw.FPDF_TEXTRENDERMODE_FILL or not filled:
        return False
    white = min(red.value, green.value, blue.value) >= _WHITE
    return alpha.value < _FAINT or (white and not any(area.holds(*placed.centre) for area in dark))


def _box(text: pdfium.PdfTextPage, index: int, frame: PageFrame, size: float) -> Box:
    """The space the character takes up, its advance included; its outline's where the font's measures are wrong."""
    loose = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, index, loose)
    box = frame.box(loose.left, loose.top, loose.right, loose.bottom)
    if min(box.width, box.height) > 0 and max(box.width, box.height) <= _LARGEST * size:
        return box
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return frame.box(left.value, top.value, right.value, bottom.value)


def _character(text: pdfium.PdfTextPage, index: int) -> tuple[str, Doubt | None]:
    """The character, and why it is uncertain; U+FFFD where the file maps its glyph to none."""
    code = raw.FPDFText_GetUnicode(text, index)
    if raw.FPDFText_IsHyphen(text, index) == 1:
        return "-", None
    if raw.FPDFText_HasUnicodeMapError(text, index) == 1:
        return _REPLACEMENT, _UNMAPPED
    character = chr(code) if 0 < code <= 0x10FFFF else _REPLACEMENT
    if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and not character.isspace():
        return _REPLACEMENT, _UNMAPPED
    return character, None
