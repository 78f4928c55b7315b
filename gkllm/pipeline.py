"""One document becomes a report: the only place that wires reading, asking, interpreting and reporting."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gkllm.confidence import review_threshold
from gkllm.documents.document import Document
from gkllm.errors import NoTablesFound
from gkllm.form import Form
from gkllm.interpretation import Interpretation, interpret
from gkllm.judge import judge
from gkllm.prose.agreement import with_claims
from gkllm.prose.filling import filled_tables, is_filled
from gkllm.prose.llm_claims import ProseReader, merge_claims
from gkllm.prose.meanings import load_meanings
from gkllm.prose.passages import Sentence, sentences
from gkllm.prose.rule_claims import claims_by_rules
from gkllm.reading.grounding import merge_views
from gkllm.reading.llm_reader import Exchange, ModelReader, ModelReading
from gkllm.reading.particulars import read_particulars
from gkllm.reading.placed import ABSENT, TableReading
from gkllm.reading.rules_reader import read_by_rules
from gkllm.reading.table_lines import TableLine, table_lines
from gkllm.report import Claim, PartInfo, Report, ReportInfo, SourceInfo, TableInfo, Usage
from gkllm.settings import Settings


class Pipeline:
    """What a document goes through. The readers are null where no language model is to be asked."""

    def __init__(
        self,
        settings: Settings,
        reader: ModelReader | None,
        prose: ProseReader | None,
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._prose = prose

    async def report(
        self, document: Document, form: Form, part: PartInfo | None = None
    ) -> tuple[Report, tuple[Exchange, ...]]:
        """The document's report on the form, and what was said to the model. `part` says which of a file's it is.

        Raises:
            NoTablesFound: the document prints none of the form's tables, nor states their numbers in sentences.
        """
        lines = table_lines(document)
        readings = read_by_rules(lines, form)
        interpretation = interpret(readings, form)
        asked = ModelReading()
        if self._reader is not None:
            asked = await self._ask(self._reader, document, form, lines, interpretation)
            if asked.exchanges:
                interpretation = interpret(self._reconciled(readings, asked), form)
        about = read_particulars(document.own_text, form)
        absent = [t for t, r in interpretation.readings.items() if not (r.found or readings[t].found)]
        around = list(sentences(document, lines, readings.values()))
        claims = await self._claims(document, form, around, about, interpretation, absent, asked)
        if absent:
            filled = filled_tables(document, interpretation.readings, absent, claims, load_meanings(form))
            interpretation = interpret(filled, form)
        if not any(reading.found or is_filled(reading) for reading in interpretation.readings.values()):
            raise NoTablesFound(f"{document.name}: none of the form's tables found")
        report = with_claims(self._report(document, form, part, about, interpretation, asked), form, claims)
        return report, tuple(asked.exchanges)

    async def _ask(
        self,
        reader: ModelReader,
        document: Document,
        form: Form,
        lines: Sequence[TableLine],
        interpretation: Interpretation,
    ) -> ModelReading:
        if self._settings.reader == "auto":
            wanted = interpretation.open_cells() if _is_report(document, form, interpretation) else {}
        else:
            wanted = {
                table_id: reading.table.cell_ids() for table_id, reading in interpretation.readings.items()
            }
        allowed = self._settings.tables
        asked = {table: cells for table, cells in wanted.items() if allowed is None or table in allowed}
        return await reader.read(document, lines, form, interpretation.readings, asked)

    async def _claims(
        self,
        document: Document,
        form: Form,
        around: Sequence[Sentence],
        about: ReportInfo,
        interpretation: Interpretation,
        absent: Sequence[str],
        asked: ModelReading,
    ) -> Sequence[Claim]:
        """What the sentences state; what the model is asked about them is added to `asked`."""
        tables = {table_id: reading.table for table_id, reading in interpretation.readings.items()}
        meanings = load_meanings(form)
        claims = claims_by_rules(document, around, about, tables, meanings)
        if self._prose is not None and self._asks_prose(document, form, absent, claims):
            stated = await self._prose.read(document, around, about, tables, claims, meanings)
            claims = merge_claims(claims, stated.claims)
            asked.add(stated.asked)
        return claims

    def _asks_prose(
        self, document: Document, form: Form, absent: Sequence[str], claims: Sequence[Claim]
    ) -> bool:
        """In auto, only where a table is missing and the rules understood no sentence about it; nowhere where a model
        may be asked about certain tables alone.
        """
        if self._settings.tables is not None:
            return False
        if self._settings.reader != "auto":
            return True
        spoken_of = {cell.split(".")[0] for claim in claims for cells in claim.readings for cell in cells}
        return form.spoken_of_in(document.text) and not spoken_of.issuperset(absent)

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
        form: Form,
        part: PartInfo | None,
        about: ReportInfo,
        interpretation: Interpretation,
        asked: ModelReading,
    ) -> Report:
        warnings = [w for reading in interpretation.readings.values() for w in reading.warnings]
        model, threshold = self._settings.model, review_threshold(form, self._settings.review_risk)
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
            cells=tuple(judge(record, threshold) for record in interpretation.records.values()),
            violations=interpretation.violations,
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


def _is_report(document: Document, form: Form, interpretation: Interpretation) -> bool:
    """Whether the document speaks of information disclosure at all: no token is spent on one that does not."""
    found = any(reading.found for reading in interpretation.readings.values())
    return found or form.spoken_of_in(document.own_text)
