"""What a client hands over, made into documents: nothing that it calls them reaches the file system."""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from gkllm.documents.source import MAX_BYTES, Refused, Source, within
from gkllm.documents.zipped import SIGNATURE, archive_of
from gkllm.errors import GkllmError
from gkllm.service.configuration import Bounds
from gkllm.service.problems import Problem
from gkllm.store import FileKey

PLACE: Final = "upload:"
"""What stands before the hash of bytes that were handed over, where a file of the machine has its path."""
_LONGEST_NAME: Final = 200
_SNIFFED: Final = len(SIGNATURE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a client hands it over."""

    name: str
    stream: BinaryIO
    size: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that was handed over: how the store knows it, and what to read."""

    key: FileKey
    source: Source | Refused
    attachment: FileKey | None = None


def take(uploads: Sequence[Upload], bounds: Bounds) -> list[Taken]:
    """The documents in files, those in archives each by itself.

    Raises:
        Problem: there are too many, or they are too large.
    """
    found: list[Taken] = []
    unpacked = 0
    for upload in uploads:
        for taken in _documents(upload, bounds):
            unpacked += taken.key.size or 0
            if unpacked > bounds.unpacked_bytes:
                most = bounds.unpacked_bytes // 1_000_000
                raise Problem(413, "what is sent at once may unpack to {most} MB", most=most)
            found.append(taken)
            if len(found) > bounds.files:
                raise Problem(413, "no more than {most} files may be sent at once", most=bounds.files)
    return found


def _documents(upload: Upload, bounds: Bounds) -> Iterator[Taken]:
    name = shown_name(upload.name)
    upload.stream.seek(0)
    beginning = upload.stream.read(_SNIFFED)
    upload.stream.seek(0)
    # An archive's files are bounded one by one.
    if upload.size > bounds.file_bytes and beginning != SIGNATURE:
        most = min(bounds.file_bytes, MAX_BYTES) // 1_000_000
        raise Problem(413, "{name}: larger than {most} MB, which no report is", name=name, most=most)
    try:
        for source in within(name, upload.stream.read()):
            yield _taken(source)
    finally:
        # It would be kept for entries that are still to be read.
        archive_of.cache_clear()


def _taken(source: Source | Refused) -> Taken:
    if isinstance(source, Refused):
        return _refused(source.name, source.error)
    try:
        content = source.load()
        attached = source.attachment.load() if source.attachment else None
    except GkllmError as error:
        return _refused(source.name, error)
    name = shown_name(source.name)
    if attached is None or source.attachment is None:
        return Taken(_key(name, content), Source(name, content=content))
    beside = shown_name(source.attachment.name)
    together = Source(name, content=content, attachment=Source(beside, content=attached))
    return Taken(_key(name, content, _hash(attached)), together, _key(beside, attached))


def _refused(name: str, error: GkllmError) -> Taken:
    # There are no bytes to know it by: it is refused each time it comes.
    key = FileKey(f"{PLACE}refused/{_hash(name.encode())}", "", name)
    return Taken(key, Refused(name, error))


def _key(name: str, content: bytes, attachment: str = "") -> FileKey:
    sha256 = _hash(content)
    path = f"{PLACE}{sha256}" + (f"+{attachment}" if attachment else "")
    return FileKey(path, sha256, name, attachment, len(content), content)


def kept_source(key: FileKey, attachment: FileKey | None) -> Source:
    """A document that was handed over earlier, from the bytes that the store keeps."""
    beside = Source(attachment.name, content=attachment.content) if attachment else None
    return Source(key.name, content=key.content, attachment=beside)


def shown_name(name: str) -> str:
    """A client's name for a file as it is kept and shown: no folder above it, no character that steers."""
    parts = [
        part
        for part in PurePosixPath(name.replace("\\", "/")).parts
        if part.strip("/") not in ("", "..", ".")
    ]
    plain = "".join(c for c in "/".join(parts) if unicodedata.category(c)[0] != "C" and c not in ':*?"<>|')
    return plain[-_LONGEST_NAME:].strip() or "document"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
