"""Bytes to text: UTF-8, UTF-16 and GB18030 are told apart without asking."""

import codecs

from gkllm.errors import EmptyDocument, UnsupportedFormat

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF-", "a PDF file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file that holds no Word document"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"\x7fELF", "a program"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAX_DAMAGED = 0.002
"""Share of undecodable characters above which text is not taken for text with a few damaged bytes."""
_MAX_CONTROL = 0.01
"""Share of control characters above which decoded bytes are not taken for text."""


def decode(content: bytes, name: str) -> tuple[str, str, bool]:
    """The text, the encoding it was decoded from, and whether bytes were damaged (shown as U+FFFD).

    A byte order mark is not part of the text.

    Raises:
        EmptyDocument: nothing but white space.
        UnsupportedFormat: the bytes are of another format, or are not text.
    """
    _refuse_other_formats(content, name)
    text, encoding, damaged = _decode_text(content, name)
    if not text.strip():
        raise EmptyDocument(f"{name}: the file is empty")
    control = sum(1 for character in text if character < " " and character not in "\t\n\r\f\v\x07\x1c")
    if control > len(text) * _MAX_CONTROL:
        raise UnsupportedFormat(f"{name}: not a text file (binary data)")
    return text, encoding, damaged


def _refuse_other_formats(content: bytes, name: str) -> None:
    for signature, kind in _SIGNATURES:
        if content.startswith(signature) and not (signature == b"BM" and content[:200].isascii()):
            raise UnsupportedFormat(
                f"{name}: {kind}; gkllm reads text, such as the output of pdftotext -layout"
            )


def _decode_text(content: bytes, name: str) -> tuple[str, str, bool]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, errors="replace"), encoding, False
    candidates = [*_utf16_without_bom(content), "utf-8", "gb18030"]
    for encoding in candidates:
        try:
            return content.decode(encoding), encoding, False
        except UnicodeDecodeError:
            continue
    for encoding in ("utf-8", "gb18030"):
        text = content.decode(encoding, errors="replace")
        if text.count("\ufffd") <= len(text) * _MAX_DAMAGED:
            return text, encoding, True
    raise UnsupportedFormat(f"{name}: not a text file (its bytes fit none of UTF-8, UTF-16 and GB18030)")


def _utf16_without_bom(content: bytes) -> list[str]:
    """UTF-16 shows itself by its line ends: a zero byte beside each newline, always on the same side."""
    sample = content[: 1 << 16]
    if b"\x00" not in sample:
        return []
    little, big = sample.count(b"\n\x00"), sample.count(b"\x00\n")
    return ["utf-16-le"] if little >= big else ["utf-16-be"]
