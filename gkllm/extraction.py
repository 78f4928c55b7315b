"""The pipeline, and the only place that wires it: open, read, interpret, ask a model where needed, report."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from gkllm.assembly import report_cells, report_violations
from gkllm.documents.document import Document
from gkllm.documents.opening import open_document
from gkllm.documents.source import Source
from gkllm.errors import GkllmError, NoTablesFound
from gkllm.interpretation import Interpretation, interpret
from gkllm.reading.particulars import read_particulars
from gkllm.reading.rules import read_by_rules
from gkllm.report import Report, SourceInfo, TableInfo, Usage
from gkllm.settings import Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """One source's result: a report, or the reason why there is none."""

    source: str
    report: Report | None
    failure: GkllmError | None


class Extractor:
    """Turns documents into reports; built once, used for any number of them."""

    def __init__(self, settings: Settings = Settings()) -> None:
        self._settings = settings

    async def extract(self, source: Source) -> Report:
        document = open_document(source.load(), source.name)
        readings = read_by_rules(document)
        if not any(reading.found for reading in readings.values()):
            raise NoTablesFound(f"{document.name}: none of the form's tables found")
        return self._report(document, interpret(readings))

    def _report(self, document: Document, interpretation: Interpretation) -> Report:
        warnings = [w for reading in interpretation.readings.values() for w in reading.warnings]
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
            cells=tuple(report_cells(interpretation, self._settings.review_threshold)),
            violations=report_violations(interpretation),
            usage=Usage(),
            warnings=(*document.warnings, *warnings),
        )


def extract(path: str | Path, settings: Settings = Settings()) -> Report:
    """The report in one file."""
    return asyncio.run(Extractor(settings).extract(Source(str(path), Path(path))))


def extract_text(text: str, name: str, settings: Settings = Settings()) -> Report:
    """The report in a text."""
    return asyncio.run(Extractor(settings).extract(Source(name, None, text.encode())))
