"""The reading room: documents that wait, the workers that read them, and the jobs that they are of."""

import asyncio
import hashlib
import heapq
import itertools
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from gkllm.batch import Finished, settings_content
from gkllm.batch.work import Plan, Task, be_ready, ended, read_one, refused
from gkllm.documents.source import Refused
from gkllm.errors import LimitExceeded, StoreUnusable, as_failure
from gkllm.service.configuration import Configuration
from gkllm.service.problems import busy
from gkllm.service.threads import in_thread
from gkllm.service.uploads import PLACE, Taken, kept_source
from gkllm.store import FileKey
from gkllm.store.opening import timestamp
from gkllm.store.service import Job, JobFile
from gkllm.store.store import Store
from gkllm.workers import Workers

_ELSEWHERE: Final = 0.5
"""Seconds until a document is asked for again that another process reads."""
_AGAIN: Final = 2.0
"""Seconds until what a store that could not be reached is asked again."""
_FIRST_GUESS: Final = 0.1
"""Seconds a document takes, before any was read."""
_LONGEST_WAIT: Final = 300

Told = Callable[[str], None]


@dataclass(order=True, slots=True)
class _Waiting:
    """A document of a job. Small requests, whose client waits, go first; else who came first."""

    late: bool
    number: int
    job: str = field(compare=False)
    document: int = field(compare=False)


class ReadingRoom:
    """Takes in documents and has each read once. All but `take_in` is for the event loop alone.

    `told` is called with a job's id when something of it has changed.
    """

    def __init__(self, configuration: Configuration, store: Store, told: Told) -> None:
        self._configuration = configuration
        self._store = store
        self._told = told
        self._plan = Plan(configuration.store, configuration.settings)
        self._run = store.begin(settings_content(configuration.settings))
        self._workers = Workers[tuple[Plan, Task], Finished](
            read_one,
            configuration.jobs,
            seconds=int(configuration.limits.seconds),
            memory=configuration.limits.memory,
            patience=configuration.limits.seconds,
        )
        self._heap: list[_Waiting] = []
        self._numbers = itertools.count()
        self._more = asyncio.Condition()
        self._readers: list[asyncio.Task[None]] = []
        self._under_way = 0
        self._seconds = _FIRST_GUESS
        self._ended: dict[str, asyncio.Event] = {}
        self.stopping = False

    @property
    def waiting(self) -> int:
        """Documents that are accepted and not read."""
        return len(self._heap) + self._under_way

    @property
    def under_way(self) -> int:
        """Documents that are being read."""
        return self._under_way

    async def open(self) -> None:
        """Begin, with what an earlier process accepted and did not finish."""
        self._workers.prepare(be_ready, self._plan)
        for job in await in_thread(self._store.jobs.unfinished):
            self._line_up(job, late=True)
        self._readers = [asyncio.create_task(self._read_on()) for _ in range(self._configuration.jobs)]

    async def close(self) -> None:
        """Stop at once. What is accepted stands in the store, and the next process takes it up."""
        self.stopping = True
        for reader in self._readers:
            reader.cancel()
        self._workers.close()
        await asyncio.gather(*self._readers, return_exceptions=True)
        with suppress(StoreUnusable):
            await in_thread(self._store.finish, self._run)

    def require_room(self, more: int = 1) -> None:
        """Refuse what there is no room for.

        Raises:
            Problem: too many documents wait.
        """
        if self.waiting + more > self._configuration.bounds.waiting:
            seconds = min(
                _LONGEST_WAIT, 1 + int(self.waiting * self._seconds / max(1, self._configuration.jobs))
            )
            raise busy("{count} documents wait to be read already", seconds, count=self.waiting)

    async def accept(self, taken: Sequence[Taken], owner: str, *, late: bool) -> str:
        """Keep documents as a job and have them read; the job's id. When this returns, nothing of it can be lost."""
        self.require_room(len(taken))
        job, known = await in_thread(self._keep, taken, owner)
        if not known:
            self._line_up(job, late=late)
            async with self._more:
                self._more.notify(len(job.files))
        return job.id

    async def until_done(self, job: str, seconds: float) -> None:
        """Wait for a job, but no longer than that."""
        event = self._ended.get(job)
        if event is not None:
            try:
                await asyncio.wait_for(event.wait(), seconds)
            except TimeoutError:
                return

    def _keep(self, taken: Sequence[Taken], owner: str) -> tuple[Job, bool]:
        """The job, and whether it was known."""
        keys = [one.key for one in taken]
        attached = [one.attachment for one in taken if one.attachment]
        found = self._store.register(self._run, [*keys, *attached])[: len(keys)]
        now = timestamp()
        for one, file in zip(taken, found, strict=True):
            if isinstance(one.source, Refused):
                refused(self._store, self._run, file.document, one.source)
        files = tuple(
            JobFile(
                one.key.name, file.document, now if file.standing or isinstance(one.source, Refused) else None
            )
            for one, file in zip(taken, found, strict=True)
        )
        done = all(file.finished for file in files)
        job = Job(uuid.uuid4().hex, owner, now, now if done else None, files)
        kept = self._store.jobs.accept(job, self._content(keys))
        return (job, done) if kept == job.id else (self._store.jobs.find(kept) or job, True)

    def _content(self, keys: Sequence[FileKey]) -> str:
        summed = hashlib.sha256(str(self._run.settings).encode())
        for key in keys:
            summed.update(f"\0{key.path}\0{key.name}".encode())
        return summed.hexdigest()

    def _line_up(self, job: Job, *, late: bool) -> None:
        self._ended[job.id] = asyncio.Event()
        for document in dict.fromkeys(file.document for file in job.files if not file.finished):
            heapq.heappush(self._heap, _Waiting(late, next(self._numbers), job.id, document))

    async def _read_on(self) -> None:
        while True:
            async with self._more:
                await self._more.wait_for(lambda: self._heap)
                waiting = heapq.heappop(self._heap)
            self._under_way += 1
            try:
                done = await self._read(waiting)
            except Exception as error:
                # Nobody else reads on if this one ends.
                known = isinstance(error, StoreUnusable)
                logging.getLogger("gkllm").error("%s", error, exc_info=None if known else error)
                done = False
                await asyncio.sleep(_AGAIN)
            finally:
                self._under_way -= 1
            if not done:
                # After the others: another process may take long over it.
                heapq.heappush(self._heap, replace(waiting, number=next(self._numbers)))

    async def _read(self, waiting: _Waiting) -> bool:
        """Whether the document is done with; it is not while another process reads it."""
        task = await in_thread(self._task, waiting.document)
        began = time.monotonic()
        if task is not None:
            try:
                finished = await asyncio.wrap_future(self._workers.submit((self._plan, task)))
            except LimitExceeded as limit:
                finished = await in_thread(ended, self._store, task, limit)
            except StoreUnusable:
                raise
            except Exception as error:
                unforeseen = Refused(task.source.name, as_failure(error, task.source.name))
                finished = await in_thread(refused, self._store, self._run, waiting.document, unforeseen)
            if finished.state == "elsewhere":
                await asyncio.sleep(_ELSEWHERE)
                return False
        self._seconds += 0.05 * (time.monotonic() - began - self._seconds)
        if await in_thread(partial(self._store.jobs.finish, waiting.job, waiting.document)):
            self._ended.pop(waiting.job, asyncio.Event()).set()
        self._told(waiting.job)
        return True

    def _task(self, document: int) -> Task | None:
        """What a worker is to read; null where the document stands by now."""
        if self._store.standing(self._run, document) is not None:
            return None
        key = self._store.catalogue.document(document)
        if key is None:
            return None
        beside = None
        if key.attachment:
            beside = self._store.catalogue.document_at(PLACE + key.attachment)
        return Task(self._run, document, key, kept_source(key, beside))
