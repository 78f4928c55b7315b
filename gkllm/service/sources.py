"""The documents that reports were read from: their bytes, their text, and their pages' pictures."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeVar

from gkllm.confined import Child
from gkllm.documents.document import Document
from gkllm.documents.formats import open_document
from gkllm.documents.source import Source
from gkllm.errors import GkllmError, LimitExceeded
from gkllm.form import load_forms
from gkllm.reading.several import reports_in
from gkllm.report import Report
from gkllm.review.source_lines import PrintedLine, printed_lines, stored_lines
from gkllm.service.answers import parts_of
from gkllm.service.answers.reports import DocumentInfo, PageSize, PieceInfo
from gkllm.service.desk import Desk
from gkllm.service.problems import Problem
from gkllm.service.uploads import PLACE
from gkllm.settings import Settings
from gkllm.show.pictures import PagePicture, is_paged, page_pictures
from gkllm.store import FileKey
from gkllm.store.catalogue import Catalogue

_SECONDS: Final = 60
_MEMORY: Final = 2_000_000_000
_TEXTS_KEPT: Final = 32
_PICTURED_KEPT: Final = 4
"""Documents whose pages are kept drawn; one has up to 60 pages of some hundred kilobytes."""

T = TypeVar("T")


class Kept(Generic[T]):
    """The last few things that took a while to make."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        """What is kept under the key, made now if it is not; one is made at a time."""
        with self._lock:
            if key not in self._found:
                self._found[key] = make()
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
            self._found.move_to_end(key)
            return self._found[key]


class Sources:
    """Shows documents. They are opened and drawn in processes of their own, which a document may bring down."""

    def __init__(self, settings: Settings, catalogue: Catalogue, desk: Desk) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._desk = desk
        self._child = Child(seconds=_SECONDS, memory=_MEMORY, patience=_SECONDS)
        self._texts = Kept[Document | None](_TEXTS_KEPT)
        self._pictures = Kept[list[PagePicture]](_PICTURED_KEPT)

    def close(self) -> None:
        """End the process that opens documents."""
        self._child.end()

    def content(self, ref: str) -> bytes | None:
        """The bytes that a report was read from; null where they are gone.

        Raises:
            Problem: there is no such report.
        """
        sha256, part = self._parts(ref)
        key = self._catalogue.document_of(sha256, part)
        if key is None:
            raise Problem(404, "there is no report {ref}", ref=ref)
        if key.sha256 != sha256:
            # The tables stood in a file beside the page that names it.
            key = self._catalogue.document_at(PLACE + sha256) or key
        content = key.content if key.content is not None else self._from_disk(ref, key)
        return content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None

    def _from_disk(self, ref: str, key: FileKey) -> bytes | None:
        """A file of the machine, named by whoever filled the store there; what clients hand over has no path."""
        if key.path.startswith(PLACE):
            return None
        for place in dict.fromkeys((Path(key.path), Path(self.report(ref).source.file))):
            try:
                if place.is_file():
                    return Source(str(place), place).load()
            except (GkllmError, OSError, ValueError):
                continue
        return None

    def opened(self, ref: str) -> Document | None:
        """The document of a report, taken apart as for reading; null where it is gone."""
        return self._texts.get(ref, lambda: self._open(ref))

    def _open(self, ref: str) -> Document | None:
        content = self.content(ref)
        if content is None:
            return None
        report = self.report(ref)
        places = (self._settings.rules, self._settings.form)
        number = report.source.part.number if report.source.part else 1
        try:
            return self._child.call(_opened, content, report.source.file, number, places)
        except LimitExceeded as limit:
            raise Problem(422, "showing this document takes {limit}", limit=limit) from limit

    def pictures(self, ref: str) -> list[PagePicture]:
        """The pages of a report's document; none where it has no pages, or is gone."""
        return self._pictures.get(self._parts(ref)[0], lambda: self._draw(ref))

    def _draw(self, ref: str) -> list[PagePicture]:
        content, source = self.content(ref), self.report(ref).source
        try:
            return [] if content is None else page_pictures(content, source.media_type, source.file)
        except LimitExceeded as limit:
            raise Problem(422, "showing this document takes {limit}", limit=limit) from limit

    def described(self, ref: str) -> DocumentInfo:
        """A document as it is shown."""
        report = self.report(ref)
        name, media_type = report.source.name, report.source.media_type
        if is_paged(media_type):
            pages = self.pictures(ref)
            if pages:
                sizes = tuple(PageSize(number=p.number, width=p.width, height=p.height) for p in pages)
                return DocumentInfo(
                    kind="pages", name=name, media_type=media_type, available=True, pages=sizes
                )
        document = None if is_paged(media_type) else self.opened(ref)
        if document is None:
            form = self._desk.form(report)
            stored = [line for table in report.tables for line in stored_lines(report, form, table)]
            return DocumentInfo(
                kind="text", name=name, media_type=media_type, available=False, lines=_lines(stored)
            )
        return DocumentInfo(
            kind="text",
            name=name,
            media_type=media_type,
            available=True,
            text=document.text,
            part=document.part,
            lines=_lines(printed_lines(document)),
        )

    def name(self, ref: str) -> str:
        """What a report's document is called."""
        return self.report(ref).source.file

    def report(self, ref: str) -> Report:
        """A report as it was extracted."""
        with self._desk.reviewing(ref) as one:
            return one.original

    def _parts(self, ref: str) -> tuple[str, int | None]:
        parts = parts_of(ref)
        if parts is None:
            raise Problem(404, "there is no report {ref}", ref=ref)
        return parts


def _opened(content: bytes, name: str, number: int, places: tuple[Path | None, Path | None]) -> Document:
    """Within a process of its own: the Nth report's document."""
    documents = reports_in(open_document(content, name), _forms(*places))
    return documents[min(number, len(documents)) - 1]


_forms = cache(load_forms)


def _lines(lines: list[PrintedLine]) -> tuple[tuple[PieceInfo, ...], ...]:
    return tuple(
        tuple(PieceInfo(text=p.text, start=p.start, end=p.end, cell=p.cell) for p in line) for line in lines
    )
