"""What reviewers do: weigh a cell's relations, decide it, note something, take a decision back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from gkllm.report import Cell, CellState, Report
from gkllm.review.corrected import broken
from gkllm.review.describe import content_of
from gkllm.review.log import Content
from gkllm.review.plain import typed_content
from gkllm.review.queue import Item
from gkllm.review.standing import Standing
from gkllm.service.answers import ReportRef, Words, ref_of
from gkllm.service.answers.relations import Relations
from gkllm.service.answers.review import Current, Decided, Deciding, Noting, UndoInfo, Undone
from gkllm.service.desk import Desk, reason_for
from gkllm.service.problems import Problem, documented
from gkllm.service.queue import last_of
from gkllm.service.service import Here, Reader, Writer
from gkllm.service.views import decision_info, fitting_suggestions, relation_infos, weighed

router = APIRouter(prefix="/v1", tags=["review"])


@router.post("/reports/{ref}/decisions", status_code=201, responses=documented(404, 409, 422, 428))
def make_decision(ref: ReportRef, asked: Deciding, here: Here, asker: Writer) -> Decided:
    """Decide what cells hold. `expected` names the last decision that was seen on each: 409 where there is a newer."""
    desk, reviewer = here.desk, asker.name
    cells = asked.named()
    if not cells:
        raise Problem(422, "no cell is named")
    with desk.reviewing(ref, reviewer) as one:
        items = [one.item(cell) for cell in cells]
        _require_expected(asked, items, one.standing)
        session, before = one.session, one.current
        if asked.whole:
            held = _content(desk, before, cells[0], asked)
            together = [other for item in items for other in session.settled_by(item, held)]
            items = list(dict.fromkeys([*items, *together]))
        contents = {item.ref.cell: _content(desk, before, item.ref.cell, asked) for item in items}
        first = contents[cells[0]]
        breaks = any(broken(session.sides(item, contents[item.ref.cell])) for item in items)
        session.decide(
            items,
            lambda item: contents[item.ref.cell],
            asked.reason or reason_for(session.cell(items[0]), first, breaks=breaks),
            asked.seconds,
            asked.note,
            aside=_others(items, one.standing, reviewer) if asked.overrule else (),
        )
        now, left, report = one.standing, len(session.queue), one.current
    made = [now.decisions[item.ref][-1] for item in items]
    here.metrics.decisions.inc(len(made))
    here.events.look()
    return Decided(
        decisions=tuple(map(decision_info, made)),
        open=here.store.queue.counted().cells,
        report_open=left,
        settled=all(now.settled(item.ref) for item in items),
        changed=tuple(sorted(_changed(before, report) - set(cells))),
    )


@router.post("/reports/{ref}/notes", status_code=204, responses=documented(404, 422))
def add_note(ref: ReportRef, asked: Noting, here: Here, asker: Writer) -> None:
    """Keep words about a cell."""
    with here.desk.reviewing(ref, asker.name) as one:
        one.session.note(one.item(asked.cell), asked.text)
    here.events.look()


@router.post("/undo", responses=documented())
def take_back(here: Here, asker: Writer) -> UndoInfo:
    """Take back the asker's last decision."""
    last = here.store.decisions.last_of(asker.name)
    undone = None
    if last is not None:
        with here.desk.reviewing(ref_of(*last), asker.name) as one:
            taken_back = one.session.undo()
        if taken_back is not None:
            undone = Undone(report=ref_of(*last), cell=taken_back.cell)
    here.events.look()
    return UndoInfo(undone=undone, open=here.store.queue.counted().cells)


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
    with here.desk.reviewing(ref) as one:
        item, session = one.item(cell), one.session
        report, form = one.current, session.form(item)
        if typed is not None:
            content = typed_content(report, form, cell, typed)
        content = content or content_of(session.cell(item))
        found, read = session.sides(item, content), session.original(item.ref.report)
    return Relations(
        cell=cell,
        value=content.value,
        state=content.state,
        relations=tuple(relation_infos(report, form, cell, content, found)),
        candidates=tuple(weighed(report, form, read, cell)),
        suggestions=tuple(fitting_suggestions(report, form, cell)),
    )


def _require_expected(asked: Deciding, items: Sequence[Item], standing: Standing) -> None:
    if "expected" not in asked.model_fields_set:
        raise Problem(428, "expected is missing: the last decision that you saw on the cell, null for none")
    stale: list[Current] = []
    for item in items:
        cell, expected = item.ref.cell, asked.expected
        if isinstance(expected, dict):
            if cell not in expected:
                raise Problem(428, "expected does not name {cell}", cell=cell)
            expected = expected[cell]
        last = last_of(standing, item.ref)
        if expected != last:
            found = tuple(map(decision_info, standing.decisions.get(item.ref, ())))
            stale.append(Current(cell=cell, decisions=found, last=last))
    if stale:
        members = {"current": [one.model_dump(mode="json") for one in stale]}
        raise Problem(409, "{count} cells were decided since you saw them", members=members, count=len(stale))


def _content(desk: Desk, report: Report, cell: str, asked: Deciding) -> Content:
    if asked.state is not CellState.REPORTED:
        if asked.value is not None:
            raise Problem(422, "a cell that is {state} has no value", state=asked.state.value)
        return Content(value=None, state=asked.state)
    if asked.value is None:
        raise Problem(422, "a value is missing")
    return typed_content(report, desk.form(report), cell, repr(asked.value))


def _others(items: Sequence[Item], standing: Standing, reviewer: str) -> list[str]:
    found = (decision.reviewer for item in items for decision in standing.decisions.get(item.ref, ()))
    return [name for name in dict.fromkeys(found) if name != reviewer]


def _changed(before: Report, now: Report) -> set[str]:
    def needing(cells: Sequence[Cell]) -> set[str]:
        return {cell.id for cell in cells if cell.needs_review}

    return needing(before.cells) ^ needing(now.cells)
