"""A file's bytes become a document, by the format that the bytes themselves show."""

from gkllm.confined import Child
from gkllm.documents.document import Document
from gkllm.documents.formats import FORMATS, FileFormat
from gkllm.errors import DocumentTooLarge, LimitExceeded

_READER = Child(seconds=8, memory=800_000_000)


def open_document(content: bytes, name: str) -> Document:
    """The document in a file's bytes. The format is told from the content first, and `name` decides in doubt.

    Raises:
        EmptyDocument: the file prints nothing.
        DocumentTooLarge: the file, or what it unpacks to, exceeds what a report can plausibly have.
        UnsupportedFormat: no format recognises the bytes, or they are damaged.
        MissingExtra: the format needs a library or a program that is not installed.
    """
    if not _format_of(content, name).confined:
        return read(content, name)
    try:
        return _READER.call(read, content, name)
    except LimitExceeded as error:
        raise DocumentTooLarge(f"{name}: reading it takes {error}") from error


def read(content: bytes, name: str) -> Document:
    """The same in this process, without limits of time and memory."""
    return _format_of(content, name).read(content, name)


def _format_of(content: bytes, name: str) -> FileFormat:
    return next(format_ for format_ in FORMATS if format_.recognise(content, name))
