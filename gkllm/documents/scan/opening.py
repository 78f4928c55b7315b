"""A picture file (PNG, JPEG, TIFF, BMP) becomes a document by OCR."""

import hashlib
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from gkllm.documents.document import Document
from gkllm.documents.paged.compose import compose
from gkllm.documents.paged.lattice import TooManyLines
from gkllm.documents.paged.page import Page
from gkllm.documents.scan.engine import require_ocr
from gkllm.documents.scan.read import read_picture
from gkllm.errors import DocumentTooLarge, EmptyDocument, UnsupportedFormat

MAX_PIXELS = 80_000_000
"""Of one picture: an A3 page at 600 dots to the inch has 70 million."""
MAX_PAGES = 300
READING_DOTS = 200 / 72
"""Pixels to the point at which pages are read; finer pictures are made this coarse first."""
_PAPER_WIDTH = 595.0
_PLAUSIBLE = (280.0, 1200.0)
"""Points that the short side of a sheet may measure: A6 to A2."""


def open_picture(content: bytes, name: str) -> Document:
    """The document in a picture file's bytes; each picture in it is a page.

    Raises:
        MissingExtra: OCR is not installed.
        UnsupportedFormat: the file is broken.
        DocumentTooLarge: it is larger than a scanned page, or has more pages, than a report can have.
        EmptyDocument: nothing could be read in it.
    """
    require_ocr(name)
    pages: list[Page] = []
    try:
        for number, (grey, dots) in enumerate(pictures(content, name), 1):
            pages.append(read_picture(grey, number, dots))
        composition = compose(pages)
    except TooManyLines as error:
        raise DocumentTooLarge(
            "{name}: page {number} has more lines than any table has", name=name, number=error
        ) from error
    if not any(page.glyphs for page in pages):
        raise EmptyDocument("{name}: OCR found no text in the picture", name=name)
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, _media_type(content), digest, None, composition.text, composition.grids)


def _media_type(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if content.startswith(b"\xff\xd8") else "image/tiff"


def pictures(content: bytes, name: str) -> Iterator[tuple[Any, float]]:
    """Each picture of the file in grey, upright as its camera knew it, with its pixels to the point."""
    from PIL import Image, ImageOps, ImageSequence

    try:
        with warnings.catch_warnings():
            # The size is checked here, before a pixel is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=("PNG", "JPEG", "TIFF"))
        if getattr(picture, "n_frames", 1) > MAX_PAGES:
            raise DocumentTooLarge(
                "{name}: more than {most} pictures, which no report has", name=name, most=MAX_PAGES
            )
        for frame in ImageSequence.Iterator(picture):
            if frame.width * frame.height > MAX_PIXELS:
                raise DocumentTooLarge(
                    "{name}: a picture of {width} by {height} pixels, which no scan needs",
                    name=name,
                    width=frame.width,
                    height=frame.height,
                )
            dots = _dots(frame.size, frame.info.get("dpi"))
            upright = ImageOps.exif_transpose(frame)
            if "A" in upright.getbands() or "transparency" in upright.info:
                paper = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(paper, upright.convert("RGBA"))
            grey = upright.convert("L")
            if dots > READING_DOTS:
                scale = READING_DOTS / dots
                size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
                grey, dots = grey.resize(size, Image.Resampling.LANCZOS), READING_DOTS
            import numpy as np

            yield np.asarray(grey), dots
    except Image.DecompressionBombError as error:
        raise DocumentTooLarge("{name}: a picture larger than any scan needs", name=name) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UnsupportedFormat("{name}: the picture file is broken", name=name) from error


def _dots(size: tuple[int, int], stated: tuple[float, float] | None) -> float:
    """Pixels to the point: as the file states, or such that the short side is that of A4 paper."""
    short = min(size)
    if stated and stated[0] > 0 and _PLAUSIBLE[0] <= short / (stated[0] / 72) <= _PLAUSIBLE[1]:
        return float(stated[0]) / 72
    return short / _PAPER_WIDTH
