"""A run over documents: by worker processes with limits, or in this process where a model is asked."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from gkllm.batch import work
from gkllm.batch.work import Finished, Plan, Task, ended, in_hand, key_of, refused, settings_content, written
from gkllm.documents.source import Refused, Source
from gkllm.errors import LimitExceeded
from gkllm.extraction import Extractor, Outcome
from gkllm.settings import Settings
from gkllm.store import Run, open_store
from gkllm.workers import Workers

_REGISTERED_AT_ONCE: Final = 100
_ELSEWHERE: Final = 0.5
"""Seconds until a document is asked for again that another run is reading."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may take: `seconds` by the clock, and `memory` in bytes.

    Ordinary documents take 20 ms and 200 MB; a scan of twenty pages takes two minutes.
    """

    seconds: float = 600.0
    memory: int = 2_000_000_000

    @classmethod
    def given(cls, seconds: float | None, megabytes: int | None) -> "Limits":
        """These, where they are given."""
        usual = cls()
        return cls(
            usual.seconds if seconds is None else seconds,
            usual.memory if megabytes is None else megabytes * 1_000_000,
        )


class Batch:
    """A run over documents, into the store at `address`; built in the process that starts it.

    Raises:
        StoreUnusable: the store cannot be opened.
        ConfigurationError: as Extractor does.
    """

    def __init__(self, address: str, settings: Settings, *, jobs: int, limits: Limits = Limits()) -> None:
        self._plan = Plan(address, settings)
        self._jobs, self._limits = jobs, limits
        # Here too, so that what is wrong with the settings is told before anything is read.
        self._extractor = Extractor(settings)
        self.store = open_store(address, create=True)

    @property
    def asks_a_model(self) -> bool:
        """Whether documents are read in this process, which alone keeps what the run may spend."""
        return self._plan.settings.model is not None and self._plan.settings.reader != "rules"

    def run(self, sources: Iterable[Source | Refused], finished: Callable[[Finished], None]) -> None:
        """Read what does not stand yet, and tell of every input once, as they are done.

        Raises:
            StoreUnusable: the database refuses or cannot be reached.
        """
        run = self.store.begin(settings_content(self._plan.settings))
        tasks = self._registered(run, sources, finished)
        if self.asks_a_model:
            asyncio.run(self._read_here(tasks, finished))
        else:
            self._read_by_workers(tasks, finished)
        self.store.finish(run)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _registered(
        self, run: Run, sources: Iterable[Source | Refused], finished: Callable[[Finished], None]
    ) -> Iterator[Task]:
        remaining = iter(sources)
        while found := list(islice(remaining, _REGISTERED_AT_ONCE)):
            found = [in_hand(source) for source in found]
            keys = [key_of(source) for source in found]
            for source, key, known in zip(found, keys, self.store.register(run, keys), strict=True):
                if isinstance(source, Refused):
                    finished(refused(self.store, run, known.document, source))
                elif known.standing is not None:
                    finished(Finished(source.name, "standing", known.standing))
                else:
                    yield Task(run, known.document, key, source)

    def _read_by_workers(self, tasks: Iterable[Task], finished: Callable[[Finished], None]) -> None:
        seconds = self._limits.seconds
        workers = Workers[tuple[Plan, Task], Finished](
            work.read_one, self._jobs, seconds=int(seconds), memory=self._limits.memory, patience=seconds
        )
        try:
            pending: Iterable[Task] = tasks
            while True:
                elsewhere: list[Task] = []
                for (_, task), result in workers.map((self._plan, task) for task in pending):
                    if isinstance(result, LimitExceeded):
                        finished(ended(self.store, task, result))
                    elif result.state == "elsewhere":
                        elsewhere.append(task)
                    else:
                        finished(result)
                if not elsewhere:
                    return
                time.sleep(_ELSEWHERE)
                pending = elsewhere
        finally:
            workers.close()

    async def _read_here(self, tasks: Iterator[Task], finished: Callable[[Finished], None]) -> None:
        try:
            pending: Iterable[Task] = tasks
            while True:
                elsewhere: list[Task] = []
                taken: dict[str, tuple[Task, float]] = {}
                found: dict[str, list[Outcome]] = {}
                async for outcome in self._extractor.extract_all(self._taken(pending, taken, elsewhere)):
                    outcomes = found.setdefault(outcome.source, [])
                    outcomes.append(outcome)
                    if len(outcomes) == outcome.siblings:
                        task, began = taken.pop(outcome.source)
                        finished(written(self.store, task, found.pop(outcome.source), began))
                        self.store.holds.release(task.document)
                if not elsewhere:
                    return
                await asyncio.sleep(_ELSEWHERE)
                pending = elsewhere
        finally:
            await self._extractor.aclose()

    def _taken(
        self, tasks: Iterable[Task], taken: dict[str, tuple[Task, float]], elsewhere: list[Task]
    ) -> Iterator[Source]:
        for task in tasks:
            if not self.store.holds.take(task.document):
                elsewhere.append(task)
            else:
                taken[task.source.name] = task, time.monotonic()
                yield task.source
