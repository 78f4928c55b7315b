"""A picture of a page becomes a Page: lines of tables from the ink, text from OCR."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from gkllm.documents.paged.page import Box, Glyph, Page, Rule
from gkllm.documents.paged.ruling import Frame, frames_of
from gkllm.documents.scan.engine import Recognised, recognise
from gkllm.documents.scan.ink import dark, find_lines, tilt, turned
from gkllm.documents.scan.strips import Strip, strips_in, text_outside

_INSET = 1.0
"""Points inside a cell's lines where its text begins."""
_CLEAR = 1.5
_MARGIN = 0.28
"""White left around a strip, in heights of the type: the recogniser was trained on such."""
_UNSURE = 0.9
_BAR = 0.25
_LARGEST = 6.0
"""Ink higher than this many heights of the type is a picture or a seal, not text."""
_USUAL = 9.0


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The level picture (grey, uint8), its ink without lines, and how many dots it has to the point."""

    grey: Any
    ink: Any
    dots: float


def read_picture(grey: Any, number: int, dots: float) -> Page:
    """The page in a grey picture (uint8, H x W) of `dots` pixels to the point.

    Raises:
        TooManyLines: it has more lines than tables could have.
    """
    angle = tilt(dark(grey))
    level = turned(grey, angle, 255) if angle else grey
    ink = dark(level)
    lines = find_lines(ink, dots)
    rules = tuple(_rules(lines.across, True, dots)) + tuple(_rules(lines.down, False, dots))
    height, width = grey.shape
    page = Page(number, width / dots, height / dots, (), rules, skew=angle)
    frames = frames_of(page)
    strokes = [line for line in [*lines.across, *lines.down] if _stands_in_a_cell(line, frames, dots)]
    for left, top, right, bottom in strokes:
        lines.rest[top:bottom, left:right] |= ink[top:bottom, left:right]
    return _with_text(page, _Sheet(level, lines.rest, dots), frames)


def _stands_in_a_cell(line: Strip, frames: Sequence[Frame], dots: float) -> bool:
    """Whether the line is no wall: a long dash, or a line under a number."""
    box = _box(line, dots)
    return any(
        cell.box.left + _CLEAR < box.left
        and box.right < cell.box.right - _CLEAR
        and cell.box.top + _CLEAR < box.top
        and box.bottom < cell.box.bottom - _CLEAR
        for frame in frames
        for cell in frame.cells
    )


def _rules(boxes: Sequence[Strip], horizontal: bool, dots: float) -> Iterator[Rule]:
    for left, top, right, bottom in boxes:
        if horizontal:
            yield Rule(True, (top + bottom) / 2 / dots, left / dots, right / dots)
        else:
            yield Rule(False, (left + right) / 2 / dots, top / dots, bottom / dots)


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
    glyphs: list[Glyph] = []
    ink = [_box(strip, sheet.dots) for strip in large]
    for strip, found in zip(strips, recognise([_cut(sheet, s, height) for s in strips]), strict=True):
        if found.text.strip():
            glyphs.append(_glyph(strip, found, height, sheet.dots))
        else:
            ink.append(_box(strip, sheet.dots))
    return Page(
        page.number,
        page.width,
        page.height,
        tuple(glyphs),
        page.rules,
        tuple(ink),
        skew=page.skew,
    )


def _in_cell(sheet: _Sheet, box: Box, height: float | None) -> list[Strip]:
    left, top, right, bottom = _pixels(box, sheet, _INSET)
    if right <= left or bottom <= top:
        return []
    return strips_in(sheet.ink[top:bottom, left:right], left, top, sheet.dots, height)


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
    # Lines beside the text are left out: only the ink's own surroundings are shown.
    import cv2

    near = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    shown = np.where(near, sheet.grey[top:bottom, left:right], 255)
    cut[top - rows[0] : bottom - rows[0], left - columns[0] : right - columns[0]] = shown
    return cut


def _glyph(strip: Strip, found: Recognised, height: float, dots: float) -> Glyph:
    box = _box(strip, dots)
    if found.text == "一" and box.height * dots < _BAR * height:
        # The recogniser takes a flat bar for the numeral; a table's digits are not written so.
        found = Recognised("—", found.score)
    doubt = "" if found.score >= _UNSURE else f"OCR is unsure of {found.text!r} ({found.score:.2f})"
    return Glyph(" ".join(found.text.split()), box, box.height, doubt=doubt)


def _box(strip: Strip, dots: float) -> Box:
    left, top, right, bottom = strip
    return Box(left / dots, top / dots, right / dots, bottom / dots)
