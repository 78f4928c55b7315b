"""Ink cut into strips that hold one line of text each."""

from collections.abc import Iterator
from typing import Any

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
