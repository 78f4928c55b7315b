"""Computing beside waiting: what a document needs of the processor does not hold up what waits for a model.

A thread computes beside the event loop, and processes read documents ahead.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from gkllm.documents.document import Document
from gkllm.documents.formats import open_document
from gkllm.documents.source import Source
from gkllm.form import Forms, load_forms
from gkllm.reading.placed import TableReading
from gkllm.reading.recognition import Recognised, recognise
from gkllm.reading.several import reports_in
from gkllm.reading.table_lines import TableLine
from gkllm.settings import Settings
from gkllm.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """One thread that computes, made with the first work; without `threaded` the work is done where it is asked for.

    One thread only: PDFium must never be entered by two, and Python runs but one at a time anyway.
    """

    def __init__(self, *, threaded: bool) -> None:
        self._threaded = threaded
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """What the work gives or raises, while the event loop goes on."""
        if not self._threaded:
            return work(*args, **options)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="gkllm-document")
        return await asyncio.wrap_future(self._pool.submit(work, *args, **options))

    def close(self) -> None:
        """Begin no more work; what is under way is left to end by itself."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


_LEAST: Final = 2
"""Processes at least: of some hundred documents one needs the solver for seconds, and others are read meanwhile."""
_MOST: Final = 4
"""Processes at most: one reads 25 to 50 documents a second, of which an endpoint is asked about some."""
_SECONDS: Final = 600
_MEMORY: Final = 2_000_000_000
"""What a document may take, as in a batch."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and what the rules read of it; null where that is still to be done."""

    document: Document
    found: Recognised | None = None


def opened(source: Source, forms: Forms) -> list[Opened]:
    """The documents in a source, one a report.

    Raises:
        DocumentError: the source cannot be read.
    """
    return [Opened(each) for each in reports_in(open_document(source.load(), source.name), forms)]


class Ahead:
    """Processes that open sources and read their documents by rules; they start with the first source."""

    def __init__(self, settings: Settings) -> None:
        self._data = settings.rules, settings.form
        self._workers: Workers[_Task, list[_Sent]] | None = None

    async def opened(self, source: Source, forms: Forms) -> list[Opened]:
        """The documents in a source, read. `forms` are those of the settings.

        Raises:
            DocumentError: the source cannot be read.
            LimitExceeded: it takes more time or memory than a document may.
        """
        if self._workers is None:
            count = min(_MOST, max(_LEAST, (os.cpu_count() or 1) - 1))
            self._workers = Workers(_read, count, seconds=_SECONDS, memory=_MEMORY, patience=_SECONDS)
        sent = await asyncio.wrap_future(self._workers.submit((*self._data, source)))
        return [Opened(document, found.on(forms) if found else None) for document, found in sent]

    def close(self) -> None:
        """End the processes."""
        workers, self._workers = self._workers, None
        if workers is not None:
            workers.close()


@dataclass(frozen=True, slots=True)
class _Found:
    """What was recognised, without the form, which every process has."""

    document: Document
    form: str
    lines: Sequence[TableLine]
    readings: Mapping[str, TableReading]

    def on(self, forms: Forms) -> Recognised:
        """The same on the form of this process."""
        form = forms[self.form]
        tables = {
            name: replace(reading, table=form.table(name, reading.table.edition))
            for name, reading in self.readings.items()
        }
        return Recognised(self.document, form, self.lines, tables)


_Task = tuple[Path | None, Path | None, Source]
_Sent = tuple[Document, _Found | None]
_forms = cache(load_forms)


def _read(task: _Task) -> list[_Sent]:
    rules, form, source = task
    forms = _forms(rules, form)
    return [(each.document, _recognised(each.document, forms)) for each in opened(source, forms)]


def _recognised(document: Document, forms: Forms) -> _Found | None:
    """Null where that fails: whoever does it again is told why, of this document alone."""
    try:
        found = recognise(document, forms)
    except Exception:
        return None
    return _Found(found.document, found.form.id, found.lines, found.readings)
