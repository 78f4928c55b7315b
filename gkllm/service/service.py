"""The service: what it is made of, and how it begins and ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from gkllm.service.askers import COOKIE, Asker, Askers
from gkllm.service.configuration import Configuration, require_sense
from gkllm.service.desk import Desk
from gkllm.service.events import Event, Events
from gkllm.service.problems import Problem
from gkllm.service.reading import ReadingRoom
from gkllm.service.sources import Sources
from gkllm.service.views import summary_of
from gkllm.store import open_store
from gkllm.store.store import Store

_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """Counts of one service; a registry of its own, so that several can be in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "gkllm_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "gkllm_request_seconds",
            "Seconds to the first byte of an answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.documents = Counter("gkllm_documents", "Documents done with.", registry=self._registry)
        self.received = Counter("gkllm_received_bytes", "Bytes handed over.", registry=self._registry)
        self.decisions = Counter("gkllm_decisions", "Decisions made here.", registry=self._registry)

    def watch(self, reading: ReadingRoom, events: Events) -> None:
        """Tell, whenever it is asked, how much there is to do."""
        gauges = (
            ("gkllm_documents_waiting", "Documents accepted and not read.", lambda: reading.waiting),
            ("gkllm_documents_under_way", "Documents being read.", lambda: reading.under_way),
            ("gkllm_listeners", "Event streams that are open.", lambda: events.listeners),
        )
        for name, about, value in gauges:
            Gauge(name, about, registry=self._registry).set_function(value)

    def told(self) -> bytes:
        """All of it, as Prometheus is told."""
        return generate_latest(self._registry)


_READY_SECONDS = 5.0
"""What a start waits for the queue to be made; what is left of it then is made while the service answers."""
_STORE_SECONDS = 10.0
"""What a request waits for a store that another holds: whoever asked would rather know."""
_UNPACKED_AT_ONCE = 2
"""Requests whose files are in memory at once."""


@dataclass(slots=True)
class Service:
    """Everything that routes need."""

    configuration: Configuration
    store: Store
    askers: Askers
    desk: Desk
    sources: Sources
    events: Events
    reading: ReadingRoom
    metrics: Metrics
    _unpacking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_UNPACKED_AT_ONCE))

    @asynccontextmanager
    async def unpacking(self, *, alone: bool) -> AsyncIterator[None]:
        """While files are held in memory: what may be large waits for its turn."""
        async with self._unpacking if alone else nullcontext():
            yield

    async def close(self) -> None:
        """Stop: listeners go, what is being read is left to the next start."""
        await self.reading.close()
        await self.events.close()
        await to_thread.run_sync(self.sources.close)
        await to_thread.run_sync(self.store.close)


async def open_service(configuration: Configuration) -> Service:
    """A service at work, within the event loop that runs.

    Raises:
        StoreUnusable: the store cannot be opened.
        ConfigurationError: the configuration is unusable.
    """
    store = await to_thread.run_sync(
        partial(open_store, configuration.store, create=True, patience=_STORE_SECONDS)
    )
    try:
        require_sense(configuration, tokens=sum(not token.revoked for token in store.tokens.every()))
        desk = await to_thread.run_sync(Desk, configuration.store, configuration.settings, store)
        await to_thread.run_sync(desk.catch_up, _READY_SECONDS)
        events = Events(desk, store.tokens, configuration.bounds)
        metrics = Metrics()
        reading = ReadingRoom(configuration, store, lambda job: _tell(service, job))
        sources = Sources(configuration.settings, store.catalogue, desk)
        service = Service(
            configuration, store, Askers(configuration, store), desk, sources, events, reading, metrics
        )
        metrics.watch(reading, events)
        await reading.open()
        events.open()
    except BaseException:
        store.close()
        raise
    return service


def _tell(service: Service, job: str) -> None:
    """Tell a job's owner how it stands."""
    service.metrics.documents.inc()
    service.events.look()
    service.events.tell_soon(partial(_job_event, service, job))


def _job_event(service: Service, job: str) -> Event | None:
    found = service.store.jobs.find(job)
    if found is None:
        return None
    return Event("job", summary_of(service.store.jobs, found).model_dump(mode="json"), owner=found.owner)


def service_of(request: Request) -> Service:
    """The service that a request is made to."""
    service: Service = request.app.state.service
    return service


_bearer = HTTPBearer(auto_error=False, description="A token: gkllm serve token add NAME gives one.")
_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, description="The page's session; POST /v1/session begins one."
)
Here = Annotated[Service, Depends(service_of)]


def _may_read(
    request: Request,
    here: Here,
    _token: Annotated[object, Security(_bearer)],
    _session: Annotated[object, Security(_cookie)],
) -> Asker:
    return here.askers.tell(request)


Reader = Annotated[Asker, Depends(_may_read)]


def _may_write(asker: Reader) -> Asker:
    if asker.access != "full":
        raise Problem(403, "this token may only read")
    return asker


def _listener_fits(here: Here) -> None:
    # A stream that has begun cannot be refused any more.
    here.events.require_room()


Room = Annotated[None, Depends(_listener_fits)]
Writer = Annotated[Asker, Depends(_may_write)]
