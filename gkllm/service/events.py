"""What happens, told to all who listen: decisions, jobs, reports that are new."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi.sse import ServerSentEvent

from gkllm.errors import GkllmError
from gkllm.service.askers import Asker
from gkllm.service.configuration import Bounds
from gkllm.service.desk import Desk
from gkllm.service.problems import busy
from gkllm.service.threads import in_thread
from gkllm.store.service import Tokens

_LOOK: Final = 1.0
"""Seconds between looks into the store for what other processes wrote there."""
_MOST_UNREAD: Final = 1_000
"""Events that wait for a listener; one that is further behind is cut off, and asks anew for what it missed."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `owner` is whose business it is alone, null for everybody's."""

    name: str
    data: dict[str, Any]
    number: int | None = None
    owner: str | None = None

    def sent(self) -> ServerSentEvent:
        """As it goes over the wire."""
        number = None if self.number is None else str(self.number)
        return ServerSentEvent(event=self.name, id=number, raw_data=json.dumps(self.data, ensure_ascii=False))


@dataclass(eq=False, slots=True)
class Listener:
    """One who listens; `closed` once it is to be let go: it could not keep up, or may listen no more."""

    owner: str
    token: int | None
    queue: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(_MOST_UNREAD))
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, event: Event) -> None:
        """Give it an event that is its business."""
        if event.owner not in (None, self.owner):
            return
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.closed.set()


class Events:
    """Tells listeners what happens. For the event loop alone."""

    def __init__(self, desk: Desk, tokens: Tokens, bounds: Bounds) -> None:
        self._desk = desk
        self._tokens = tokens
        self._bounds = bounds
        self._listeners: set[Listener] = set()
        self._looking: set[asyncio.Task[None]] = set()
        self._now = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def open(self) -> None:
        """Begin to watch the store."""
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Let all listeners go."""
        self._stopping = True
        for listener in self._listeners:
            listener.closed.set()
        under_way = [*self._looking, *([self._watching] if self._watching is not None else [])]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def look(self) -> None:
        """Look into the store at once: something was written there."""
        self._now.set()

    def tell(self, event: Event) -> None:
        """Tell whoever listens."""
        for listener in self._listeners:
            listener.offer(event)

    def tell_soon(self, event: Callable[[], Event | None]) -> None:
        """Tell whoever listens what has to be looked up first."""
        if self._listeners:
            looking = asyncio.create_task(self._look_up(event))
            self._looking.add(looking)
            looking.add_done_callback(self._looking.discard)

    async def _look_up(self, event: Callable[[], Event | None]) -> None:
        try:
            found = await in_thread(event)
        except GkllmError as error:
            logging.getLogger("gkllm").error("%s", error)
            return
        if found is not None:
            self.tell(found)

    def require_room(self) -> None:
        """Refuse another listener where there are as many as may be.

        Raises:
            Problem: there are.
        """
        if len(self._listeners) >= self._bounds.streams:
            raise busy("{count} listen already", 10, count=len(self._listeners))

    @contextmanager
    def listening(self, asker: Asker) -> Iterator[Listener]:
        """A listener, for as long as it listens."""
        listener = Listener(asker.owner, asker.token)
        if self._stopping:
            listener.closed.set()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def of(self, listener: Listener) -> AsyncIterator[Event]:
        """What a listener is told, until it is let go."""
        closed = asyncio.ensure_future(listener.closed.wait())
        try:
            while True:
                told = asyncio.ensure_future(listener.queue.get())
                try:
                    await asyncio.wait({told, closed}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    told.cancel()
                if not told.done() or told.cancelled():
                    return
                yield told.result()
        finally:
            closed.cancel()

    async def _let_go(self) -> None:
        """Let those go whose token was taken back since they began to listen."""
        named = [listener for listener in self._listeners if listener.token is not None]
        if named:
            known = await in_thread(self._tokens.every)
            in_force = {token.number for token in known if token.revoked is None}
            for listener in named:
                if listener.token not in in_force:
                    listener.closed.set()

    async def _watch(self) -> None:
        while True:
            self._now.clear()
            try:
                for name, number, data in await in_thread(self._desk.news):
                    self.tell(Event(name, data, number))
                await self._let_go()
                if self._desk.behind:
                    continue
            except Exception as error:
                # Nobody is told anything any more if this ends.
                known = isinstance(error, GkllmError)
                logging.getLogger("gkllm").error("%s", error, exc_info=None if known else error)
            try:
                await asyncio.wait_for(self._now.wait(), _LOOK)
            except TimeoutError:
                continue
