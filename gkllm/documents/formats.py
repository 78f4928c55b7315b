"""Every format of file that becomes a document: how it is recognised, and who reads it.

A new format is a module with a function from (content, name) to Document, and an entry here. The readers import
their libraries when they are first called.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gkllm.documents.document import Document


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format. `suffixes` are those a folder is searched for; `recognise` and `read` take (content, name)."""

    suffixes: tuple[str, ...]
    recognise: Callable[[bytes, str], bool]
    read: Callable[[bytes, str], Document]


def _read_text(content: bytes, name: str) -> Document:
    from gkllm.documents.text import read_text

    return read_text(content, name)


def _read_pdf(content: bytes, name: str) -> Document:
    from gkllm.documents.pdf.opening import open_pdf

    return open_pdf(content, name)


def _is_pdf(content: bytes, _name: str) -> bool:
    """Readers of PDF accept anything before the header, within the first kilobyte."""
    return b"%PDF-" in content[:1024]


def _read_picture(content: bytes, name: str) -> Document:
    from gkllm.documents.scan.opening import open_picture

    return open_picture(content, name)


def _is_picture(content: bytes, _name: str) -> bool:
    return content.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*"))


FORMATS: tuple[FileFormat, ...] = (
    FileFormat((".pdf",), _is_pdf, _read_pdf),
    FileFormat((".png", ".jpg", ".jpeg", ".tif", ".tiff"), _is_picture, _read_picture),
    FileFormat((".txt", ".md", ".csv", ".tsv"), lambda _content, _name: True, _read_text),
)
"""In the order they are tried; the last takes what no other recognises."""

SUFFIXES: tuple[str, ...] = tuple(suffix for format_ in FORMATS for suffix in format_.suffixes)
"""What a folder is searched for."""
