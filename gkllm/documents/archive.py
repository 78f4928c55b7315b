"""Archives of documents: which of their files are read."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from gkllm.documents.formats import SUFFIXES
from gkllm.documents.zipped import entry_name
from gkllm.errors import DocumentError, DocumentTooLarge

ARCHIVE_SUFFIX = ".zip"
_MAX_UNPACKED = 4_000_000_000
"""Bytes that all members together may unpack to; more is a zip bomb of many small files."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its path there as text, and the entry it is."""

    path: str
    entry: zipfile.ZipInfo


def is_archive(container: zipfile.ZipFile) -> bool:
    """Whether the container is an archive of files, not an Office file."""
    names = set(container.namelist())
    return "[Content_Types].xml" not in names and "mimetype" not in names


def members(container: zipfile.ZipFile, name: str) -> Iterator[Member]:
    """The archive's files with a suffix of a known format, or of an archive, sorted by path, hidden ones left out.

    Raises:
        DocumentTooLarge: its files unpack to more than any collection of reports.
        DocumentError: it has no such file.
    """
    found = {entry_name(entry): entry for entry in container.infolist() if not entry.is_dir()}
    if sum(entry.file_size for entry in found.values()) > _MAX_UNPACKED:
        most = _MAX_UNPACKED // 1_000_000_000
        raise DocumentTooLarge("{name}: unpacks to more than {most} GB", name=name, most=most)
    paths = [path for path in sorted(found) if _is_wanted(path)]
    if not paths:
        raise DocumentError("{name}: no file of a known format in this archive", name=name)
    for path in paths:
        yield Member(path, found[path])


def _is_wanted(path: str) -> bool:
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith((".", "__MACOSX", "~$")) for part in parts)
    return not hidden and path.lower().endswith((*SUFFIXES, ARCHIVE_SUFFIX))
