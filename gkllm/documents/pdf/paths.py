"""The lines, areas and other drawings of a PDF page."""

import ctypes
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gkllm.documents.paged.page import Box, Stroke, around_points
from gkllm.documents.pdf.display import Covers, PageFrame
from gkllm.errors import DocumentTooLarge

INVISIBLE_MODES = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
"""How text is drawn that nobody sees."""
MAX_OBJECTS = 200_000
"""Drawing objects on one page. A report's page has some hundreds."""
_MAX_SEGMENTS = 400_000
_MAX_DEPTH = 40
_THIN = 3.6
"""A filled area thinner than this, in points, is a line."""
_SLANT = 0.6
_WHITE = 250
_FAINT = 12
_NO_INK = 0.05
"""Text with less ink than this is seen, if at all, on dark areas."""
_LITTLE_INK = 0.4

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A piece of text: PDFium's object, its box, when it is painted, and the area outside of which it is cut off.

    `suspect` where it may be white on white, in a layer that is off, or cut by more than a rectangle. `ink` is how
    dark it is, 0 (white, or transparent) to 1.
    """

    item: object
    box: Box
    turn: int
    clip: Box | None
    suspect: bool
    ink: float

    @property
    def pale(self) -> bool:
        """Whether it is much lighter than print, and yet not white, as text on dark areas is."""
        return _NO_INK < self.ink < _LITTLE_INK


@dataclass(slots=True)
class Drawings:
    """What a page shows besides characters.

    `images` are the boxes of pictures, `covers` what may hide text painted before it, `texts` the pieces of text by
    address.
    """

    strokes: list[Stroke] = field(default_factory=list)
    ink: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    covers: Covers = field(default_factory=Covers)
    texts: dict[int, PlacedText] = field(default_factory=dict)


def drawings_of(page: pdfium.PdfPage, frame: PageFrame, name: str, *, layered: bool) -> Drawings:
    """The page's lines and pictures. `layered` where the file may have layers that are off.

    Raises:
        DocumentTooLarge: the page has more of them than any report.
    """
    found = Drawings()
    segments = 0
    for turn, (item, matrix, depth) in enumerate(_objects(page)):
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            segments += max(0, raw.FPDFPath_CountSegments(item))
        if turn > MAX_OBJECTS or segments > _MAX_SEGMENTS:
            raise DocumentTooLarge(
                "{name}: a page has more than {most:,} drawings, which no report has",
                name=name,
                most=MAX_OBJECTS,
            )
        if kind == raw.FPDF_PAGEOBJ_PATH:
            _add_path(found, item, matrix, frame, turn)
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(item) not in INVISIBLE_MODES:
                clip, cut = _clip(item, matrix, frame)
                ink = _ink(item)
                suspect = ink <= _NO_INK or cut or (layered and (depth > 0 or _has_layer(item)))
                box = _bounds(item, matrix, frame)
                found.texts[address(item)] = PlacedText(item, box, turn, clip, suspect, ink)
                if ink <= _NO_INK:
                    found.covers.add(turn, box)
        elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
            found.images.append(_bounds(item, matrix, frame))
            found.covers.add(turn, found.images[-1])
    return found


def address(item: object) -> int:
    """What tells one of PDFium's objects from another."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[object, Matrix, int]]:
    """Every object of the page, those inside forms too, with the matrix that places it and how deep it lies."""
    for index in range(raw.FPDFPage_CountObjects(page)):
        yield from _inside(raw.FPDFPage_GetObject(page, index), _IDENTITY, 0)


def _inside(item: object, outer: Matrix, depth: int) -> Iterator[tuple[object, Matrix, int]]:
    if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_FORM:
        yield item, outer, depth
    elif depth < _MAX_DEPTH:
        inner = _product(_matrix(item), outer)
        for index in range(raw.FPDFFormObj_CountObjects(item)):
            yield from _inside(raw.FPDFFormObj_GetObject(item, index), inner, depth + 1)


def _matrix(item: object) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _product(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(item: object, matrix: Matrix, frame: PageFrame) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
    placed = [frame.point(*_apply(matrix, *corner)) for corner in corners]
    return around_points(placed)


def _ink(item: object) -> float:
    """How dark the text is on paper."""
    if raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_FILL:
        return 1.0
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 1.0
    return alpha.value / 255 * (1 - (0.3 * red.value + 0.59 * green.value + 0.11 * blue.value) / 255)


def _clip(item: object, outer: Matrix, frame: PageFrame) -> tuple[Box | None, bool]:
    """The rectangle that an object is cut to, and whether it is cut to some other shape too."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    area: Box | None = None
    for path in range(raw.FPDFClipPath_CountPaths(clip) if clip else 0):
        if raw.FPDFClipPath_CountPathSegments(clip, path) not in (4, 5):
            return area, True
        corners = []
        for index in (0, 2):
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
            corners.append(frame.point(*_apply(outer, x.value, y.value)))
        box = around_points(corners)
        area = box if area is None else area.common(box)
    return area, False


def _has_layer(item: object) -> bool:
    """Whether the object's marks put it into a layer."""
    name = ctypes.create_string_buffer(8)
    for index in range(raw.FPDFPageObj_CountMarks(item)):
        mark = raw.FPDFPageObj_GetMark(item, index)
        if raw.FPDFPageObjMark_GetName(
            mark, ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort)), len(name), ctypes.c_ulong()
        ) and name.raw.startswith("OC\0".encode("utf-16-le")):
            return True
    return False


def _add_path(found: Drawings, item: object, outer: Matrix, frame: PageFrame, turn: int) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    stroked = bool(stroke.value) and _shows(item, raw.FPDFPageObj_GetStrokeColor) != "white"
    shade = _shows(item, raw.FPDFPageObj_GetFillColor) if fill.value else "none"
    if not stroked and shade == "none":
        return
    matrix = _product(_matrix(item), outer)
    for points, curved in _subpaths(item, matrix, frame):
        box = around_points(points)
        if shade != "none" and not curved and min(box.width, box.height) <= _THIN:
            if shade != "white":
                _add_line(found, box)
        elif shade != "none":
            found.covers.add(turn, box)
            if shade != "white" and (curved or len(points) > 5):
                found.ink.append(box)
        if stroked:
            _add_strokes(found, points, curved, box)


def _shows(item: object, colour: object) -> str:
    """ "none", "white" or "ink": what the item's colour looks like on paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour(item, red, green, blue, alpha):  # type: ignore[operator]
        return "ink"
    if alpha.value < _FAINT:
        return "none"
    return "white" if min(red.value, green.value, blue.value) >= _WHITE else "ink"


def _subpaths(item: object, matrix: Matrix, frame: PageFrame) -> Iterator[tuple[list[Point], bool]]:
    points: list[Point] = []
    curved = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(raw.FPDFPath_CountSegments(item)):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO and points:
            yield points, curved
            points, curved = [], False
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        placed = frame.point(*_apply(matrix, x.value, y.value))
        if not all(map(math.isfinite, placed)):
            continue
        points.append(placed)
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        if raw.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    if points:
        yield points, curved


def _add_line(found: Drawings, box: Box) -> None:
    """A thin area as the line it looks like."""
    x, y = box.centre
    if box.width >= box.height:
        found.strokes.append(Stroke(True, y, box.left, box.right))
    else:
        found.strokes.append(Stroke(False, x, box.top, box.bottom))


def _add_strokes(found: Drawings, points: list[Point], curved: bool, box: Box) -> None:
    if curved:
        found.ink.append(box)
        return
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if abs(y1 - y0) <= _SLANT and abs(x1 - x0) > _SLANT:
            found.strokes.append(Stroke(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= _SLANT and abs(y1 - y0) > _SLANT:
            found.strokes.append(Stroke(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        elif abs(x1 - x0) > _SLANT:
            found.ink.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
