"""What is open, and relations as one types."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from gkllm.report import CellState
from gkllm.review.log import Content
from gkllm.service.answers.base import ReportRef, Words
from gkllm.service.answers.relations import Relations
from gkllm.service.answers.review import Queue
from gkllm.service.deciding import relations
from gkllm.service.looking import queue
from gkllm.service.problems import Problem, documented
from gkllm.service.service import Here, Reader

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
    return queue(here.desk, here.store, limit, after, report, q or "", short=fields == "short")


@router.get("/reports/{ref}/relations", responses=documented(404, 422))
def cell_relations(
    ref: ReportRef,
    here: Here,
    _asker: Reader,
    cell: str,
    value: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    state: CellState | None = None,
    typed: Annotated[Words | None, Query(description="A number as a person types it.")] = None,
) -> Relations:
    """A cell's relations as they stand if it holds the value, the state or what is typed; else as it stands."""
    content = None
    if value is not None:
        number = int(value) if value.is_integer() else value
        content = Content(value=number, state=CellState.REPORTED)
    elif state is CellState.REPORTED:
        raise Problem(422, "a value is missing")
    elif state is not None:
        content = Content(value=None, state=state)
    return relations(here.desk, ref, cell, content, typed)
