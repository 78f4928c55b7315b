"""What reviewers see: the queue, a report with everything that was decided about it, and what happens, as a stream."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gkllm.report import Cell
from gkllm.review.describe import content_of, question
from gkllm.review.log import CellRef
from gkllm.review.standing import Standing
from gkllm.service.answers import Counted, ReportRef, Words, parts_of
from gkllm.service.answers.review import CellInfo, NoteInfo, Queue, ReviewInfo
from gkllm.service.events import Event
from gkllm.service.problems import documented
from gkllm.service.queue import item_info, last_of, page_of, place_of
from gkllm.service.service import Here, Reader, Room
from gkllm.service.views import both_labels, decision_info, fault, options, summary, table_shapes
from gkllm.terminal.words import reasons_of

router = APIRouter(prefix="/v1", tags=["review"])


@router.get("/queue", responses=documented(404, 422))
def review_queue(
    here: Here,
    _asker: Reader,
    limit: Annotated[int, Query(ge=1, le=20_000)] = 100,
    after: Annotated[str | None, Query(max_length=200, description="What `next` said.")] = None,
    report: ReportRef | None = None,
    q: Words | None = None,
    fields: Annotated[
        Literal["all", "short"], Query(description="short: no reasons, no candidates.")
    ] = "all",
) -> Queue:
    """Cells that are open, the most valuable first, cells that one decision settles side by side."""
    if report is None:
        here.desk.refresh()
    else:
        with here.desk.reviewing(report):
            pass
    rows = here.store.queue
    place, counted = place_of(after) if after else None, rows.counted()
    found = rows.page(place, limit + 1, parts_of(report) if report else None, q or "")
    page, following = page_of(found, limit)
    return Queue(
        open=counted.cells,
        questions=counted.questions,
        groups=counted.groups,
        items=tuple(item_info(queued, short=fields == "short") for queued in page),
        next=following,
        version=here.store.decisions.newest(),
        behind=here.desk.behind,
    )


@router.get("/reports/{ref}/review", responses=documented(404))
def report_in_review(ref: ReportRef, here: Here, _asker: Reader) -> ReviewInfo:
    """One report as it is reviewed: its tables' shape, its cells, what was decided, what does not fit."""
    desk = here.desk
    with desk.reviewing(ref) as one:
        original, report, standing = one.original, one.current, one.standing
        opened = {item.ref.cell for item in one.session.queue}
    form = desk.form(report)
    before = {cell.id: cell for cell in original.cells}
    checked = desk.fold(original, standing.by_report().get(one.id, {}))
    return ReviewInfo(
        report=summary(one.listed, len(opened)),
        form=report.form,
        tables=tuple(table_shapes(report, form)),
        cells={
            cell.id: _cell(
                cell, before[cell.id], standing, CellRef(one.id, cell.id), opened=cell.id in opened
            ).model_copy(update=both_labels(report, form, cell.id))
            for cell in report.cells
        },
        violations=tuple(fault(report, form, violation) for violation in checked.violations),
        sections=report.sections,
    )


def _cell(cell: Cell, before: Cell, standing: Standing, ref: CellRef, *, opened: bool) -> CellInfo:
    told = {
        "label_en": cell.label,
        "open": opened,
        "question": question(cell),
        "reasons": reasons_of(cell),
        "candidates": options(before),
        "decisions": tuple(map(decision_info, standing.decisions.get(ref, ()))),
        "last": last_of(standing, ref),
        "notes": tuple(
            NoteInfo(reviewer=note.reviewer, time=note.time.isoformat(), text=note.text)
            for note in standing.notes.get(ref, ())
        ),
        "extracted": content_of(before),
    }
    return CellInfo.model_validate(dict(cell) | told, from_attributes=True)


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
