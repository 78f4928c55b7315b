"""How the batch uses cores, what a store costs beside a file of JSON lines, and how far memory grows."""

import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from gkllm import Settings, extract
from gkllm.batch import Batch, Finished
from gkllm.documents.source import Source
from gkllm.store import FileKey, Reading, open_store

_RULES = Settings(reader="rules")
_CORES = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()
"""Of the process as it was started: the other measures keep to one."""


@dataclass(frozen=True, slots=True)
class StoreCost:
    """Milliseconds a report to add it and to read it back, and its bytes; for a store and for a file of JSON lines."""

    adding: tuple[float, float]
    reading: tuple[float, float]
    size: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BatchSpeed:
    """Reports a second by the clock, after the workers have started, and milliseconds of the processor for each, their
    start included.
    """

    rate: float
    work: float


def measure_jobs(paths: Sequence[Path], scratch: Path) -> tuple[BatchSpeed, BatchSpeed]:
    """The speeds of one worker and of two."""
    return _speed(paths, scratch / "one.db", 1), _speed(paths, scratch / "two.db", 2)


def _speed(paths: Sequence[Path], store: Path, jobs: int) -> BatchSpeed:
    times: list[float] = []

    def finished(one: Finished) -> None:
        if one.failures:
            raise RuntimeError(one.failures[0].message)
        times.append(perf_counter())

    own = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()
    before = _work_of_children()
    batch = Batch(str(store), _RULES, jobs=jobs)
    try:
        if own:
            os.sched_setaffinity(0, _CORES)
        batch.run((Source(str(path), path) for path in paths), finished)
    finally:
        batch.close()
        if own:
            os.sched_setaffinity(0, own)
    # The first ones wait for the processes to start.
    begun = len(times) // 4
    rate = (len(times) - 1 - begun) / (times[-1] - times[begun])
    return BatchSpeed(rate, 1000 * (_work_of_children() - before) / len(times))


def _work_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_store(paths: Sequence[Path], scratch: Path, count: int) -> StoreCost:
    """The costs over so many reports, drawn from these files by turns."""
    reports = [extract(path, _RULES) for path in paths]
    lines = [report.to_json().encode() for report in reports]
    file, place = scratch / "cost.jsonl", scratch / "cost.db"
    with open_store(place, create=True) as store:
        run = store.begin({})
        registered = store.register(
            run, [FileKey(f"/{number}", f"{number}", f"{number}") for number in range(count)]
        )
        began = perf_counter()
        for number, known in enumerate(registered):
            at = number % len(reports)
            store.write(run, Reading(known.document, [(reports[at], lines[at])]))
        into_store = perf_counter() - began
        began = perf_counter()
        found = sum(len(stored.line) for stored in store.lines())
        from_store = perf_counter() - began
    began = perf_counter()
    with file.open("wb") as stream:
        for number in range(count):
            stream.write(lines[number % len(lines)] + b"\n")
            stream.flush()
    into_file = perf_counter() - began
    began = perf_counter()
    with file.open("rb") as stream:
        kept = sum(len(line) - 1 for line in stream)
    from_file = perf_counter() - began
    if found != kept:
        raise RuntimeError("the store does not give back what it was given")
    milliseconds = 1000 / count
    return StoreCost(
        (into_store * milliseconds, into_file * milliseconds),
        (from_store * milliseconds, from_file * milliseconds),
        (place.stat().st_size / count, file.stat().st_size / count),
    )
