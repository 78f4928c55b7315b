"""A PDF's bytes, without the streams that would swell beyond all measure, become pages, then a document."""

import ctypes
import hashlib
import math
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gkllm.documents.document import Document
from gkllm.documents.paged.compose import compose
from gkllm.documents.paged.lattice import TooManyLines, frames_of
from gkllm.documents.paged.page import Box, Page, turned_upright
from gkllm.documents.pdf.display import PageFrame
from gkllm.documents.pdf.glyphs import glyphs_of, upright_quarters
from gkllm.documents.pdf.notes import Note, notes_of, with_notes
from gkllm.documents.pdf.paths import Drawings, drawings_of
from gkllm.documents.pdf.strays import with_overprints
from gkllm.documents.scan.engine import ocr_installed, require_ocr
from gkllm.documents.scan.opening import MAX_PIXELS, READING_DOTS
from gkllm.documents.scan.read import read_picture
from gkllm.errors import DocumentTooLarge, EmptyDocument, UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind

_FONTS = Path(__file__).parent / "fonts"
"""One font in which every character is a box. PDFium leaves out characters that a font lacks, and what a file does not
embed it looks for among its fonts. Widths are the file's own, so that nothing else of the font matters."""
MAX_STREAM = 150_000_000
"""Bytes one stream may unpack to: an A4 page scanned in colour at 600 dots to the inch has 105 million."""
MAX_ALL = 1_000_000_000
_CHUNK = 1 << 20
_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_HEADERS = frozenset((0x08, 0x18, 0x28, 0x38, 0x48, 0x58, 0x68, 0x78))
_MIN_SUSPECT = MAX_STREAM // 1100
"""Deflate packs to a thousandth at best, so that shorter streams are harmless."""


def refuse_bombs(content: bytes, name: str) -> None:
    """Refuse a file in which a deflated stream unpacks to more than a page can need.

    Raises:
        DocumentTooLarge: one stream, or all together, swell beyond the limit.
    """
    total = 0
    starts = [match.end() for match in _STREAM.finditer(content)]
    for start, following in pairwise([*starts, len(content)]):
        if following - start < _MIN_SUSPECT or content[start] not in _ZLIB_HEADERS:
            continue
        total += _unpacked(memoryview(content)[start:following])
        if total > MAX_ALL:
            break
    else:
        return
    raise DocumentTooLarge("{name}: a stream in it unpacks to more than any report's page holds", name=name)


def _unpacked(packed: memoryview) -> int:
    """How many bytes the stream unpacks to; MAX_ALL + 1 where it passes the limit for one stream."""
    inflate = zlib.decompressobj()
    size = 0
    waiting: bytes | memoryview = packed
    try:
        while waiting and not inflate.eof:
            size += len(inflate.decompress(waiting, _CHUNK))
            waiting = inflate.unconsumed_tail
            if size > MAX_STREAM:
                return MAX_ALL + 1
    except zlib.error:
        return size
    return size


MEDIA_TYPE = "application/pdf"
MAX_PAGES = 300
"""The longest yearly reports have some forty pages."""
MAX_CHARACTERS = 50_000
"""On one page; a page of close print has some five thousand."""
MAX_SIDE = 14_400.0
"""The longest side of a page, in points, that the format itself allows."""
_PICTURE_SHARE = 0.2
_TABLE_CELLS = 6
_OUTLINES = 40


def open_pdf(content: bytes, name: str) -> Document:
    """The document in a PDF file's bytes; cells know their page and box. PDFium is this process's alone.

    Raises:
        UnsupportedFormat: the file is broken, or needs a password.
        DocumentTooLarge: it has more pages, characters or drawings than a report can have.
        EmptyDocument: it shows nothing that could be read.
        MissingExtra: its pages are pictures, and OCR is not installed.
    """
    refuse_bombs(content, name)
    _use_own_fonts()
    # The catalogue names the file's layers; in a stream of objects it is packed.
    layered = any(key in content for key in (b"/OCProperties", b"/ObjStm"))
    pages: list[Page] = []
    pictures: list[int] = []
    try:
        with opened(content, name) as pdf:
            for number in range(1, len(pdf) + 1):
                page, is_picture = read_page(pdf, number, name, layered=layered)
                if is_picture and ocr_installed():
                    page = _read_by_ocr(pdf, page)
                elif is_picture:
                    pictures.append(number)
                pages.append(page)
        if pictures and not any(page.glyphs for page in pages):
            require_ocr(name)
        if not any(page.glyphs for page in pages):
            raise EmptyDocument("{name}: the file shows no text", name=name)
        composition = compose(pages)
    except TooManyLines as error:
        raise DocumentTooLarge(
            "{name}: page {number} has more lines than any table has", name=name, number=error
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    doubts = tuple(Doubt.of(DoubtKind.PAGE_OF_PICTURE, page=number) for number in pictures)
    return Document(name, MEDIA_TYPE, digest, None, composition.text, composition.grids, doubts)


@contextmanager
def opened(content: bytes, name: str) -> Iterator[pdfium.PdfDocument]:
    """The file as PDFium's document, closed in the end.

    Raises:
        UnsupportedFormat: the file is broken, or needs a password.
        DocumentTooLarge: it has more pages than a report can have.
    """
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise UnsupportedFormat(
                "{name}: the PDF file is encrypted and needs a password", name=name
            ) from error
        raise UnsupportedFormat("{name}: the PDF file is broken", name=name) from error
    try:
        # Without it, fields that bring no drawing of their own have none.
        pdf.init_forms()
        if len(pdf) > MAX_PAGES:
            raise DocumentTooLarge("{name}: {count:,} pages, which no report has", name=name, count=len(pdf))
        if not len(pdf):
            raise EmptyDocument("{name}: the PDF file has no pages", name=name)
        yield pdf
    finally:
        pdf.close()


def read_page(pdf: pdfium.PdfDocument, number: int, name: str, *, layered: bool) -> tuple[Page, bool]:
    """Page `number`, counted from 1, and whether what matters on it may be in a picture.

    `layered` where the file may have layers that are off.
    """
    try:
        page, notes = _flattened(pdf, number - 1)
        text = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise UnsupportedFormat(
            "{name}: page {number} of the PDF file is broken", name=name, number=number
        ) from error
    frame = PageFrame(page)
    if max(frame.width, frame.height) > MAX_SIDE:
        raise DocumentTooLarge(
            "{name}: page {number} is larger than any sheet of paper", name=name, number=number
        )
    if text.count_chars() > MAX_CHARACTERS:
        raise DocumentTooLarge(
            "{name}: page {number} has more characters than any report's page", name=name, number=number
        )
    drawings = drawings_of(page, frame, name, layered=layered)
    glyphs = with_notes(glyphs_of(page, text, frame, drawings), notes)
    printed = Page(
        number,
        frame.width,
        frame.height,
        tuple(glyphs),
        tuple(drawings.strokes),
        (*drawings.ink, *drawings.images),
    )
    upright = turned_upright(printed, upright_quarters(glyphs))
    upright = replace(upright, glyphs=tuple(with_overprints(upright.glyphs)))
    return upright, _is_picture(printed, drawings)


def _read_by_ocr(pdf: pdfium.PdfDocument, page: Page) -> Page:
    """The page as OCR reads it, where it has no text of its own or its picture holds a table."""
    dots = min(READING_DOTS, math.sqrt(MAX_PIXELS / (page.width * page.height)))
    bitmap = pdf[page.number - 1].render(scale=dots, grayscale=True)
    seen = read_picture(bitmap.to_numpy().reshape(bitmap.height, bitmap.width), page.number, dots)
    if not page.glyphs or any(len(frame.cells) >= _TABLE_CELLS for frame in frames_of(seen)):
        return seen
    return page


def _flattened(pdf: pdfium.PdfDocument, index: int) -> tuple[pdfium.PdfPage, list[Note]]:
    """The page with what fields and notes show made part of it, so that a filled form is not read as blank."""
    page = pdf[index]
    if not raw.FPDFPage_GetAnnotCount(page):
        return page, []
    notes = list(notes_of(page))
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == 1:
        page.close()
        page = pdf[index]
    return page, notes


def _is_picture(page: Page, drawings: Drawings) -> bool:
    """Whether a picture takes a good part of a page without a ruled table, or text is drawn as outlines."""
    whole = Box(0, 0, page.width, page.height)
    covered = sum(whole.overlap(image) for image in drawings.images)
    if covered >= _PICTURE_SHARE * page.width * page.height:
        return not any(len(frame.cells) >= _TABLE_CELLS for frame in frames_of(page))
    return not page.glyphs and len(drawings.ink) >= _OUTLINES


@cache
def _use_own_fonts() -> None:
    """Start PDFium anew, once a process, with the package's font in place of the machine's."""
    # A list of folders that ends with null.
    folders = (ctypes.c_char_p * 2)(os.fsencode(_FONTS))
    listed = ctypes.cast(folders, ctypes.POINTER(ctypes.POINTER(ctypes.c_char)))
    config = raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=listed)
    raw.FPDF_DestroyLibrary()
    raw.FPDF_InitLibraryWithConfig(config)
