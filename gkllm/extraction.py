"""The pipeline, and the only place that wires it: open, read, interpret, ask a model where needed, report."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gkllm.assembly import report_cells
from gkllm.confidence import review_threshold
from gkllm.documents.document import Document
from gkllm.documents.opening import open_document
from gkllm.documents.source import Source
from gkllm.errors import GkllmError, ModelNotConfigured, NoTablesFound, SeveralReports
from gkllm.form import load_rules, rules_with
from gkllm.interpretation import Interpretation, interpret
from gkllm.llm import AnswerCache, LanguageModel, Recording
from gkllm.open_cells import open_cells
from gkllm.prompts import load_prompt
from gkllm.prose.agreement import with_claims
from gkllm.prose.filling import filled_tables, is_filled
from gkllm.prose.model import ProseReader, merge_claims
from gkllm.prose.passages import sentences
from gkllm.prose.rules import claims_by_rules
from gkllm.reading.designs import table_prompts
from gkllm.reading.grounding import merge_views
from gkllm.reading.lines import TableLine, table_lines
from gkllm.reading.model import Exchange, ModelReader, ModelReading
from gkllm.reading.particulars import read_particulars
from gkllm.reading.placed import ABSENT, TableReading
from gkllm.reading.rules import read_by_rules
from gkllm.reading.several import reports_in
from gkllm.report import Claim, PartInfo, Report, ReportInfo, SourceInfo, TableInfo, Usage
from gkllm.settings import Settings

_UNDER_WAY = 8
"""Documents begun at once for each question allowed under way: while one waits for the model, others are read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result of a source: a report, or the reason why there is none; and what was said to the model.

    `siblings` is how many results the source has, this one included. `text` is the document's, which spans index;
    where there is no report, it is what the document says outside of other reports and of a page's menus.
    """

    source: str
    report: Report | None
    failure: GkllmError | None
    exchanges: tuple[Exchange, ...] = ()
    text: str | None = None
    siblings: int = 1


class Extractor:
    """Turns documents into reports; built once, used for any number of them.

    With a `recording` the model's answers are taken from it and added to it, instead of the cache.

    Raises:
        ModelNotConfigured: the reader needs a model and the settings name none.
        PromptError: the prompt cannot be loaded.
        RulesError: the file of edit rules cannot be used.
        ConfigurationError: the model's settings cannot be used.
    """

    def __init__(
        self,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        recording: Recording | None = None,
    ) -> None:
        self._settings = settings
        self.rules = rules_with(settings.rules) if settings.rules else load_rules()
        self._model: LanguageModel | None = None
        self._reader: ModelReader | None = None
        self._prose: ProseReader | None = None
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
            prompts = table_prompts(settings.prompt, whole_tables=settings.reader != "auto")
            self._reader = ModelReader(self._model, settings.model.name, prompts, settings.sample)
            self._prose = ProseReader(self._model, load_prompt(settings.prose_prompt), settings.sample)

    async def extract(self, source: Source) -> Report:
        """The report in one source.

        Raises:
            DocumentError: the source cannot be read.
            NoTablesFound: it prints none of the form's tables.
            SeveralReports: it holds more than one report.
        """
        outcomes = await self._outcomes(source)
        if len(outcomes) > 1:
            raise SeveralReports(
                f"{source.name}: holds {len(outcomes)} reports; extract_all gives each of them"
            )
        if outcomes[0].report is None:
            raise outcomes[0].failure or NoTablesFound(source.name)
        return outcomes[0].report

    async def read(self, document: Document) -> Report:
        """The report in a document that was opened already and holds no other.

        Raises:
            NoTablesFound: it prints none of the form's tables.
        """
        report, _ = await self._extract(document, None)
        return report

    async def extract_all(self, sources: Iterable[Source]) -> AsyncIterator[Outcome]:
        """The outcomes of every source, as they complete, those of one source together and in its order.

        A source that fails costs the others nothing.
        """
        remaining = iter(sources)
        limit = self._settings.concurrency * _UNDER_WAY if self._reader else 1
        pending: set[asyncio.Task[tuple[Outcome, ...]]] = set()
        try:
            while True:
                for source in remaining:
                    pending.add(asyncio.ensure_future(self._outcomes(source)))
                    if len(pending) >= limit:
                        break
                if not pending:
                    return
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    for outcome in task.result():
                        yield outcome
        finally:
            for task in pending:
                task.cancel()

    async def aclose(self) -> None:
        """Close the model's connections."""
        if self._model is not None:
            await self._model.aclose()

    async def _outcomes(self, source: Source) -> tuple[Outcome, ...]:
        """Every report of the source and of what is attached to it."""
        found = await self._own_outcomes(source)
        if source.attachment is not None:
            attached = await self._own_outcomes(source.attachment)
            found = _joined(found, attached)
        return tuple(replace(outcome, source=source.name, siblings=len(found)) for outcome in found)

    async def _own_outcomes(self, source: Source) -> list[Outcome]:
        try:
            documents = reports_in(open_document(source.load(), source.name))
        except GkllmError as error:
            return [Outcome(source.name, None, error)]
        found: list[Outcome] = []
        for number, document in enumerate(documents, 1):
            part = PartInfo(number=number, of=len(documents)) if len(documents) > 1 else None
            try:
                report, exchanges = await self._extract(document, part)
            except GkllmError as error:
                found.append(Outcome(document.name, None, error, text=document.own_text))
            else:
                found.append(Outcome(document.name, report, None, exchanges, document.text))
        return found

    async def _extract(
        self, document: Document, part: PartInfo | None
    ) -> tuple[Report, tuple[Exchange, ...]]:
        lines = table_lines(document)
        readings = read_by_rules(lines)
        interpretation = interpret(readings, self.rules)
        asked = ModelReading()
        if self._reader is not None:
            asked = await self._ask(self._reader, document, lines, interpretation)
            if asked.exchanges:
                interpretation = interpret(self._reconciled(readings, asked), self.rules)
        around = list(sentences(document, lines, readings.values()))
        about = read_particulars(document.own_text)
        tables = {table_id: reading.table for table_id, reading in interpretation.readings.items()}
        claims = claims_by_rules(document, around, about, tables)
        absent = [t for t, r in interpretation.readings.items() if not (r.found or readings[t].found)]
        if self._prose is not None and self._asks_prose(document, absent, claims):
            stated = await self._prose.read(document, around, about, tables, claims)
            claims = merge_claims(claims, stated.claims)
            asked.add(stated.asked)
        if absent:
            filled = filled_tables(document, interpretation.readings, absent, claims)
            interpretation = interpret(filled, self.rules)
        if not any(reading.found or is_filled(reading) for reading in interpretation.readings.values()):
            raise NoTablesFound(f"{document.name}: none of the form's tables found")
        report = with_claims(self._report(document, part, about, interpretation, asked), claims)
        return report, tuple(asked.exchanges)

    async def _ask(
        self,
        reader: ModelReader,
        document: Document,
        lines: Sequence[TableLine],
        interpretation: Interpretation,
    ) -> ModelReading:
        if self._settings.reader == "auto":
            wanted = open_cells(interpretation) if _is_report(document, interpretation) else {}
        else:
            wanted = {
                table_id: reading.table.cell_ids() for table_id, reading in interpretation.readings.items()
            }
        allowed = self._settings.tables
        asked = {table: cells for table, cells in wanted.items() if allowed is None or table in allowed}
        return await reader.read(document, lines, interpretation.readings, asked)

    def _asks_prose(self, document: Document, absent: Sequence[str], claims: Sequence[Claim]) -> bool:
        """In auto, only where a table is missing and the rules understood no sentence about it."""
        if self._settings.reader != "auto":
            return True
        spoken_of = {cell.split(".")[0] for claim in claims for cells in claim.readings for cell in cells}
        return "信息公开" in document.text and not spoken_of.issuperset(absent)

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

    def _report(
        self,
        document: Document,
        part: PartInfo | None,
        about: ReportInfo,
        interpretation: Interpretation,
        asked: ModelReading,
    ) -> Report:
        warnings = [w for reading in interpretation.readings.values() for w in reading.warnings]
        model = self._settings.model
        return Report(
            source=SourceInfo(
                name=document.name,
                media_type=document.media_type,
                sha256=document.sha256,
                encoding=document.encoding,
                part=part,
            ),
            report=about,
            tables={
                table_id: TableInfo(found=reading.found, edition=reading.table.edition)
                for table_id, reading in interpretation.readings.items()
            },
            cells=tuple(report_cells(interpretation, review_threshold(self._settings.review_risk))),
            violations=interpretation.findings.violations,
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


def _joined(body: list[Outcome], attached: list[Outcome]) -> list[Outcome]:
    """The results of a page and of the file attached to it.

    Where the tables stand in the attached file alone, it is the report, and what it does not say of itself is
    taken from the page.
    """
    page = body[0]
    tables_elsewhere = len(body) == 1 and isinstance(page.failure, NoTablesFound)
    if not tables_elsewhere or not any(outcome.report for outcome in attached):
        return [*body, *attached]
    warning = f"{page.source} has no tables: those of {attached[0].source} are given"
    return [
        replace(outcome, report=_introduced(outcome.report, page.text or "", warning))
        if outcome.report
        else outcome
        for outcome in attached
    ]


def _introduced(report: Report, text: str, warning: str) -> Report:
    """The report with what only the page says of it; a file of several reports says it for each itself."""
    particulars = report.report
    if report.source.part is None:
        said = read_particulars(text)
        missing = {key: value for key, value in said if getattr(particulars, key) is None}
        particulars = particulars.model_copy(update=missing)
    return report.model_copy(update={"report": particulars, "warnings": (*report.warnings, warning)})


def _is_report(document: Document, interpretation: Interpretation) -> bool:
    """Whether the document speaks of information disclosure at all: no token is spent on one that does not."""
    return (
        any(reading.found for reading in interpretation.readings.values()) or "信息公开" in document.own_text
    )


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
