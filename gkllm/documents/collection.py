"""Files that come together: which of an archive's are read, and which of a folder's is attached to which page.

A file is attached to a page by its stem, or because the page links to it by name.
"""

import html
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

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


_PAGES = (".html", ".htm", ".shtml", ".mht", ".mhtml", ".txt", ".md")
_LINK = re.compile(rb"""(?:href|src)\s*=\s*["']?([^"'\s>]{1,500})""", re.IGNORECASE)


def attachments(names: Sequence[str], load: Callable[[str], bytes | None]) -> Mapping[str, str]:
    """For each page the one file that is attached to it, both by name; pages where that is not certain are left out.

    A file is attached where it alone shares the page's folder and stem, or where it is the only file of the folder
    that the page links to, and no other page does. `load` gives a page's bytes, null where they cannot be read.
    """
    pages = [name for name in names if name.lower().endswith(_PAGES)]
    known = set(pages)
    files = [name for name in names if name not in known]
    if not pages or not files:
        return {}
    found = _by_stem(names, known)
    taken = set(found.values())
    links = _by_link(
        [page for page in pages if page not in found], [name for name in files if name not in taken], load
    )
    return {**found, **links}


def _by_stem(names: Sequence[str], pages: set[str]) -> dict[str, str]:
    same: dict[str, list[str]] = defaultdict(list)
    for name in names:
        same[str(PurePosixPath(name).with_suffix(""))].append(name)
    found: dict[str, str] = {}
    for group in same.values():
        page = [name for name in group if name in pages]
        if len(group) == 2 and len(page) == 1:
            found[page[0]] = next(name for name in group if name != page[0])
    return found


def _by_link(
    pages: Sequence[str], files: Sequence[str], load: Callable[[str], bytes | None]
) -> dict[str, str]:
    linking: dict[str, list[str]] = defaultdict(list)
    targets: dict[str, set[str]] = {}
    known = set(files)
    for page in pages if files else ():
        folder = PurePosixPath(page).parent
        targets[page] = {str(folder / link) for link in _links(load(page) or b"")} & known
        for target in targets[page]:
            linking[target].append(page)
    return {
        page: target
        for page, found in targets.items()
        if len(found) == 1
        for target in found
        if len(linking[target]) == 1
    }


def _links(page: bytes) -> set[str]:
    """The relative paths a page links to, as the names of files."""
    found: set[str] = set()
    for match in _LINK.finditer(page):
        for encoding in ("utf-8", "gb18030"):
            link = (
                html.unescape(match[1].decode(encoding, errors="ignore")).partition("#")[0].partition("?")[0]
            )
            found |= {link.removeprefix("./"), unquote(link, errors="replace").removeprefix("./")}
    return {link for link in found if link and "\0" not in link}
