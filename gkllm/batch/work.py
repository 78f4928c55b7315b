"""One document of a batch: read, and what it came to written, in whatever process that is done."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from gkllm.documents.source import Refused, Source
from gkllm.errors import DocumentError, GkllmError, LimitExceeded, as_failure
from gkllm.extraction import Extractor, Outcome
from gkllm.language import named, said
from gkllm.settings import Settings
from gkllm.store import Counts, Failure, FileKey, Reading, Run, open_store
from gkllm.store.store import Store

NOTHING: Final = Counts()


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an input: written now, standing already, or gone to a run elsewhere that reads it too.

    `unanswered` counts reports about which a model was asked and gave no usable answer, `why` is what befell the last.
    """

    source: str
    state: Literal["written", "standing", "elsewhere"]
    counts: Counts = NOTHING
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    unanswered: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A registered document, and where to read it."""

    run: Run
    document: int
    key: FileKey
    source: Source


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker needs to know once."""

    address: str
    settings: Settings


def be_ready(plan: Plan) -> None:
    """Within a worker: load what reading takes, which is longer than reading."""
    _bench(plan)


def read_one(work: tuple[Plan, Task]) -> Finished:
    """Within a worker: read one document and write what it came to."""
    plan, task = work
    store, extractor, loop = _bench(plan)
    if not store.holds.take(task.document):
        return Finished(task.source.name, "elsewhere")
    try:
        standing = store.standing(task.run, task.document)
        if standing is not None:
            return Finished(task.source.name, "standing", standing)
        began = time.monotonic()
        return written(store, task, loop.run(_outcomes(extractor, task.source)), began)
    finally:
        store.holds.release(task.document)


@cache
def _bench(plan: Plan) -> tuple[Store, Extractor, asyncio.Runner]:
    """What a worker keeps from one document to the next."""
    return open_store(plan.address), Extractor(plan.settings), asyncio.Runner()


async def _outcomes(extractor: Extractor, source: Source) -> list[Outcome]:
    return [outcome async for outcome in extractor.extract_all([source])]


def written(store: Store, task: Task, outcomes: Sequence[Outcome], began: float) -> Finished:
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    failures = [
        failure_of(o.source, o.failure) for o in outcomes if o.report is None and o.failure is not None
    ]
    known = {task.key.sha256, task.key.attachment}
    if task.key.sha256 and not {report.source.sha256 for report in reports} <= known:
        changed = DocumentError("{name}: changed while it was read", name=task.source.name)
        reports, failures = [], [failure_of(task.source.name, changed)]
    seconds = time.monotonic() - began
    lines = [(report, report.to_json().encode()) for report in reports]
    reading = Reading(task.document, lines, failures, seconds)
    if not store.write(task.run, reading):
        counts = store.standing(task.run, task.document) or NOTHING
        return Finished(task.source.name, "standing", counts)
    silent = [outcome for outcome in outcomes if outcome.unanswered]
    return Finished(
        task.source.name,
        "written",
        reading.counts(),
        tuple(failures),
        tuple(warning for report in reports for warning in report.warnings),
        seconds,
        len(silent),
        silent[-1].exchanges[-1].error or "" if silent else "",
    )


def ended(store: Store, task: Task, limit: LimitExceeded) -> Finished:
    """A document that was ended by a limit or ended its process, written as failed, unless it is done after all."""
    name = task.source.name
    failure = Failure(
        name, type(limit).__name__, said("{name}: reading it takes {limit}", name=name, limit=limit)
    )
    reading = Reading(task.document, (), (failure,))
    if store.write(task.run, reading):
        return Finished(name, "written", reading.counts(), (failure,))
    return Finished(name, "standing", store.standing(task.run, task.document) or NOTHING)


def refused(store: Store, run: Run, document: int, source: Refused) -> Finished:
    """What yields no source, written as failed."""
    failure = failure_of(source.name, source.error)
    reading = Reading(document, (), (failure,))
    store.write(run, reading)
    return Finished(source.name, "written", reading.counts(), (failure,))


def failure_of(name: str, error: GkllmError) -> Failure:
    return Failure(name, type(error).__name__, named(name, str(as_failure(error, name))))
