"""The pipeline, and the only place that wires it: open, read, interpret, ask a model where needed, report."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gkllm.assembly import report_cells, report_violations
from gkllm.confidence import review_threshold
from gkllm.documents.document import Document
from gkllm.documents.opening import open_document
from gkllm.documents.source import Source
from gkllm.errors import GkllmError, ModelNotConfigured, NoTablesFound
from gkllm.interpretation import Interpretation, interpret
from gkllm.llm import AnswerCache, LanguageModel, Recording
from gkllm.open_rows import open_rows
from gkllm.prompts import load_prompt
from gkllm.reading.grounding import merge_views
from gkllm.reading.lines import TableLine, table_lines
from gkllm.reading.model import Exchange, ModelReader, ModelReading
from gkllm.reading.particulars import read_particulars
from gkllm.reading.placed import ABSENT, TableReading
from gkllm.reading.rules import read_by_rules
from gkllm.report import Report, SourceInfo, TableInfo, Usage
from gkllm.settings import Settings

_UNDER_WAY = 8
"""Documents begun at once for each question allowed under way: while one waits for the model, others are read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One source's result: a report, or the reason why there is none; and what was said to the model."""

    source: str
    report: Report | None
    failure: GkllmError | None
    exchanges: tuple[Exchange, ...] = ()


class Extractor:
    """Turns documents into reports; built once, used for any number of them.

    With a `recording` the model's answers are taken from it and added to it, instead of the cache.

    Raises:
        ModelNotConfigured: the reader needs a model and the settings name none.
        PromptError: the prompt cannot be loaded.
        ConfigurationError: the model's settings cannot be used.
    """

    def __init__(
        self,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        recording: Recording | None = None,
    ) -> None:
        self._settings = settings
        self._model: LanguageModel | None = None
        self._reader: ModelReader | None = None
        if settings.model is None:
            if settings.reader in ("model", "both"):
                raise ModelNotConfigured(
                    f"the reader {settings.reader!r} needs a language model and none is named"
                )
        elif settings.reader != "rules":
            cache = AnswerCache(settings.cache_dir) if settings.cache_dir else None
            self._model = LanguageModel(
                settings.model, concurrency=settings.concurrency, cache=cache, recording=recording
            )
            prompt = load_prompt(settings.prompt)
            self._reader = ModelReader(self._model, settings.model.name, prompt, settings.sample)

    async def extract(self, source: Source) -> Report:
        """The report in one source.

        Raises:
            DocumentError: the source cannot be read.
            NoTablesFound: it prints none of the form's tables.
        """
        report, _ = await self._extract(source)
        return report

    async def extract_all(self, sources: Iterable[Source]) -> AsyncIterator[Outcome]:
        """An outcome for every source, as they complete; a source that fails costs the others nothing."""
        remaining = iter(sources)
        limit = self._settings.concurrency * _UNDER_WAY if self._reader else 1
        pending: set[asyncio.Task[Outcome]] = set()
        try:
            while True:
                for source in remaining:
                    pending.add(asyncio.ensure_future(self._outcome(source)))
                    if len(pending) >= limit:
                        break
                if not pending:
                    return
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in pending:
                task.cancel()

    async def aclose(self) -> None:
        """Close the model's connections."""
        if self._model is not None:
            await self._model.aclose()

    async def _outcome(self, source: Source) -> Outcome:
        try:
            report, exchanges = await self._extract(source)
        except GkllmError as error:
            return Outcome(source.name, None, error)
        return Outcome(source.name, report, None, exchanges)

    async def _extract(self, source: Source) -> tuple[Report, tuple[Exchange, ...]]:
        document = open_document(source.load(), source.name)
        lines = table_lines(document)
        readings = read_by_rules(lines)
        interpretation = interpret(readings)
        asked = ModelReading()
        if self._reader is not None:
            asked = await self._ask(self._reader, document, lines, interpretation)
            if asked.exchanges:
                interpretation = interpret(self._reconciled(readings, asked))
        if not any(reading.found for reading in interpretation.readings.values()):
            raise NoTablesFound(f"{document.name}: none of the form's tables found")
        return self._report(document, interpretation, asked), tuple(asked.exchanges)

    async def _ask(
        self,
        reader: ModelReader,
        document: Document,
        lines: Sequence[TableLine],
        interpretation: Interpretation,
    ) -> ModelReading:
        if self._settings.reader == "auto":
            wanted = open_rows(interpretation) if _is_report(document, interpretation) else {}
        else:
            wanted = {table_id: reading.table.rows for table_id, reading in interpretation.readings.items()}
        return await reader.read(document, lines, interpretation.readings, wanted)

    def _reconciled(
        self, readings: Mapping[str, TableReading], asked: ModelReading
    ) -> dict[str, TableReading]:
        """The readers' cells as one; the rules' own where the model gave none at all."""
        merged: dict[str, TableReading] = {}
        for table_id, reading in readings.items():
            model = {cell: placed for cell, placed in asked.cells.items() if cell in reading.cells}
            found = reading.found or any(placed.span for placed in model.values())
            if not found:
                merged[table_id] = reading
            elif self._settings.reader == "model" and model:
                cells = {cell: model.get(cell, ABSENT) for cell in reading.cells}
                merged[table_id] = replace(reading, found=any(p.span for p in model.values()), cells=cells)
            else:
                merged[table_id] = replace(reading, found=True, cells=merge_views(reading.cells, model))
        return merged

    def _report(self, document: Document, interpretation: Interpretation, asked: ModelReading) -> Report:
        warnings = [w for reading in interpretation.readings.values() for w in reading.warnings]
        model = self._settings.model
        return Report(
            source=SourceInfo(
                name=document.name,
                media_type=document.media_type,
                sha256=document.sha256,
                encoding=document.encoding,
            ),
            report=read_particulars(document.text),
            tables={
                table_id: TableInfo(found=reading.found, edition=reading.table.edition)
                for table_id, reading in interpretation.readings.items()
            },
            cells=tuple(report_cells(interpretation, review_threshold(self._settings.review_risk))),
            violations=report_violations(interpretation),
            usage=Usage(
                model=model.name if model and self._reader else None,
                calls=asked.usage.calls,
                failed_calls=asked.usage.failed_calls,
                cached_answers=asked.usage.cached_answers,
                prompt_tokens=asked.usage.prompt_tokens,
                completion_tokens=asked.usage.completion_tokens,
            ),
            warnings=(*document.warnings, *warnings, *asked.warnings),
        )


def _is_report(document: Document, interpretation: Interpretation) -> bool:
    """Whether the document speaks of information disclosure at all: no token is spent on one that does not."""
    return any(reading.found for reading in interpretation.readings.values()) or "信息公开" in document.text


def extract(path: str | Path, settings: Settings = Settings()) -> Report:  # noqa: B008 - frozen
    """The report in one file."""
    return _run(Source(str(path), Path(path)), settings)


def extract_text(text: str, name: str, settings: Settings = Settings()) -> Report:  # noqa: B008 - frozen
    """The report in a text."""
    return _run(Source(name, None, text.encode()), settings)


def _run(source: Source, settings: Settings) -> Report:
    async def run() -> Report:
        extractor = Extractor(settings)
        try:
            return await extractor.extract(source)
        finally:
            await extractor.aclose()

    return asyncio.run(run())
