"""Runs a suite: every system reads every document, every reading is scored at once, and what is finished is kept."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from gkllm.documents.source import Source
from gkllm.errors import ConfigurationError, EvaluationStopped, GkllmError
from gkllm.evaluation.results import DocumentRecord, report_record
from gkllm.evaluation.scoring import score_document
from gkllm.evaluation.suite import LabelledDocument, Suite, System
from gkllm.evaluation.truth import restricted_report
from gkllm.extraction import Extractor, Outcome
from gkllm.language import said
from gkllm.llm import Recording
from gkllm.report import CellState
from gkllm.settings import Settings


class ProgressLog:
    """An append-only JSON lines file. Its first line names the measurement; the others are records.

    Raises ConfigurationError where the file is of another measurement: the suite, a document, a prompt or the
    program changed since.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self._fingerprint = fingerprint
        self.records: dict[tuple[str, int, str], DocumentRecord] = {}
        if path.exists():
            self._load()

    def holds(self, system: str, sample: int, document: str) -> bool:
        """Whether that reading is finished."""
        return (system, sample, document) in self.records

    def add(self, record: DocumentRecord) -> None:
        """Add a finished reading, and hand it to the system at once so that it outlives this process."""
        first = not self.records and not self.path.exists()
        self.records[record.system, record.sample, record.document] = record
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            if first:
                stream.write(json.dumps({"measurement": self._fingerprint}) + "\n")
            stream.write(record.model_dump_json() + "\n")

    def remove(self) -> None:
        """The result holds everything now."""
        self.path.unlink(missing_ok=True)

    def _load(self) -> None:
        content = self.path.read_bytes()
        whole, _, _ = content.rpartition(b"\n")
        if not whole:
            self.path.unlink()
            return
        first, *lines = whole.split(b"\n")
        if not _is_of(first, self._fingerprint):
            raise ConfigurationError(
                "{path} was left by another measurement (the suite, a document, a prompt or the program "
                "changed since): remove it to begin anew",
                path=self.path,
            )
        for number, line in enumerate(lines, start=2):
            try:
                record = DocumentRecord.model_validate_json(line)
            except ValidationError:
                raise ConfigurationError(
                    "{path}:{number}: not a record of gkllm eval", path=self.path, number=number
                ) from None
            self.records[record.system, record.sample, record.document] = record
        # A last line that was not written to its end would otherwise run into the next record.
        self.path.write_bytes(whole + b"\n")


def _is_of(line: bytes, fingerprint: str) -> bool:
    try:
        return bool(json.loads(line) == {"measurement": fingerprint})
    except ValueError:
        return False


Told = Callable[[DocumentRecord], None]

_UNANSWERED = {"value": None, "state": CellState.MISSING, "raw": "", "span": None, "needs_review": True}


async def run_suite(
    suite: Suite,
    systems: Iterable[System],
    log: ProgressLog,
    *,
    api_key: str | None,
    recordings: Path,
    told: Told,
) -> None:
    """Read and score what the log does not hold yet; every record goes to the log and to `told`.

    `recordings` is the folder for the answers of models whose suite names no file for them.

    Raises EvaluationStopped where a model's endpoint cannot be used: nothing is scored that it kept from
    being read. What was finished is in the log.
    """
    for system in systems:
        for sample in range(system.repeats):
            wanted = [
                document for document in suite.documents if not log.holds(system.name, sample, document.id)
            ]
            if wanted:
                reading = _Reading(suite, system, sample, api_key, recordings)
                async for record in reading.records(wanted):
                    log.add(record)
                    told(record)


class _Reading:
    """One system's reading of the documents, once."""

    def __init__(
        self, suite: Suite, system: System, sample: int, api_key: str | None, recordings: Path
    ) -> None:
        self._system = system
        self._sample = sample
        self._tables = suite.tables
        self._concurrency = suite.concurrency if system.model else 1
        self._recording = _open_recording(suite, system, recordings)
        self._extractor = Extractor(
            Settings(
                reader=system.reader,
                model=system.model.settings(api_key) if system.model else None,
                prompt=str(system.prompt.path) if system.prompt else Settings().prompt,
                concurrency=suite.concurrency,
                sample=sample,
                tables=suite.tables,
            ),
            self._recording,
        )
        self._seconds = 0.0
        self._schemas: set[str] = set()

    async def records(self, documents: list[LabelledDocument]) -> AsyncIterator[DocumentRecord]:
        """A record for every document, as they complete."""
        remaining = iter(documents)
        pending: set[asyncio.Task[tuple[LabelledDocument, list[Outcome] | str]]] = set()
        try:
            while True:
                for document in remaining:
                    pending.add(asyncio.ensure_future(self._read(document)))
                    if len(pending) >= self._concurrency:
                        break
                if not pending:
                    return
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield self._record(*task.result())
        finally:
            for task in pending:
                task.cancel()
            await self._extractor.aclose()

    async def _read(self, document: LabelledDocument) -> tuple[LabelledDocument, list[Outcome] | str]:
        # Reading by rules never waits for anything, and an interrupt arrives only at a pause.
        await asyncio.sleep(0)
        source = Source(document.name, None, document.content)
        try:
            outcomes = [self._own(outcome) async for outcome in self._extractor.extract_all([source])]
        except Exception as error:  # a defect of the reader is a finding, and must not hide the other reports
            return document, f"crash: {type(error).__name__}: {' '.join(str(error).split())}"
        return document, outcomes

    def _record(self, document: LabelledDocument, read: list[Outcome] | str) -> DocumentRecord:
        self._refuse_passing_failure()
        outcomes = read if isinstance(read, list) else []
        reports = [
            restricted_report(outcome.report, self._tables)
            for outcome in outcomes
            if outcome.report is not None
        ]
        failed = [outcome.failure for outcome in outcomes if outcome.failure is not None]
        reason = read if isinstance(read, str) else _reason(failed, found=bool(reports))
        forms = self._extractor.forms
        scores = score_document(document.truths, reports, forms, reason)
        return DocumentRecord(
            system=self._system.name,
            sample=self._sample,
            document=document.id,
            reports=tuple(
                report_record(index, truth, score, forms[truth.form])
                for index, (truth, score) in enumerate(zip(document.truths, scores, strict=True))
            ),
            calls=sum(report.usage.calls for report in reports),
            prompt_tokens=sum(report.usage.prompt_tokens for report in reports),
            completion_tokens=sum(report.usage.completion_tokens for report in reports),
            **self._spent(),
        )

    def _own(self, outcome: Outcome) -> Outcome:
        """What the system itself read: where a model gives nothing the rules step in, and that is not its merit."""
        report = outcome.report
        if report is None or self._system.reader != "model":
            return outcome
        cells = tuple(
            cell if "model" in cell.readers else cell.model_copy(update=_UNANSWERED) for cell in report.cells
        )
        return replace(outcome, report=report.model_copy(update={"cells": cells}))

    def _refuse_passing_failure(self) -> None:
        if self._recording is not None and self._recording.passing is not None:
            raise EvaluationStopped(
                "{name}: {failure}", name=self._system.name, failure=self._recording.passing
            )

    def _spent(self) -> dict[str, object]:
        """The model's seconds and the schemas asked since the last record: exact in sum, not for each document."""
        if self._recording is None:
            return {}
        seconds = self._recording.seconds - self._seconds
        schemas = tuple(sorted(self._recording.schemas - self._schemas))
        self._seconds += seconds
        self._schemas.update(schemas)
        return {"seconds": round(seconds, 3), "schemas": schemas}


def _open_recording(suite: Suite, system: System, recordings: Path) -> Recording | None:
    if system.model is None:
        return None
    model = system.model
    path = suite.path.parent / model.recording if model.recording else recordings / f"{model.label}.jsonl"
    return Recording(path, offline=model.offline)


def _reason(failed: list[GkllmError], *, found: bool) -> str | None:
    """Why a report is lacking, where something was said of it; a document that gave none at all is a failure."""
    if failed:
        return " ".join(str(failed[0]).split())
    return None if found else said("no report came back")
