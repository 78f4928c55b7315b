"""What reviewers do at the desk: look at a cell, decide it, note something, take a decision back."""

from collections.abc import Sequence

from gkllm.report import Cell, CellState, Report
from gkllm.review.describe import content_of
from gkllm.review.log import CellRef, Content
from gkllm.review.plain import typed_content
from gkllm.review.queue import Item
from gkllm.review.relations import broken
from gkllm.review.standing import Standing
from gkllm.service.answers.base import ref_of
from gkllm.service.answers.relations import Relations
from gkllm.service.answers.review import Current, Decided, Deciding, Noting, UndoInfo, Undone
from gkllm.service.desk import Desk, reason_for
from gkllm.service.problems import Problem
from gkllm.service.queue import last_of
from gkllm.service.views import decision_info, fitting_suggestions, relation_infos, weighed
from gkllm.store.queue import Queue
from gkllm.store.store import Store


def decide(desk: Desk, queue: Queue, reviewer: str, ref: str, asked: Deciding) -> Decided:
    """Decide cells of a report, all in one write.

    Raises:
        Problem: there is no such cell, the value is none of it, or somebody decided since.
    """
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
    return Decided(
        decisions=tuple(map(decision_info, made)),
        open=queue.counted().cells,
        report_open=left,
        settled=all(now.settled(item.ref) for item in items),
        changed=tuple(sorted(_changed(before, report) - set(cells))),
    )


def note(desk: Desk, reviewer: str, ref: str, asked: Noting) -> None:
    """Keep words about a cell."""
    with desk.reviewing(ref, reviewer) as one:
        one.session.note(one.item(asked.cell), asked.text)


def undo(desk: Desk, store: Store, reviewer: str) -> UndoInfo:
    """Take back the reviewer's last decision."""
    last = store.decisions.last_of(reviewer)
    undone = None
    if last is not None:
        with desk.reviewing(ref_of(*last), reviewer) as one:
            taken_back = one.session.undo()
        if taken_back is not None:
            undone = Undone(report=ref_of(*last), cell=taken_back.cell)
    return UndoInfo(undone=undone, open=store.queue.counted().cells)


def relations(desk: Desk, ref: str, cell: str, content: Content | None, typed: str | None) -> Relations:
    """A cell's relations as they stand if it holds the content, what is typed, or what it holds now."""
    with desk.reviewing(ref) as one:
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
        if expected != last_of(standing, item.ref):
            stale.append(current(standing, item.ref))
    if stale:
        members = {"current": [one.model_dump(mode="json") for one in stale]}
        raise Problem(409, "{count} cells were decided since you saw them", members=members, count=len(stale))


def current(standing: Standing, ref: CellRef) -> Current:
    """The decisions in force on a cell."""
    found = standing.decisions.get(ref, ())
    return Current(cell=ref.cell, decisions=tuple(map(decision_info, found)), last=last_of(standing, ref))


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
