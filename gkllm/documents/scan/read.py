"""A picture of a page becomes a Page: lines of tables from the ink, text from OCR."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from gkllm.confined import allow
from gkllm.documents.paged.lattice import Frame, frames_of
from gkllm.documents.paged.page import Box, Glyph, Page, Stroke
from gkllm.documents.scan.engine import Recognised, recognise
from gkllm.documents.scan.ink import Strip, find_lines, ink_of, strips_in, text_outside, tilt, turned
from gkllm.facts import Doubt, DoubtKind

_INSET = 1.0
"""Points inside a cell's lines where its text begins."""
_CLEAR = 2.5
"""A line this near a cell's side, in points, is that side."""
_MARGIN = 0.28
"""White left around a strip, in heights of the type: the recogniser was trained on such."""
_UNSURE = 0.9
_UPRIGHT = 0.6
"""A page of which less is read without doubt is tried the other ways up."""
_BAR = 0.25
_SLANT = 0.8
_LARGEST = 6.0
"""Ink higher than this many heights of the type is a picture or a seal, not text."""
_USUAL = 9.0
_SECONDS = 15
_MEMORY = 2_000_000_000
"""What a page may take: one with two hundred cells takes 4 s and, with the engine, 0.8 GB."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The level picture (grey, uint8), its firm ink without lines, its faint ink, and its dots to the point."""

    grey: Any
    ink: Any
    faint: Any
    dots: float


def read_picture(grey: Any, number: int, dots: float) -> Page:
    """The page in a grey picture (uint8, H x W) of `dots` pixels to the point, whichever way up it is.

    Raises:
        TooManyLines: it has more lines than tables could have.
    """
    import numpy as np

    allow(seconds=_SECONDS, memory=_MEMORY)
    best = _read_as_it_lies(grey, number, dots)
    if not best.glyphs or _legible(best) >= _UPRIGHT:
        return best
    for quarters in (1, 3, 2):
        turned_back = np.ascontiguousarray(np.rot90(grey, quarters))
        page = replace(_read_as_it_lies(turned_back, number, dots), turned=quarters)
        if _legible(page) > _legible(best):
            best = page
    return best


def _legible(page: Page) -> float:
    """The share of characters that were read without doubt."""
    sure = sum(len(glyph.text) for glyph in page.glyphs if not glyph.doubt)
    return sure / max(1, sum(len(glyph.text) for glyph in page.glyphs))


def _read_as_it_lies(grey: Any, number: int, dots: float) -> Page:
    angle = tilt(ink_of(grey).firm)
    level = turned(grey, angle, 255) if angle else grey
    ink = ink_of(level)
    lines = find_lines(ink.firm, dots)
    strokes = tuple(_strokes(lines.across, True, dots)) + tuple(_strokes(lines.down, False, dots))
    height, width = grey.shape
    page = Page(number, width / dots, height / dots, (), strokes, skew=angle)
    frames = frames_of(page)
    marks = [line for line in [*lines.across, *lines.down] if not _is_wall(_box(line, dots), frames)]
    for left, top, right, bottom in marks:
        lines.rest[top:bottom, left:right] |= ink.firm[top:bottom, left:right]
    return _with_text(page, _Sheet(level, lines.rest, ink.faint, dots), frames)


def _is_wall(line: Box, frames: Sequence[Frame]) -> bool:
    """Whether the line runs along a cell's side; others are strokes of characters, dashes, or under numbers."""
    boxes = [cell.box for frame in frames for cell in frame.cells]
    x, y = line.centre
    if line.width >= line.height:
        return any(
            min(abs(y - box.top), abs(y - box.bottom)) < _CLEAR
            and line.left < box.right
            and box.left < line.right
            for box in boxes
        )
    return any(
        min(abs(x - box.left), abs(x - box.right)) < _CLEAR
        and line.top < box.bottom
        and box.top < line.bottom
        for box in boxes
    )


def _strokes(boxes: Sequence[Strip], horizontal: bool, dots: float) -> Iterator[Stroke]:
    for left, top, right, bottom in boxes:
        if horizontal:
            yield Stroke(True, (top + bottom) / 2 / dots, left / dots, right / dots)
        else:
            yield Stroke(False, (left + right) / 2 / dots, top / dots, bottom / dots)


def _with_text(page: Page, sheet: _Sheet, frames: Sequence[Frame]) -> Page:
    cells = [cell.box for frame in frames for cell in frame.cells]
    whole = [strip for box in cells for strip in _in_cell(sheet, box, None)]
    height = _type_height(whole, sheet.dots)
    strips = [strip for box in cells for strip in _in_cell(sheet, box, height)]
    outside = sheet.ink.copy()
    for frame in frames:
        left, top, right, bottom = _pixels(frame.box, sheet, -_INSET)
        outside[top:bottom, left:right] = False
    strips += text_outside(outside, sheet.dots, height)
    large = [strip for strip in strips if strip[3] - strip[1] > _LARGEST * height]
    strips = [strip for strip in strips if strip[3] - strip[1] <= _LARGEST * height]
    read = recognise([_cut(sheet, strip, height) for strip in strips])
    return replace(
        page,
        glyphs=tuple(_glyph(sheet, strip, found, height) for strip, found in zip(strips, read, strict=True)),
        ink=tuple(_box(strip, sheet.dots) for strip in large),
    )


def _in_cell(sheet: _Sheet, box: Box, height: float | None) -> list[Strip]:
    """The strips in a cell. Where there is no firm ink a faint mark, well off the lines, is looked for."""
    for ink, inset in ((sheet.ink, _INSET), (sheet.faint, _CLEAR)):
        left, top, right, bottom = _pixels(box, sheet, inset)
        if right > left and bottom > top:
            found = strips_in(ink[top:bottom, left:right], left, top, sheet.dots, height)
            if found:
                return found
    return []


def _pixels(box: Box, sheet: _Sheet, inset: float) -> Strip:
    height, width = sheet.ink.shape
    return (
        max(0, round((box.left + inset) * sheet.dots)),
        max(0, round((box.top + inset) * sheet.dots)),
        min(width, round((box.right - inset) * sheet.dots)),
        min(height, round((box.bottom - inset) * sheet.dots)),
    )


def _type_height(strips: Sequence[Strip], dots: float) -> float:
    """The height of most lines in cells, in pixels: that of a digit where most cells hold numbers."""
    heights = [bottom - top for _, top, _, bottom in strips if bottom - top >= 3 * dots]
    return float(median(heights)) if heights else _USUAL * dots


def _cut(sheet: _Sheet, strip: Strip, height: float) -> Any:
    """The strip's part of the picture, at least as high as the type: a dash must not fill it."""
    import numpy as np

    left, top, right, bottom = strip
    margin = round(_MARGIN * height)
    short = max(0, round(height) - (bottom - top))
    rows = (top - margin - short // 2, bottom + margin + short - short // 2)
    columns = (left - margin, right + margin)
    cut = np.full((rows[1] - rows[0], columns[1] - columns[0]), 255, np.uint8)
    inside = sheet.ink[top:bottom, left:right]
    inside = inside if inside.any() else sheet.faint[top:bottom, left:right]
    # Lines beside the text are left out: only the ink's own surroundings are shown.
    import cv2

    near = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    shown = np.where(near, sheet.grey[top:bottom, left:right], 255)
    cut[top - rows[0] : bottom - rows[0], left - columns[0] : right - columns[0]] = shown
    return cut


def _glyph(sheet: _Sheet, strip: Strip, found: Recognised, height: float) -> Glyph:
    box = _box(strip, sheet.dots)
    text = " ".join(found.text.split())
    if not text:
        # Something is printed: a cell that holds it must not pass for a blank one.
        return Glyph("\ufffd", box, box.height, doubt=Doubt(DoubtKind.OCR_UNREAD))
    if text == "一" and strip[3] - strip[1] < _BAR * height:
        # The recogniser takes a flat bar for the numeral; a table's digits are not written so.
        text = "—"
    doubt: Doubt | None = None
    if found.score < _UNSURE:
        doubt = Doubt.of(DoubtKind.OCR_UNSURE, text=text, score=round(found.score, 2))
    elif text == "1" and _slants(sheet, strip):
        doubt = Doubt(DoubtKind.OCR_SLASH)
    return Glyph(text, box, box.height, doubt=doubt)


def _slants(sheet: _Sheet, strip: Strip) -> bool:
    """Whether the strip's ink is one slanting stroke."""
    import numpy as np

    left, top, right, bottom = strip
    down, across = np.nonzero(sheet.ink[top:bottom, left:right])
    if right - left < 3 or not across.size or not np.ptp(across):
        return False
    return bool(abs(np.corrcoef(down, across)[0, 1]) > _SLANT)


def _box(strip: Strip, dots: float) -> Box:
    left, top, right, bottom = strip
    return Box(left / dots, top / dots, right / dots, bottom / dots)
