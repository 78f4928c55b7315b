"""One document of a batch: what tells its result apart, read, and what it came to written, in whatever process."""

import asyncio
import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from gkllm.documents.source import Refused, Source
from gkllm.errors import DocumentError, GkllmError, LimitExceeded, as_failure
from gkllm.extraction import Extractor, Outcome
from gkllm.language import named, said
from gkllm.prompts import load_prompt
from gkllm.settings import Settings
from gkllm.store import Counts, Failure, FileKey, Reading, Run, open_store
from gkllm.store.store import Store


def settings_content(settings: Settings) -> dict[str, Any]:
    """What of the settings can change a result: of what the store holds, they tell apart which is which."""
    content: dict[str, Any] = {
        "reader": "rules",
        "language": settings.language,
        "review_risk": settings.review_risk,
        "rules": _hash_of(settings.rules),
        "form": _hash_of(settings.form),
    }
    model = settings.model
    if model is None or settings.reader == "rules":
        return content
    return content | {
        "reader": settings.reader,
        "model": model.name,
        "endpoint": model.base_url,
        "temperature": model.temperature,
        "max_tokens": model.max_tokens,
        "extra_body": dict(model.extra_body),
        "prompt": load_prompt(settings.prompt).reference,
        "prose_prompt": load_prompt(settings.prose_prompt).reference,
        "sample": settings.sample,
        "tables": settings.tables,
    }


def _hash_of(place: Path | None) -> str | None:
    """Of a file's bytes, or of those of a folder's files and their names."""
    if place is None:
        return None
    files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
    summed = hashlib.sha256()
    for file in files:
        summed.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return summed.hexdigest()


def in_hand(source: Source | Refused) -> Source | Refused:
    """The source with its bytes, where they can be had but once, as those of a pipe."""
    if isinstance(source, Refused) or source.path is None or source.path.is_file():
        return source
    content = _bytes_of(source)
    return source if content is None else replace(source, path=None, content=content)


def key_of(source: Source | Refused) -> FileKey:
    if isinstance(source, Refused):
        return FileKey(os.path.abspath(source.name), "", source.name)  # noqa: PTH100 - no ".." is followed
    content = _bytes_of(source)
    attached = _bytes_of(source.attachment) if source.attachment else None
    return FileKey(
        path=os.path.abspath(source.name) if source.path else source.name,  # noqa: PTH100
        sha256="" if content is None else hashlib.sha256(content).hexdigest(),
        name=source.name,
        attachment="" if attached is None else hashlib.sha256(attached).hexdigest(),
        size=None if content is None else len(content),
        content=content if source.path is None else None,
    )


def _bytes_of(source: Source) -> bytes | None:
    try:
        return source.load()
    except Exception:
        # Reading it tells why.
        return None


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
