"""What happens, as a stream."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gkllm.service.answers.base import Counted
from gkllm.service.events import Event
from gkllm.service.problems import documented
from gkllm.service.service import Here, Reader, Room

router = APIRouter(prefix="/v1", tags=["review"])


@router.get("/events", response_class=EventSourceResponse, responses=documented(429))
async def events(
    here: Here,
    asker: Reader,
    _room: Room,
    since: Annotated[Counted | None, Query(description="Tell what came after this number, too.")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Decisions of everybody, reports that are new, and the asker's own jobs, as they come."""
    if last_event_id is not None and re.fullmatch("[0-9]{1,18}", last_event_id):
        since = int(last_event_id)
    with here.events.listening(asker) as listener:
        version = await to_thread.run_sync(here.store.decisions.newest)
        counted = await to_thread.run_sync(here.store.queue.counted)
        yield Event("hello", {"version": version, "open": counted.cells}).sent()
        told = 0
        if since is not None:
            for name, number, data in await to_thread.run_sync(here.desk.missed, since):
                told = number or told
                yield Event(name, data, number).sent()
        async for event in here.events.of(listener):
            if event.number is None or event.number > told:
                yield event.sent()
