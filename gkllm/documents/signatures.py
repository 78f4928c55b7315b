"""What a file is, told from its first bytes or its directory. Each test takes (content, name)."""

import re
from collections.abc import Callable

from gkllm.documents.zipped import SIGNATURE, open_container

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
_CELL = re.compile(rb"<td\b", re.IGNORECASE)
_MIN_CELLS = 10
"""Text with this many HTML cells is a piece of a page, whatever its name."""
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
