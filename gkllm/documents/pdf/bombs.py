"""Streams of a PDF that would swell beyond all measure, found before a library unpacks them."""

import re
import zlib
from itertools import pairwise

from gkllm.errors import DocumentTooLarge

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
    raise DocumentTooLarge(f"{name}: a stream in it unpacks to more than any report's page holds")


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
