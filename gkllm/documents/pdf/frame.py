"""From a PDF's own coordinates to points from the top left corner of the page as displayed."""

import ctypes
import math

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
