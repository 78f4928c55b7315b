"""Decisions, notes, and taking back."""

from fastapi import APIRouter

from gkllm.service.answers.base import ReportRef
from gkllm.service.answers.review import Decided, Deciding, Noting, UndoInfo
from gkllm.service.deciding import decide, note, undo
from gkllm.service.problems import documented
from gkllm.service.service import Here, Writer

router = APIRouter(prefix="/v1", tags=["review"])


@router.post("/reports/{ref}/decisions", status_code=201, responses=documented(404, 409, 422, 428))
def make_decision(ref: ReportRef, asked: Deciding, here: Here, asker: Writer) -> Decided:
    """Decide what cells hold. `expected` names the last decision that was seen on each: 409 where there is a newer."""
    decided = decide(here.desk, here.store.queue, asker.name, ref, asked)
    here.metrics.decisions.inc(len(decided.decisions))
    here.events.look()
    return decided


@router.post("/reports/{ref}/notes", status_code=204, responses=documented(404, 422))
def add_note(ref: ReportRef, asked: Noting, here: Here, asker: Writer) -> None:
    """Keep words about a cell."""
    note(here.desk, asker.name, ref, asked)
    here.events.look()


@router.post("/undo", responses=documented())
def take_back(here: Here, asker: Writer) -> UndoInfo:
    """Take back the asker's last decision."""
    undone = undo(here.desk, here.store, asker.name)
    here.events.look()
    return undone
