"""One document becomes a report: the only place that wires reading, asking, interpreting and reporting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gkllm.ahead import Opened, Worker
from gkllm.confidence import review_threshold
from gkllm.documents.document import Document
from gkllm.errors import NoTablesFound
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Form, Forms, Table
from gkllm.interpretation import Interpretation, interpret
from gkllm.judge import judge
from gkllm.language import said
from gkllm.llm import Budget, Limits
from gkllm.prose.agreement import filled_tables, is_filled, with_claims
from gkllm.prose.llm_claims import ProseReader, merge_claims
from gkllm.prose.meanings import load_meanings
from gkllm.prose.passages import Sentence, passages, sentences
from gkllm.prose.rule_claims import claims_by_rules
from gkllm.prose.sections import sections_of
from gkllm.reading.answers import with_answers
from gkllm.reading.llm_reader import Exchange, ModelReader, ModelReading
from gkllm.reading.particulars import read_particulars
from gkllm.reading.placed import ABSENT, TableReading, unless_empty
from gkllm.reading.recognition import prints_a_whole_table, recognise
from gkllm.reading.table_lines import TableLine
from gkllm.report import Claim, PartInfo, Report, ReportInfo, Section, SourceInfo, TableInfo, Usage
from gkllm.settings import Settings
from gkllm.wording import sentence


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked: the reader of tables and that of sentences, and what the whole run may spend on them."""

    reader: ModelReader
    prose: ProseReader
    budget: Budget


class Pipeline:
    """What a document goes through. `asking` is null where no language model is to be asked."""

    def __init__(self, settings: Settings, asking: Asking | None, worker: Worker) -> None:
        self._settings = settings
        self._asking = asking
        self._worker = worker

    async def report(
        self, opened: Opened, forms: Forms, part: PartInfo | None = None
    ) -> tuple[Report, tuple[Exchange, ...]]:
        """The document's report, and what was said to the model. `part` says which of a file's reports it is.

        Raises:
            NoTablesFound: the document prints none of a form's tables, nor states their numbers in sentences; or it is
                of a year whose forms are not read.
        """
        compute = self._worker.run
        document = opened.document
        read = await compute(self._read, opened, forms)
        if self._asking is None:
            return await compute(self._finished, part, self._stated(read), ModelReading()), ()
        known = await compute(interpret, read.settled, read.form)
        budget = _report_budget(self._settings, self._asking.budget)
        asked = await self._ask(self._asking.reader, read, known, budget)
        if asked.exchanges:
            read = await compute(self._with_answers, read, asked)
        stated = await compute(self._stated, read)
        if self._asks_prose(stated):
            told = await self._asking.prose.read(
                document,
                stated.around,
                read.about,
                read.tables,
                stated.claims,
                load_meanings(read.form),
                budget,
            )
            stated = replace(stated, claims=merge_claims(stated.claims, told.claims))
            asked.add(told.asked)
        return await compute(self._finished, part, stated, asked, known), tuple(asked.exchanges)

    def _read(self, opened: Opened, forms: Forms) -> "_Read":
        found = opened.found or recognise(opened.document, forms)
        document, form, readings = found.document, found.form, found.readings
        about = read_particulars(document.own_text, form)
        if (unread := forms.unread(about.year)) and not prints_a_whole_table(readings):
            raise NoTablesFound(
                "{name}: a report for {year}: {unread}",
                name=document.name,
                year=about.year,
                unread=said(unread),
            )
        return _Read(document, form, about, found.lines, readings, _settled(readings))

    def _with_answers(self, read: "_Read", asked: ModelReading) -> "_Read":
        return replace(read, settled=_settled(self._reconciled(read, asked)))

    def _stated(self, read: "_Read") -> "_Stated":
        """What the rules understand of the sentences around the tables."""
        outside = passages(read.document, read.lines, read.readings.values())
        around = tuple(sentences(outside.paragraphs))
        return _Stated(
            read,
            absent=tuple(t for t, r in read.settled.items() if not (r.found or read.readings[t].found)),
            around=around,
            claims=claims_by_rules(read.document, around, read.about, read.tables, load_meanings(read.form)),
            sections=sections_of(read.document, outside, read.form, read.tables.values()),
        )

    def _finished(
        self,
        part: PartInfo | None,
        stated: "_Stated",
        asked: ModelReading,
        known: Interpretation | None = None,
    ) -> Report:
        """`known` is what was understood before a model was asked, null where none is."""
        read = stated.read
        document, form = read.document, read.form
        filled = filled_tables(document, read.settled, stated.absent, stated.claims, load_meanings(form))
        if not any(reading.found or is_filled(reading) for reading in filled.values()):
            raise NoTablesFound("{name}: none of the form's tables found", name=document.name)
        before = None if self._settings.reader == "model" else known
        interpretation = known if known and known.readings == filled else interpret(filled, form, before)
        report = self._report(document, form, part, read.about, interpretation, asked)
        return with_claims(report.model_copy(update={"sections": stated.sections}), form, stated.claims)

    async def _ask(
        self, reader: ModelReader, read: "_Read", interpretation: Interpretation, budget: Budget
    ) -> ModelReading:
        if self._settings.reader == "auto":
            wanted = (
                interpretation.open_cells() if _is_report(read.document, read.form, interpretation) else {}
            )
        else:
            wanted = {table_id: reading.table.cell_ids() for table_id, reading in read.settled.items()}
        allowed = self._settings.tables
        asked = {table: cells for table, cells in wanted.items() if allowed is None or table in allowed}
        return await reader.read(read.document, read.lines, read.settled, asked, budget)

    def _asks_prose(self, stated: "_Stated") -> bool:
        """In auto, only where a table is missing and the rules understood no sentence about it; nowhere where a model
        may be asked about certain tables alone.
        """
        if self._settings.tables is not None:
            return False
        if self._settings.reader != "auto":
            return True
        spoken_of = {
            CellId(cell).table for claim in stated.claims for cells in claim.readings for cell in cells
        }
        return stated.read.form.spoken_of_in(stated.read.document.text) and not spoken_of.issuperset(
            stated.absent
        )

    def _reconciled(self, read: "_Read", asked: ModelReading) -> dict[str, TableReading]:
        """The readers' cells as one; the rules' own where the model gave none at all."""
        if self._settings.reader != "model":
            return with_answers(read.readings, asked.cells, asked.wanted, read.form)
        merged: dict[str, TableReading] = {}
        for table_id, reading in read.readings.items():
            model = {cell: placed for cell, placed in asked.cells.items() if cell in reading.cells}
            found = any(placed.span for placed in model.values())
            cells = {cell: model.get(cell, ABSENT) for cell in reading.cells}
            merged[table_id] = replace(reading, found=found, cells=cells) if model else reading
        return merged

    def _report(
        self,
        document: Document,
        form: Form,
        part: PartInfo | None,
        about: ReportInfo,
        interpretation: Interpretation,
        asked: ModelReading,
    ) -> Report:
        found = (doubt for reading in interpretation.readings.values() for doubt in reading.doubts)
        doubts = (*document.doubts, *found, *asked.doubts, *self._said_of(asked))
        model, language = self._settings.model, self._settings.language
        threshold = review_threshold(form, self._settings.review_risk)
        return Report(
            source=SourceInfo(
                name=document.name,
                media_type=document.media_type,
                sha256=document.sha256,
                encoding=document.encoding,
                part=part,
            ),
            report=about,
            form=form.id,
            tables={
                table_id: TableInfo(found=reading.found, edition=reading.table.edition)
                for table_id, reading in interpretation.readings.items()
            },
            cells=tuple(judge(record, threshold, language) for record in interpretation.records.values()),
            language=language,
            review_risk=self._settings.review_risk,
            violations=interpretation.violations,
            usage=Usage(
                model=model.name if model and self._asking else None,
                calls=asked.usage.calls,
                failed_calls=asked.usage.failed_calls,
                cached_answers=asked.usage.cached_answers,
                prompt_tokens=asked.usage.prompt_tokens,
                completion_tokens=asked.usage.completion_tokens,
            ),
            doubts=doubts,
            warnings=tuple(sentence(doubt, language) for doubt in doubts),
        )

    def _said_of(self, asked: ModelReading) -> tuple[Doubt, ...]:
        if asked.unanswered and self._settings.reader != "auto":
            return (Doubt(DoubtKind.UNANSWERED),)
        return ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A document on its form as the rules read it, and what it says of itself.

    `settled` are the readings with a model's answers, once there are any, and with the doubts of empty tables.
    """

    document: Document
    form: Form
    about: ReportInfo
    lines: Sequence[TableLine]
    readings: Mapping[str, TableReading]
    settled: Mapping[str, TableReading]

    @property
    def tables(self) -> Mapping[str, Table]:
        return {table_id: reading.table for table_id, reading in self.settled.items()}


@dataclass(frozen=True, slots=True)
class _Stated:
    """What was read, which tables it lacks, what its sentences claim, and its sections."""

    read: _Read
    absent: Sequence[str]
    around: Sequence[Sentence]
    claims: Sequence[Claim]
    sections: tuple[Section, ...]


def _settled(readings: Mapping[str, TableReading]) -> dict[str, TableReading]:
    return {table_id: unless_empty(reading) for table_id, reading in readings.items()}


def _report_budget(settings: Settings, run: Budget) -> Budget:
    most = settings.spending
    limits = Limits(tokens=most.max_tokens_per_report, seconds=most.max_seconds_per_report)
    return Budget("a report", limits, whole=run)


def _is_report(document: Document, form: Form, interpretation: Interpretation) -> bool:
    """Whether the document speaks of information disclosure at all: no token is spent on one that does not."""
    found = any(reading.found for reading in interpretation.readings.values())
    return found or form.spoken_of_in(document.own_text)
