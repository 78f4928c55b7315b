"""The characters of a PDF page, as far as a reader sees them."""

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gkllm.documents.paged.page import Box, Glyph
from gkllm.documents.pdf.display import TOUCHED, PageFrame, Suspect, is_part, unseen
from gkllm.documents.pdf.paths import Drawings, PlacedText, address
from gkllm.documents.pdf.strays import Drawn, slant, without_raised, without_watermarks
from gkllm.facts import Doubt, DoubtKind

_SMALLEST = 2.0
"""Type smaller than this, in points, is not read by anyone."""
_LARGEST = 3.0
"""No character takes up more than this many heights of its type; PDFium says so of fonts written downwards."""
_REPLACEMENT = "\ufffd"
_UNMAPPED = Doubt(DoubtKind.UNMAPPED_CHARACTER)
_PARTLY = Doubt(DoubtKind.PARTLY_HIDDEN)
_TWICE = 0.25
"""The same character again within this part of its height is the same one drawn twice, as for bold type."""


def glyphs_of(
    page: pdfium.PdfPage, text: pdfium.PdfTextPage, frame: PageFrame, drawings: Drawings
) -> list[Glyph]:
    """The page's visible characters in the order of the file.

    Pieces of text of which the file gives no character, though they show something, become ink.
    """
    told: set[int] = set()
    drawn = list(_drawn(text, frame, drawings, told))
    untold = [
        piece for piece in drawings.texts.values() if piece.turn not in told and min(piece.box.extent) > 0
    ]
    drawings.ink += [piece.box for piece in untold]
    shown = without_watermarks(list(_seen(page, frame, drawings, drawn, untold)))
    return without_raised(_once(shown))


def _once(shown: Sequence[Glyph]) -> list[Glyph]:
    """The characters, each that is drawn twice for bold type once."""
    seen: dict[tuple[str, int, int], list[int]] = {}
    glyphs: list[Glyph] = []
    for glyph in shown:
        x, y = glyph.box.centre
        cell = max(glyph.size, 1.0)
        column, line = int(x // cell), int(y // cell)
        near = (
            index
            for across in (column - 1, column, column + 1)
            for down in (line - 1, line, line + 1)
            for index in seen.get((glyph.text, across, down), ())
        )
        same = next((index for index in near if _same_place(glyph, glyphs[index])), None)
        if same is not None:
            glyphs[same] = replace(glyphs[same], twice=True)
            continue
        seen.setdefault((glyph.text, column, line), []).append(len(glyphs))
        glyphs.append(glyph)
    return glyphs


def _same_place(one: Glyph, other: Glyph) -> bool:
    (x, y), (to_x, to_y) = one.box.centre, other.box.centre
    near = _TWICE * min(one.size, other.size)
    # Two of a narrow character, such as `ll`, stand closer than that side by side.
    beside = min(near, min(one.box.width, other.box.width) / 2)
    return abs(x - to_x) < beside and abs(y - to_y) < near


def upright_quarters(glyphs: list[Glyph]) -> int:
    """By how many quarter turns most characters of the page are turned."""
    turns = Counter(glyph.turned for glyph in glyphs)
    return turns.most_common(1)[0][0] if turns else 0


def _drawn(text: pdfium.PdfTextPage, frame: PageFrame, drawings: Drawings, told: set[int]) -> Iterator[Drawn]:
    """The characters that the file tells of; the turns of the pieces that have any are added to `told`."""
    matrix = raw.FS_MATRIX()
    spaced = False
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        character, doubt = _character(text, index)
        if character.isspace():
            spaced = True
            continue
        piece = drawings.texts.get(address(raw.FPDFText_GetTextObject(text, index)))
        if piece is not None:
            told.add(piece.turn)
        if piece is None or not raw.FPDFText_GetMatrix(text, index, matrix):
            continue
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        placed = _box(text, index, frame, size)
        # A font may carry its own scale, and its size then says nothing.
        size = size if size >= _SMALLEST else placed.height
        if size < _SMALLEST or not math.isfinite(size) or not frame.shows(placed):
            continue
        quarters = frame.quarters(matrix.a, matrix.b)
        glyph = Glyph(character, placed, size, quarters, spaced, doubt=doubt)
        yield Drawn(glyph, piece, slant(matrix.a, matrix.b))
        spaced = False


def _seen(
    page: pdfium.PdfPage,
    frame: PageFrame,
    drawings: Drawings,
    drawn: Sequence[Drawn],
    untold: Sequence[PlacedText],
) -> Iterator[Drawn]:
    """The characters that show. Of those half hidden, or next to hidden ones, it cannot be told what they show.

    `untold` are pieces of text of which no characters are known: one in the place of another may be the same text.
    """
    touched = {piece.turn for piece in drawings.texts.values() if _is_touched(piece, drawings)}
    pieces: dict[int, dict[int, Box]] = {}
    suspects: dict[int, PlacedText] = {}
    for index, one in enumerate(drawn):
        turn = one.piece.turn
        pieces.setdefault(turn, {})[index] = one.glyph.box
        if one.piece.suspect or (turn in touched and _hidden_share(one, drawings) > TOUCHED):
            suspects[turn] = one.piece
    if not suspects:
        yield from drawn
        return
    hidden, doubtful = unseen(
        page,
        frame,
        [
            Suspect((piece.item, *_again(piece, untold)), piece.box, pieces[turn])
            for turn, piece in suspects.items()
        ],
    )
    cut = {drawn[index].piece.turn for index in hidden}
    for index, one in enumerate(drawn):
        again = index in hidden and _is_given_once(one, drawings, pieces)
        if index in hidden and not again:
            continue
        turn = one.piece.turn
        partly = (
            again
            or turn in cut
            or index in doubtful
            or (turn in suspects and is_part(_hidden_share(one, drawings)))
        )
        yield replace(one, glyph=replace(one.glyph, doubt=one.glyph.doubt or _PARTLY)) if partly else one


def _again(piece: PlacedText, untold: Sequence[PlacedText]) -> Iterator[object]:
    for other in untold:
        if piece.box.overlap(other.box) > 0.5 * other.box.width * other.box.height:
            yield other.item


def _is_given_once(one: Drawn, drawings: Drawings, pieces: Mapping[int, Mapping[int, Box]]) -> bool:
    """Whether a later piece of text lies over the character and gives none there.

    PDFium gives a character that is drawn again in nearly the same place once, as the first of the two.
    """
    x, y = one.glyph.box.centre
    over = (
        piece for piece in drawings.texts.values() if piece.turn > one.piece.turn and piece.box.holds(x, y)
    )
    return any(
        pieces.get(piece.turn) and not any(box.holds(x, y) for box in pieces[piece.turn].values())
        for piece in over
    )


def _is_touched(piece: PlacedText, drawings: Drawings) -> bool:
    """Whether anything of the text may lie under later paint, or beyond what it is cut to."""
    area = piece.box.width * piece.box.height
    inside = piece.clip is None or piece.clip.overlap(piece.box) > 0.99 * area
    return not (area and inside) or drawings.covers.share(piece.turn, piece.box) > 0


def _hidden_share(one: Drawn, drawings: Drawings) -> float:
    """The share of the character that lies under later paint, or beyond what its text is cut to."""
    box, clip = one.glyph.box, one.piece.clip
    area = box.width * box.height
    beyond = 1 - clip.overlap(box) / area if clip and area else 0.0
    return max(beyond, drawings.covers.share(one.piece.turn, box))


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
