"""gkllm from Python: one report, many, from a script or from a notebook whose loop is running."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from gkllm.documents.source import Refused, Source, discover
from gkllm.extraction import Extractor, Outcome
from gkllm.report import Report
from gkllm.settings import Settings

T = TypeVar("T")

Input = str | os.PathLike[str] | bytes | Source
"""A path, the bytes of a file, or a text: a string that has a line break, is longer than any path, or empty."""

_LONGEST_PATH: Final = 4096


def extract(document: Input, settings: Settings = Settings(), *, name: str | None = None) -> Report:  # noqa: B008 - frozen
    """The report in a document. `name` is what its source is called, the path if left out.

    Raises:
        DocumentError: it cannot be read.
        NoTablesFound: it prints none of a form's tables.
        SeveralReports: it holds more than one report; `extract_many` gives each.
        ConfigurationError: the settings cannot be used.
    """
    with _Loop() as loop:
        return loop.run(aextract(document, settings, name=name))


def extract_text(text: str, name: str, settings: Settings = Settings()) -> Report:  # noqa: B008 - frozen
    """The report in a text, however short it is; errors as those of `extract`."""
    return extract(Source(name, None, _encoded(text)), settings)


async def aextract(document: Input, settings: Settings = Settings(), *, name: str | None = None) -> Report:  # noqa: B008
    """`extract` for code that is asynchronous itself: it can be awaited."""
    extractor = Extractor(settings)
    try:
        return await extractor.extract(_source(document, name))
    finally:
        await extractor.aclose()


def extract_many(
    documents: str | os.PathLike[str] | Iterable[Input],
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> Iterator[Outcome]:
    """An outcome for every report of the documents as they are done: it holds the report, or why there is none.

    A folder or a zip archive stands for the documents in it. What befalls one document costs the others nothing.

    Raises:
        ConfigurationError: the settings cannot be used.
    """
    with _Loop() as loop:
        outcomes = _outcomes(documents, settings)
        try:
            while (outcome := loop.run(_next(outcomes))) is not None:
                yield outcome
        finally:
            loop.run(outcomes.aclose())


async def _outcomes(
    documents: str | os.PathLike[str] | Iterable[Input], settings: Settings
) -> AsyncGenerator[Outcome, None]:
    extractor = Extractor(settings)
    refused: list[Outcome] = []
    if isinstance(documents, str | os.PathLike):
        documents = [documents]
    try:
        async for outcome in extractor.extract_all(_found(documents, refused.append)):
            yield outcome
        for outcome in refused:
            yield outcome
    finally:
        await extractor.aclose()


async def _next(outcomes: AsyncIterator[Outcome]) -> Outcome | None:
    return await anext(outcomes, None)


def _found(documents: Iterable[Input], refuse: Callable[[Outcome], None]) -> Iterator[Source]:
    """The sources that stand in folders and archives, and all others as they are."""
    for document in documents:
        source = _source(document, None)
        if source.path is None or source is document:
            yield source
            continue
        for found in discover([str(source.path)]):
            if isinstance(found, Refused):
                refuse(Outcome(found.name, None, found.error))
            else:
                yield found


def _source(document: Input, name: str | None) -> Source:
    match document:
        case Source():
            return document
        case bytes():
            return Source(name or "bytes", None, document)
        case str() if not document or len(document.splitlines()) > 1 or len(document) > _LONGEST_PATH:
            return Source(name or "text", None, _encoded(document))
        case _:
            return Source(name or str(document), Path(document))


def _encoded(text: str) -> bytes:
    # Half of a surrogate pair can be in a text and in no file.
    return text.encode(errors="replace")


class _Loop:
    """An event loop on a thread of its own: it serves a caller that has no loop, and one whose loop is running, as a
    notebook's is. The language spoken by the caller is spoken there.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="gkllm-loop", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives or raises; interrupted, it is cancelled."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):
            self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
