"""The page as it is displayed: where its points are, and which of its text is seen.

A PDF's own coordinates become points from the top left corner. What is covered, clipped off or in a layer that is off
is not on the page; where anything speaks against a piece of text, the page is drawn with it and without it: text that
changes nothing is not seen.
"""

import ctypes
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gkllm.documents.paged.page import Box

_FINE = 100
"""PDFium gives places on a display as whole pixels; this many to a point."""
_PROBE = 1000.0


class PageFrame:
    """The map of one page: its crop box and its rotation are taken into account."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.width, self.height = page.get_size()
        origin = self._device(page, 0.0, 0.0)
        along_x = self._device(page, _PROBE, 0.0)
        along_y = self._device(page, 0.0, _PROBE)
        self._a = (along_x[0] - origin[0]) / _PROBE
        self._b = (along_x[1] - origin[1]) / _PROBE
        self._c = (along_y[0] - origin[0]) / _PROBE
        self._d = (along_y[1] - origin[1]) / _PROBE
        self._e, self._f = origin

    def _device(self, page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
        to_x, to_y = ctypes.c_int(), ctypes.c_int()
        width, height = round(self.width * _FINE), round(self.height * _FINE)
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, to_x, to_y)
        return to_x.value / _FINE, to_y.value / _FINE

    def point(self, x: float, y: float) -> tuple[float, float]:
        """The point on the displayed page."""
        return self._a * x + self._c * y + self._e, self._b * x + self._d * y + self._f

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """The box on the displayed page between two opposite corners."""
        (x0, y0), (x1, y1) = self.point(left, top), self.point(right, bottom)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def shows(self, box: Box) -> bool:
        """Whether the box's middle is on the page."""
        x, y = box.centre
        return bool(0 <= x <= self.width and 0 <= y <= self.height)

    def quarters(self, x: float, y: float) -> int:
        """The quarter turns clockwise, as displayed, of text that runs along the direction (x, y)."""
        across, down = self._a * x + self._c * y, self._b * x + self._d * y
        return round(math.atan2(down, across) / (math.pi / 2)) % 4


_SCALE = 2.0
"""Pixels to the point: a dash in small type is two pixels high."""
_MAX_PIXELS = 6_000_000
_MAX_DRAWINGS = 8
"""How often a page is drawn: pieces of text over each other are tried one after another."""
_NOTICED = 12
"""Levels of grey, of 255, by which a pixel must change before anybody notices."""
_INNER = 0.15
"""Share of a character's width at each side that its neighbours may reach into."""
_BAND = 24.0
_LAST = 15_000.0
TOUCHED = 0.2
"""A character of which a smaller share is covered or cut off is seen as what it is."""
_WHOLE = 0.9


@dataclass(slots=True)
class Covers:
    """What was painted on the page, each thing with its turn, to be asked by place."""

    bands: dict[int, list[tuple[int, Box]]] = field(default_factory=dict)

    def add(self, turn: int, box: Box) -> None:
        """Something painted at its turn; turns only grow."""
        for band in _bands(box):
            self.bands.setdefault(band, []).append((turn, box))

    def share(self, turn: int, box: Box) -> float:
        """The largest share of the box that lies under one thing painted after that turn."""
        area = box.width * box.height
        most = 0.0
        for band in _bands(box):
            painted = self.bands.get(band, [])
            after = bisect_right(painted, turn, key=lambda cover: cover[0])
            most = max([most, *(cover.overlap(box) for _, cover in painted[after:])])
        return most / area if area else 0.0


def _bands(box: Box) -> range:
    first, last = (max(0.0, min(_LAST, y)) for y in (box.top, box.bottom))
    return range(int(first // _BAND), int(last // _BAND) + 1)


def is_part(share: float) -> bool:
    """Whether a character of which so much is hidden may be taken for another one."""
    return TOUCHED < share < _WHOLE


@dataclass(frozen=True, slots=True)
class Suspect:
    """A piece of text that may not be seen: its objects, its box, and the boxes of its characters by index.

    The objects are several where the same text is drawn again in the same place: PDFium tells of the first alone.
    """

    items: tuple[object, ...]
    box: Box
    characters: dict[int, Box]


def unseen(page: pdfium.PdfPage, frame: PageFrame, suspects: Sequence[Suspect]) -> tuple[set[int], set[int]]:
    """The indices of characters that are not seen, and of those of which it could not be told."""
    groups = list(_apart(suspects))
    untold = {index for group in groups[_MAX_DRAWINGS:] for suspect in group for index in suspect.characters}
    hidden: set[int] = set()
    if not groups:
        return hidden, untold
    scale = min(_SCALE, (_MAX_PIXELS / (frame.width * frame.height)) ** 0.5)
    whole = _Picture(page, scale)
    for group in groups[:_MAX_DRAWINGS]:
        _activate(group, False)
        without = _Picture(page, scale)
        _activate(group, True)
        for suspect in group:
            hidden |= {i for i, box in suspect.characters.items() if not whole.differs(without, box)}
    return hidden, untold


def _activate(group: Iterable[Suspect], active: bool) -> None:
    for suspect in group:
        for item in suspect.items:
            raw.FPDFPageObj_SetIsActive(item, active)


def _apart(suspects: Iterable[Suspect]) -> Iterator[list[Suspect]]:
    """The pieces in groups of which no two touch."""
    groups: list[tuple[list[Suspect], Covers]] = []
    for suspect in suspects:
        free = next((group for group in groups if not group[1].share(-1, suspect.box)), None)
        if free is None:
            free = [], Covers()
            groups.append(free)
        free[0].append(suspect)
        free[1].add(0, suspect.box)
    return (group for group, _ in groups)


class _Picture:
    """A page in grey."""

    def __init__(self, page: pdfium.PdfPage, scale: float) -> None:
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        self._scale, self._stride = scale, bitmap.stride
        self._width, self._height = bitmap.width, bitmap.height
        self._pixels = bytes(bitmap.buffer)
        bitmap.close()

    def differs(self, other: "_Picture", box: Box) -> bool:
        """Whether anybody notices a difference within the box."""
        edge = box.width * _INNER
        left = max(0, int((box.left + edge) * self._scale))
        right = min(self._width, int((box.right - edge) * self._scale) + 1)
        for row in range(
            max(0, int(box.top * self._scale)), min(self._height, int(box.bottom * self._scale) + 1)
        ):
            start = row * self._stride
            here, there = (picture._pixels[start + left : start + right] for picture in (self, other))
            if here != there and max(abs(a - b) for a, b in zip(here, there, strict=True)) >= _NOTICED:
                return True
        return False
