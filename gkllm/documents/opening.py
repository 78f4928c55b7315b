"""A file's bytes become a document, by the format that the bytes themselves show."""

from gkllm.documents.document import Document
from gkllm.documents.formats import FORMATS


def open_document(content: bytes, name: str) -> Document:
    """The document in a file's bytes. The format is told from the content first, and `name` decides in doubt.

    Raises:
        EmptyDocument: the file prints nothing.
        DocumentTooLarge: the file, or what it unpacks to, exceeds what a report can plausibly have.
        UnsupportedFormat: no format recognises the bytes, or they are damaged.
        MissingExtra: the format needs a library or a program that is not installed.
    """
    found = next(format_ for format_ in FORMATS if format_.recognise(content, name))
    return found.read(content, name)
