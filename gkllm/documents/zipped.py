"""Zip containers (archives, Office files), opened within bounds that are checked before anything is unpacked; and XML.

The XML of Office files is parsed without entities: a part that declares any is refused.
"""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from weakref import finalize
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from gkllm.errors import DocumentTooLarge, UnsupportedFormat

SIGNATURE = b"PK\x03\x04"
MAX_PART = 20_000_000
"""Bytes that one part may unpack to; a report's text is a tenth of it."""
_MAX_RATIO = 400
"""Deflate reaches 1032 on zeros; the XML of a table of a thousand blank cells is at 60."""
_SMALL = 1_000_000
"""Bytes under which a part may be packed as tightly as it likes."""
_MAX_DIRECTORY = 2_000_000
"""Bytes of a container's directory: some 20,000 entries."""
_END = b"PK\x05\x06"
_END_SIZE = 22
_END_SEARCHED = _END_SIZE + 0xFFFF
"""The record of the container's end, and the longest comment that may follow it."""
_UTF8_NAME = 0x800


def open_container(content: bytes | BinaryIO, name: str) -> zipfile.ZipFile:
    """The container in these bytes, or in a file that can seek; called `name` in errors.

    Raises:
        DocumentTooLarge: it lists more entries than any collection of reports.
        UnsupportedFormat: it is damaged.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _END_SEARCHED))
    tail = stream.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise UnsupportedFormat("{name}: the zip container is cut off or damaged", name=name)
    (directory,) = struct.unpack_from("<L", tail, end + 12)
    if directory > _MAX_DIRECTORY:
        raise DocumentTooLarge("{name}: the zip container has more entries than gkllm opens", name=name)
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnsupportedFormat("{name}: the zip container is damaged", name=name) from error


@lru_cache(maxsize=1)
def archive_of(path: Path | None, content: bytes | None, _state: tuple[int, int] | None) -> zipfile.ZipFile:
    """An archive whose entries are read one after another: its directory is not read again for each.

    `_state` is the file's time and size, so that one that has changed is another.

    Raises: as `open_container` does, and OSError.
    """
    stream = io.BytesIO(content or b"") if path is None else path.open("rb")
    try:
        container = open_container(stream, str(path or "archive"))
    except BaseException:
        stream.close()
        raise
    finalize(container, stream.close)
    return container


def read_part(container: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, limit: int = MAX_PART) -> bytes:
    """The bytes of one entry, called `name` in errors.

    Raises:
        DocumentTooLarge: it unpacks to more than `limit`, or is packed as only a zip bomb is.
        UnsupportedFormat: it is encrypted, damaged or packed in a way that is not known.
    """
    packed = max(1, entry.compress_size)
    if entry.file_size > limit or (entry.file_size > _SMALL and entry.file_size > _MAX_RATIO * packed):
        raise DocumentTooLarge(
            "{name}: unpacks to {file_size} bytes, which no report does", name=name, file_size=entry.file_size
        )
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # The others take as much memory as the file asks for.
        raise UnsupportedFormat("{name}: it is packed in a way that is not known", name=name)
    try:
        with container.open(entry) as stream:
            content = stream.read(limit + 1)
    except RuntimeError as error:
        raise UnsupportedFormat("{name}: it is encrypted", name=name) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error) as error:
        raise UnsupportedFormat("{name}: it is damaged and cannot be unpacked", name=name) from error
    if len(content) > limit:
        raise DocumentTooLarge(
            "{name}: unpacks to more than {limit} bytes, which no report does", name=name, limit=limit
        )
    return content


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; without the mark of UTF-8 it is in the encoding of a Chinese Windows, or in UTF-8."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


class _Declared(Exception):
    """A document type is declared, and with it perhaps entities."""


class _Builder(TreeBuilder):
    def doctype(self, *_declaration: str | None) -> None:
        raise _Declared


def parse_xml(content: bytes, name: str) -> Element:
    """The root element. Every element's tag is its name without a namespace.

    Those of the transitional and the strict format differ, and names are the same in all.

    Raises:
        UnsupportedFormat: it is not well-formed, or declares a document type, which no Office file does.
    """
    # Entities need a document type, which the builder refuses; expat never fetches anything by itself.
    parser = XMLParser(target=_Builder())  # noqa: S314
    try:
        parser.feed(content)
        root = parser.close()
    except _Declared as error:
        raise UnsupportedFormat(
            "{name}: its XML declares entities, which no Office file does", name=name
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnsupportedFormat("{name}: its XML is damaged", name=name) from error
    assert isinstance(root, Element)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def parts_of(element: Element | None, kind: str) -> Iterator[Element]:
    """The element's children of a kind."""
    return iter(element.findall(kind) if element is not None else ())


def part_of(element: Element | None, *kinds: str) -> Element | None:
    """The element's first child of one of the kinds; null where there is none."""
    for child in element if element is not None else ():
        if child.tag in kinds:
            return child
    return None


def attribute_of(element: Element, name: str) -> str | None:
    """An attribute's value, whatever its namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def value_of(element: Element) -> str | None:
    """The attribute that most elements of Word keep their value in."""
    return attribute_of(element, "val")
