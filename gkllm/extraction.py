"""Sources become outcomes: opened, taken apart into reports, each put through the pipeline, several at once."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace

from gkllm.ahead import Ahead, Opened, Worker, opened
from gkllm.documents.document import Document
from gkllm.documents.source import Source
from gkllm.errors import (
    ConfigurationError,
    GkllmError,
    ModelNotConfigured,
    NoTablesFound,
    SeveralReports,
    as_failure,
)
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import Form, Forms, load_forms
from gkllm.language import said
from gkllm.llm import AnswerCache, Budget, LanguageModel, Limits, Price, Recording
from gkllm.pipeline import Asking, Pipeline
from gkllm.prompts import load_prompt
from gkllm.prose.llm_claims import ProseReader
from gkllm.reading.designs import table_prompts
from gkllm.reading.llm_reader import Exchange, ModelReader
from gkllm.reading.particulars import read_particulars
from gkllm.report import PartInfo, Report
from gkllm.settings import Settings, Spending
from gkllm.wording import sentence


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result of a source: a report, or the reason why there is none; and what was said to the model.

    `siblings` is how many results the source has, this one included. `text` is the document's, which spans index;
    where there is no report, it is what the document says outside of other reports and of a page's menus.
    """

    source: str
    report: Report | None = field(repr=False)
    failure: GkllmError | None
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    text: str | None = field(default=None, repr=False)
    siblings: int = 1

    @property
    def unanswered(self) -> bool:
        """Whether a model was asked about the report and gave no usable answer: it is the rules' reading."""
        if self.report is None or not self.exchanges or any(each.error is None for each in self.exchanges):
            return False
        return not any("model" in cell.readers for cell in self.report.cells)


class Extractor:
    """Turns documents into reports; built once, used for any number of them.

    With a `recording` the model's answers are taken from it and added to it, instead of the cache. `forms` are those
    that the settings name, if null.

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
        forms: Forms | None = None,
    ) -> None:
        self._settings = settings
        self.forms = forms or load_forms(settings.rules, settings.form)
        self._model: LanguageModel | None = None
        asking: Asking | None = None
        if settings.prompt != Settings().prompt:
            # Where no model is asked, a name that is none would go unnoticed.
            load_prompt(settings.prompt)
        if settings.model is None:
            if settings.reader in ("model", "both"):
                raise ModelNotConfigured(
                    "the reader {reader!r} needs a language model and none is named", reader=settings.reader
                )
        elif settings.reader != "rules":
            cache = AnswerCache(settings.cache_dir) if settings.cache_dir else None
            self._model = LanguageModel(
                settings.model, concurrency=settings.concurrency, cache=cache, recording=recording
            )
            prompts = table_prompts(settings.prompt, whole_tables=settings.reader != "auto")
            asking = Asking(
                ModelReader(self._model, settings.model.name, prompts, settings.sample),
                ProseReader(self._model, load_prompt(settings.prose_prompt), settings.sample),
                _run_budget(settings.spending),
            )
        self._worker = Worker(threaded=self._model is not None)
        self._pipeline = Pipeline(settings, asking, self._worker)
        self._ahead = Ahead(settings) if self._model is not None and forms is None else None
        self._begun = 0

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
                "{name}: holds {count} reports; extract_many gives each of them",
                name=source.name,
                count=len(outcomes),
            )
        if outcomes[0].report is None:
            raise outcomes[0].failure or NoTablesFound(source.name)
        return outcomes[0].report

    async def read(self, document: Document) -> Report:
        """The report in a document that was opened already and holds no other.

        Raises:
            NoTablesFound: it prints none of the form's tables.
        """
        report, _ = await self._pipeline.report(Opened(document), self.forms)
        return report

    async def extract_all(self, sources: Iterable[Source]) -> AsyncIterator[Outcome]:
        """The outcomes of every source, as they complete, those of one source together and in its order.

        A source that fails costs the others nothing. With a model, twice as many sources are begun as questions may be
        under way: one that is being computed asks nothing.
        """
        remaining = iter(sources)
        limit = 2 * self._settings.concurrency if self._model else 1
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
                if not task.cancel():
                    # Interrupted within: asyncio complains of an exception that nobody looks at.
                    task.exception()

    async def aclose(self) -> None:
        """Close the model's connections."""
        self._worker.close()
        if self._ahead is not None:
            self._ahead.close()
        if self._model is not None:
            await self._model.aclose()

    async def _outcomes(self, source: Source) -> tuple[Outcome, ...]:
        """Every report of the source and of what is attached to it."""
        found = await self._own_outcomes(source)
        if source.attachment is not None:
            attached = await self._own_outcomes(source.attachment)
            try:
                found = _joined(found, attached, self.forms)
            except Exception as error:
                found = [*found, Outcome(source.name, None, as_failure(error, source.attachment.name))]
        return tuple(replace(outcome, source=source.name, siblings=len(found)) for outcome in found)

    async def _own_outcomes(self, source: Source) -> list[Outcome]:
        try:
            documents = await self._opened(source)
        except Exception as error:
            return [Outcome(source.name, None, as_failure(error, source.name))]
        found: list[Outcome] = []
        for number, one in enumerate(documents, 1):
            document = one.document
            part = PartInfo(number=number, of=len(documents)) if len(documents) > 1 else None
            try:
                report, exchanges = await self._pipeline.report(one, self.forms, part)
            except Exception as error:
                failure = as_failure(error, document.name)
                found.append(Outcome(document.name, None, failure, text=document.own_text))
            else:
                found.append(Outcome(document.name, report, None, exchanges, document.text))
        return found

    async def _opened(self, source: Source) -> list[Opened]:
        """The source's documents. A few are read sooner than a process starts; many are read ahead by processes."""
        self._begun += 1
        if self._ahead is not None and self._begun > self._settings.concurrency:
            return await self._ahead.opened(source, self.forms)
        return await self._worker.run(opened, source, self.forms)


def _run_budget(most: Spending) -> Budget:
    """What the whole run may spend.

    Raises ConfigurationError where money is limited and no price is known.
    """
    price = None
    if most.prompt_price is not None and most.completion_price is not None:
        price = Price(most.prompt_price, most.completion_price)
    elif most.max_cost is not None:
        raise ConfigurationError(
            "max_cost needs prompt_price and completion_price, for a million tokens each"
        )
    limits = Limits(most.max_tokens_per_run, most.max_seconds_per_run, most.max_cost)
    return Budget(said("the run"), limits, price)


def _joined(body: list[Outcome], attached: list[Outcome], forms: Forms) -> list[Outcome]:
    """The results of a page and of the file attached to it.

    Where the tables stand in the attached file alone, it is the report, and what it does not say of itself is
    taken from the page.
    """
    page = body[0]
    tables_elsewhere = len(body) == 1 and isinstance(page.failure, NoTablesFound)
    if not tables_elsewhere or not any(outcome.report for outcome in attached):
        return [*body, *attached]
    doubt = Doubt.of(DoubtKind.TABLES_ATTACHED, page=page.source, file=attached[0].source)
    return [
        replace(
            outcome, report=_introduced(outcome.report, forms[outcome.report.form], page.text or "", doubt)
        )
        if outcome.report
        else outcome
        for outcome in attached
    ]


def _introduced(report: Report, form: Form, text: str, doubt: Doubt) -> Report:
    """The report with what only the page says of it; a file of several reports says it for each itself."""
    particulars = report.report
    if report.source.part is None:
        said = read_particulars(text, form)
        missing = {key: value for key, value in said if getattr(particulars, key) is None}
        particulars = particulars.model_copy(update=missing)
    return report.model_copy(
        update={
            "report": particulars,
            "doubts": (*report.doubts, doubt),
            "warnings": (*report.warnings, sentence(doubt, report.language)),
        }
    )
