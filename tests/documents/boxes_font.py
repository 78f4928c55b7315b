"""The font with which PDF files are read: every character of every script is one of two boxes, spaces aside.

PDFium asks its font folder for the fonts that a file names and does not embed. Only that a character has an outline
matters then: its width is the file's own. Write the font anew with `python -m tests.documents.boxes_font`.
"""

import struct
from pathlib import Path

PATH = Path(__file__).parents[2] / "gkllm/documents/pdf/fonts/boxes.ttf"
_UNIT = 1000
_HALF, _FULL = 500, 1000
_ASCENT, _DESCENT = 860, -140
_EMPTY, _NARROW, _WIDE = 0, 1, 2
_RANGES = (
    (0x20, 0x20, _EMPTY),
    (0x21, 0x9F, _NARROW),
    (0xA0, 0xA0, _EMPTY),
    (0xA1, 0x1FFF, _NARROW),
    (0x2000, 0x200F, _EMPTY),
    (0x2010, 0x2E7F, _NARROW),
    (0x2E80, 0x2FFF, _WIDE),
    (0x3000, 0x3000, _EMPTY),
    (0x3001, 0x10FFFF, _WIDE),
)
"""Which characters have which glyph: spaces none, scripts that are written in squares a wide box."""
_ALL_BITS = 0xFFFFFFFF
_HEADER = 12
_ENTRY = 16


def boxes_font() -> bytes:
    """A TrueType font whose character map gives whole ranges one glyph (cmap format 13)."""
    glyphs = [b"", _box(_HALF), _box(_FULL)]
    offsets = [sum(map(len, glyphs[:count])) for count in range(len(glyphs) + 1)]
    return _file(
        {
            b"OS/2": _os2(),
            b"cmap": _cmap(),
            b"glyf": b"".join(glyphs),
            b"head": _head(),
            b"hhea": struct.pack(
                ">IhhhHhhhhhhhhhhhH", 0x10000, _ASCENT, _DESCENT, 0, _FULL, 0, 0, _FULL, 1, *[0] * 7, 3
            ),
            b"hmtx": struct.pack(">HhHhHh", _HALF, 0, _HALF, 0, _FULL, 0),
            b"loca": struct.pack(">4I", *offsets),
            b"maxp": struct.pack(">IH13H", 0x10000, len(glyphs), 4, 1, 0, 0, 2, *[0] * 8),
            b"name": _names(),
            b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, *[0] * 5),
        }
    )


def _box(width: int) -> bytes:
    """A rectangle that leaves a little white at each side."""
    left, right, bottom, top = 50, width - 50, _DESCENT + 50, _ASCENT - 50
    on_curve = 1
    xs = (left, 0, right - left, 0)
    ys = (bottom, top - bottom, 0, bottom - top)
    return struct.pack(">hhhhhHH4B4h4hxx", 1, left, bottom, right, top, 3, 0, *[on_curve] * 4, *xs, *ys)


def _cmap() -> bytes:
    body = b"".join(struct.pack(">III", *range_) for range_ in _RANGES)
    table = struct.pack(">HHIII", 13, 0, 16 + len(body), 0, len(_RANGES)) + body
    windows, every_plane = 3, 10
    return struct.pack(">HHHHI", 0, 1, windows, every_plane, 12) + table


def _head() -> bytes:
    bounds = (0, _DESCENT, _FULL, _ASCENT)
    magic, long_offsets = 0x5F0F3CF5, 1
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, magic, 3, _UNIT, 0, 0, *bounds, 0, 8, 2, long_offsets, 0
    )


def _os2() -> bytes:
    """Every script and code page is claimed, so that no request is turned down."""
    start = struct.pack(">HhHHH", 4, _FULL, 400, 5, 0)
    subscripts = struct.pack(">10hh", *[0] * 11)
    rest = struct.pack(
        ">10B4I4sHHHhhhHH2I2h3H",
        *[0] * 10,
        *[_ALL_BITS] * 4,
        b"gkll",
        0x40,
        0x20,
        0xFFFF,
        _ASCENT,
        _DESCENT,
        0,
        _ASCENT,
        -_DESCENT,
        *[_ALL_BITS & 0x7FFFFFFF] * 2,
        _ASCENT,
        _ASCENT,
        0,
        0x20,
        0,
    )
    return start + subscripts + rest


def _names() -> bytes:
    texts = {1: "gkllm boxes", 2: "Regular", 4: "gkllm boxes", 6: "gkllm-boxes"}
    packed = [text.encode("utf-16-be") for text in texts.values()]
    windows, unicode, english = 3, 1, 0x409
    records, offset = b"", 0
    for number, text in zip(texts, packed, strict=True):
        records += struct.pack(">6H", windows, unicode, english, number, len(text), offset)
        offset += len(text)
    return struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + b"".join(packed)


def _file(tables: dict[bytes, bytes]) -> bytes:
    directory, body = b"", b""
    start = _HEADER + _ENTRY * len(tables)
    for tag, table in tables.items():
        directory += struct.pack(">4sIII", tag, _checksum(table), start + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    power = 1 << (len(tables).bit_length() - 1)
    header = struct.pack(
        ">IHHHH", 0x10000, len(tables), power * 16, power.bit_length() - 1, len(tables) * 16 - power * 16
    )
    return header + directory + body


def _checksum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & _ALL_BITS


if __name__ == "__main__":
    PATH.write_bytes(boxes_font())
