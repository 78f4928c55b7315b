"""A picture's ink: where it is dark, by how much it is tilted, which of it is lines of tables, and strips of text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MAX_TILT = 4.0
"""Degrees by which a sheet is laid askew at most."""
_LONG_ACROSS = 26.0
_LONG_DOWN = 14.0
"""A stroke this long, in points, is a line: no stroke of a table's type is."""
_THICKEST = 4.0
_SMALL_SIDE = 700
_FIRM = 190
_FAINT = 228
"""Levels of grey, white paper being 255. A thin dash in a coarse scan is no darker than 170."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Boxes (left, top, right, bottom) of a picture's lines in pixels, and the ink without them (bool, H x W)."""

    across: list[tuple[int, int, int, int]]
    down: list[tuple[int, int, int, int]]
    rest: Any


@dataclass(frozen=True, slots=True)
class Ink:
    """Where a picture is ink (bool, H x W): `firm` what is clearly so, `faint` whatever is not paper."""

    firm: Any
    faint: Any


def ink_of(grey: Any) -> Ink:
    """The picture's (uint8, H x W) ink, uneven light evened out."""
    import cv2
    import numpy as np

    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = np.clip(grey.astype(np.float32) * 255.0 / np.maximum(paper, 1), 0, 255).astype(np.uint8)
    return Ink(even < _FIRM, even < _FAINT)


def tilt(ink: Any) -> float:
    """Degrees, counter-clockwise, by which the picture must be turned to be level; 0 where nothing tells."""
    import cv2
    import numpy as np

    scale = min(1.0, _SMALL_SIDE / max(ink.shape))
    small = cv2.resize(ink.astype(np.uint8) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    def sharpness(angle: float) -> float:
        """How much the ink gathers in rows: most where lines and text are level."""
        sums = turned(small, angle, 0).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(sums)).sum())

    best, step = 0.0, 1.0
    while step >= 0.05:
        around = [best + step * k for k in range(-4, 5)]
        best = max((a for a in around if abs(a) <= _MAX_TILT), key=lambda a: (sharpness(a), -abs(a)))
        step /= 4
    return best if sharpness(best) > sharpness(0.0) * 1.02 else 0.0


def turned(picture: Any, angle: float, background: int) -> Any:
    """The picture turned about its middle by degrees, counter-clockwise, in a frame of the same size."""
    import cv2

    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=background)


def find_lines(ink: Any, dots: float) -> Lines:
    """The lines in ink of so many dots to the point."""
    import cv2
    import numpy as np

    mask = ink.astype(np.uint8)
    found: list[list[tuple[int, int, int, int]]] = []
    lines = np.zeros_like(mask)
    for across in (True, False):
        long = max(8, round((_LONG_ACROSS if across else _LONG_DOWN) * dots))
        bridge = np.ones((1, 3) if across else (3, 1), np.uint8)
        # Lines that are not quite level are thickened first, so that they are not cut into steps.
        thick = cv2.dilate(mask, np.ones((3, 1) if across else (1, 3), np.uint8))
        thick = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, bridge)
        kept = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, long) if across else (long, 1), np.uint8))
        boxes, kept = _thin(kept, across, _THICKEST * dots + 2)
        found.append(boxes)
        lines |= kept
    return Lines(found[0], found[1], ink & (lines == 0))


def _thin(mask: Any, across: bool, thickest: float) -> tuple[list[tuple[int, int, int, int]], Any]:
    """The parts that are as thin as lines; pictures and filled areas are none."""
    import cv2
    import numpy as np

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = np.zeros(count, bool)
    boxes: list[tuple[int, int, int, int]] = []
    for index in range(1, count):
        left, top, width, height, area = stats[index]
        length, breadth = (width, height) if across else (height, width)
        if area / length <= thickest and breadth <= max(thickest * 2, length * 0.02):
            keep[index] = True
            boxes.append((int(left), int(top), int(left + width), int(top + height)))
    return boxes, keep[labels].astype(np.uint8)


Strip = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels."""

_SPECK = 1.4
"""Ink no larger than this, in points, is dirt."""
_LINE_GAP = 0.12
_CLIPPED = 0.4
_TALLEST = 1.25
_WORD_GAP = 0.38
"""Digits of one number stand closer than this part of their height."""
_APART = 0.9


def strips_in(ink: Any, left: int, top: int, dots: float, height: float | None) -> list[Strip]:
    """The lines of text in a cell's ink (bool, its corner at left, top), top to bottom.

    `height` is that of the page's type in pixels where it is known; lines then are parted into words.
    """
    clean = without_specks(ink, dots)
    if not clean.any():
        return []
    return [
        (columns[0] + left, first + top, columns[1] + left, last + top)
        for first, last in _lines(clean, height or 9 * dots)
        for columns in _words(clean[first:last], height)
    ]


def without_specks(ink: Any, dots: float) -> Any:
    """The ink without dirt; a blank cell then has none."""
    import cv2
    import numpy as np

    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > _SPECK * dots
    large[0] = False
    if not large.any():
        return np.zeros_like(ink)
    # Beside writing a small mark may be a decimal point.
    large[1:] |= stats[1:, cv2.CC_STAT_AREA] >= 2
    large[0] = False
    return large[labels] if count else ink


def _runs(filled: Any, gap: float) -> list[tuple[int, int]]:
    """[first, last) of the stretches that are filled, those joined that are no more than `gap` apart."""
    import numpy as np

    places = np.flatnonzero(filled)
    if not places.size:
        return []
    cuts = np.flatnonzero(np.diff(places) > gap + 1)
    starts = [int(places[0]), *(int(places[i + 1]) for i in cuts)]
    ends = [*(int(places[i]) + 1 for i in cuts), int(places[-1]) + 1]
    return list(zip(starts, ends, strict=True))


def _lines(ink: Any, height: float) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    for first, last in _runs(ink.any(axis=1), _LINE_GAP * height):
        low = lines and min(last - first, lines[-1][1] - lines[-1][0]) < _CLIPPED * height
        if low and last - lines[-1][0] <= _TALLEST * height:
            lines[-1] = (lines[-1][0], last)
        else:
            lines.append((first, last))
    return lines


def _words(ink: Any, height: float | None) -> list[tuple[int, int]]:
    gap = ink.shape[1] if height is None else max(2.0, _WORD_GAP * height)
    return _runs(ink.any(axis=0), gap)


def text_outside(ink: Any, dots: float, height: float) -> Iterator[Strip]:
    """Strips of ink that no table holds: pieces of lines, set apart where they stand apart."""
    import cv2
    import numpy as np

    clean = without_specks(ink, dots).astype(np.uint8)
    reach = np.ones((max(1, round(0.2 * height)), max(3, round(_APART * height))), np.uint8)
    joined = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, reach)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for index in range(1, count):
        left, top, width, tall, _ = (int(value) for value in stats[index])
        inside = clean[top : top + tall, left : left + width] & (
            labels[top : top + tall, left : left + width] == index
        )
        if max(width, tall) > _SPECK * dots and inside.any():
            yield left, top, left + width, top + tall
