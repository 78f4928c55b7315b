"""Every format of file that becomes a document: how it is recognised, and who reads it.

A new format is a module with a function from (content, name) to Document, and an entry here. The readers import
their libraries when they are first called.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from gkllm.confined import Child
from gkllm.documents.document import MAX_CELLS, Document
from gkllm.documents.zipped import SIGNATURE, open_container
from gkllm.errors import DocumentTooLarge, LimitExceeded, UnsupportedFormat
from gkllm.language import later

Test = Callable[[bytes, str], bool]

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rb"<[a-zA-Z!/]")
_WORD_XML = (
    b"http://schemas.microsoft.com/office/word/2003/wordml",
    b"http://schemas.microsoft.com/office/2006/xmlPackage",
)
_WORKBOOK_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_CELL = re.compile(rb"<(?:td|cell)\b", re.IGNORECASE)
_MIN_CELLS = 10
"""Text with this many cells of HTML or TEI is a piece of a page, whatever its name."""
_HEADER = re.compile(
    rb"(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?Content-Type:\s*multipart/", re.IGNORECASE
)


def starts_with(signature: bytes) -> Test:
    """Whether the file opens with these bytes."""
    return lambda content, _name: content.startswith(signature)


def has_entry(prefix: str) -> Test:
    """Whether the file is a zip container with an entry so named, or in the folder so named."""

    def test(content: bytes, name: str) -> bool:
        if not content.startswith(SIGNATURE):
            return False
        return any(entry.startswith(prefix) for entry in open_container(content, name).namelist())

    return test


def has_stream(*names: str) -> Test:
    """Whether the file is a compound file (as Office wrote until 2003) with one of these streams."""
    encoded = [name.encode("utf-16-le") + b"\x00\x00" for name in names]
    return lambda content, _name: content.startswith(_COMPOUND) and any(name in content for name in encoded)


def is_word_xml(content: bytes, _name: str) -> bool:
    """Whether the file is Word's XML: that of Word 2003, or all parts of a newer file in one."""
    start = content[:_HEAD].replace(b"\x00", b"")
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<?xml") and any(
        namespace in start for namespace in _WORD_XML
    )


def is_workbook_xml(content: bytes, _name: str) -> bool:
    """Whether the file is the XML that Excel 2003 wrote."""
    return _WORKBOOK_XML in content[:_HEAD].replace(b"\x00", b"")


def is_mhtml(content: bytes, _name: str) -> bool:
    """Whether the file is a web page saved with its parts, as a mail message."""
    return _HEADER.match(content[:_HEAD]) is not None


def is_html(content: bytes, name: str) -> bool:
    """Whether the file is a web page or a piece of one."""
    # Zero bytes are UTF-16's; the first tags are ASCII in every encoding.
    start = content[:_HEAD].replace(b"\x00", b"")
    if _HTML_START.match(start):
        return True
    named = name.lower().endswith((".html", ".htm", ".shtml"))
    return bool(named and _TAG.search(start)) or len(_CELL.findall(content)) >= _MIN_CELLS


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format. `suffixes` are those a folder is searched for; `recognise` and `read` take (content, name).

    A `confined` one is read in a process of its own, with limits: its library is not written in Python. The others are
    where they are large, but for an `outside` one, which another program reads.
    """

    suffixes: tuple[str, ...]
    recognise: Callable[[bytes, str], bool]
    read: Callable[[bytes, str], Document]
    confined: bool = False
    outside: bool = False


def _read_html(content: bytes, name: str) -> Document:
    from gkllm.documents.html import read_html

    return read_html(content, name)


def _read_mhtml(content: bytes, name: str) -> Document:
    from gkllm.documents.converted import read_mhtml

    return read_mhtml(content, name)


def _read_docx(content: bytes, name: str) -> Document:
    from gkllm.documents.docx import read_docx

    return read_docx(content, name)


def _read_xlsx(content: bytes, name: str) -> Document:
    from gkllm.documents.workbook.xlsx import read_xlsx

    return read_xlsx(content, name)


def _read_xls(content: bytes, name: str) -> Document:
    from gkllm.documents.workbook.xls import read_xls

    return read_xls(content, name)


def _by_office(suffix: str, media_type: str) -> Callable[[bytes, str], Document]:
    def read(content: bytes, name: str) -> Document:
        from gkllm.documents.converted import read_office

        return read_office(content, name, suffix=suffix, media_type=media_type)

    return read


def _refusing(sentence: str) -> Callable[[bytes, str], Document]:
    def read(_content: bytes, name: str) -> Document:
        raise UnsupportedFormat(sentence, name=name)

    return read


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


_OLD_XML = later("{name}: a workbook in Excel 2003's XML; it is read where it is saved as .xlsx")
_ENCRYPTED = later("{name}: encrypted with a password; save it without one")
_ARCHIVE = later(
    "{name}: a zip archive, which may hold several documents; gkllm extract and extract_many give each where it is "
    "named with the suffix .zip"
)

FORMATS: tuple[FileFormat, ...] = (
    FileFormat((".docx",), has_entry("word/"), _read_docx),
    FileFormat((), is_word_xml, _read_docx),
    FileFormat(
        (".odt",),
        has_entry("content.xml"),
        _by_office(".odt", "application/vnd.oasis.opendocument.text"),
        outside=True,
    ),
    FileFormat((".xlsx", ".xlsm"), has_entry("xl/"), _read_xlsx),
    FileFormat((), starts_with(b"PK\x03\x04"), _refusing(_ARCHIVE)),
    FileFormat((".pdf",), _is_pdf, _read_pdf, confined=True),
    # A folder's .png and .jpg files are ornaments of web pages more often than scans: those are named outright.
    FileFormat((".tif", ".tiff"), _is_picture, _read_picture, confined=True),
    FileFormat(
        (".doc", ".wps"), has_stream("WordDocument"), _by_office(".doc", "application/msword"), outside=True
    ),
    FileFormat((".xls", ".et"), has_stream("Workbook", "Book"), _read_xls, confined=True),
    FileFormat((), has_stream("EncryptedPackage"), _refusing(_ENCRYPTED)),
    FileFormat((), is_workbook_xml, _refusing(_OLD_XML)),
    FileFormat((".rtf",), starts_with(b"{\\rtf"), _by_office(".rtf", "application/rtf"), outside=True),
    FileFormat((".mht", ".mhtml"), is_mhtml, _read_mhtml),
    FileFormat((".html", ".htm", ".shtml"), is_html, _read_html),
    FileFormat((".txt", ".md", ".csv", ".tsv"), lambda _content, _name: True, _read_text),
)
"""In the order they are tried; the last takes what no other recognises."""

SUFFIXES: tuple[str, ...] = tuple(suffix for format_ in FORMATS for suffix in format_.suffixes)
"""What a folder is searched for."""


_READER = Child(seconds=8, memory=800_000_000)
_LARGE = 3_000_000
"""Bytes, unpacked, from which on any file is read in the child. A plain report's are under one million; of 225 hostile
files (tests/cli/hostile_files.py) none smaller takes 10 s or 1 GB.
"""


def open_document(content: bytes, name: str) -> Document:
    """The document in a file's bytes. The format is told from the content first, and `name` decides in doubt.

    Raises:
        EmptyDocument: the file prints nothing.
        DocumentTooLarge: the file, or what it unpacks to, exceeds what a report can plausibly have.
        UnsupportedFormat: no format recognises the bytes, or they are damaged.
        MissingExtra: the format needs a library or a program that is not installed.
    """
    format_ = _format_of(content, name)
    if format_.outside or not (format_.confined or _extent(content, name) >= _LARGE):
        return _bounded(format_.read(content, name), name)
    try:
        return _READER.call(read, content, name)
    except LimitExceeded as error:
        raise DocumentTooLarge("{name}: reading it takes {limit}", name=name, limit=error) from error


def read(content: bytes, name: str) -> Document:
    """The same in this process, without limits of time and memory."""
    return _bounded(_format_of(content, name).read(content, name), name)


def _bounded(document: Document, name: str) -> Document:
    if sum(len(row.cells) for grid in document.grids for row in grid.rows) > MAX_CELLS:
        raise DocumentTooLarge(
            "{name}: more than {max_cells} table cells, which no report has", name=name, max_cells=MAX_CELLS
        )
    return document


def _extent(content: bytes, name: str) -> int:
    """How large a file is, a container's parts unpacked."""
    if not content.startswith(SIGNATURE):
        return len(content)
    return sum(entry.file_size for entry in open_container(content, name).infolist())


def _format_of(content: bytes, name: str) -> FileFormat:
    return next(format_ for format_ in FORMATS if format_.recognise(content, name))
