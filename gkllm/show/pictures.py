"""The pages of a PDF file or of a scan as pictures."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from gkllm.confined import Child

MAX_SHOWN = 60
"""Pages shown; a page is some hundred kilobytes."""
_SECONDS = 60
_MEMORY = 3_000_000_000
_DOTS = 1.5
_MAX_SIDE = 2_000


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page: its number, its size in points and its picture."""

    number: int
    width: float
    height: float
    png: bytes


def is_paged(media_type: str) -> bool:
    """Whether a document of that kind has pages, with boxes on them."""
    return media_type == "application/pdf" or media_type.startswith("image/")


def page_pictures(content: bytes, media_type: str, name: str) -> list[PagePicture]:
    """Each page of a PDF file or of a picture file; nothing for other files.

    They are drawn in a process of their own, with the machine's fonts: the one that reads has none of them.

    Raises:
        LimitExceeded: drawing them takes more time or memory than is given.
    """
    if not is_paged(media_type):
        return []
    return Child(seconds=_SECONDS, memory=_MEMORY).call(_drawn, content, media_type, name)


def _drawn(content: bytes, media_type: str, name: str) -> list[PagePicture]:
    return list(_of_pdf(content, name) if media_type == "application/pdf" else _of_picture(content, name))


def _of_pdf(content: bytes, name: str) -> Iterator[PagePicture]:
    from gkllm.documents.pdf.opening import opened

    with opened(content, name) as pdf:
        for index in range(min(len(pdf), MAX_SHOWN)):
            page = pdf[index]
            width, height = page.get_size()
            scale = min(_DOTS, _MAX_SIDE / max(width, height))
            bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=_RGB)
            png = encode_png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, 3)
            yield PagePicture(index + 1, width, height, png)


_RGB = 2
"""PDFium's format of three bytes a pixel, FPDFBitmap_BGR."""


def _of_picture(content: bytes, name: str) -> Iterator[PagePicture]:
    from gkllm.documents.scan.opening import pictures

    for page, (grey, dots) in enumerate(pictures(content, name), 1):
        if page > MAX_SHOWN:
            return
        height, width = grey.shape
        png = encode_png(grey.tobytes(), width, height, width, 1)
        yield PagePicture(page, width / dots, height / dots, png)


def encode_png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Rows of `stride` bytes, of which `width * channels` are pixels (grey or RGB), as a PNG file."""
    rows = b"".join(b"\0" + pixels[y * stride : y * stride + width * channels] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
