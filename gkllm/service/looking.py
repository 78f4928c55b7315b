"""What reviewers see at the desk: the queue, and one report with everything that was decided about it."""

from gkllm.report import Cell
from gkllm.review.describe import content_of, question
from gkllm.review.log import CellRef
from gkllm.review.standing import Standing
from gkllm.service.answers.base import parts_of
from gkllm.service.answers.review import CellInfo, Held, NoteInfo, Queue, ReaderInfo, ReviewInfo
from gkllm.service.desk import Desk
from gkllm.service.queue import item_info, last_of, page_of, place_of
from gkllm.service.views import both_labels, decision_info, fault, options, summary, table_shapes
from gkllm.store.store import Store
from gkllm.terminal.words import reasons_of


def queue(
    desk: Desk, store: Store, limit: int, after: str | None, ref: str | None, words: str, *, short: bool
) -> Queue:
    """What is asked, of one report or of all, with the words in its names."""
    if ref is None:
        desk.refresh()
    else:
        with desk.reviewing(ref):
            pass
    place, counted = place_of(after) if after else None, store.queue.counted()
    found = store.queue.page(place, limit + 1, parts_of(ref) if ref else None, words)
    page, following = page_of(found, limit)
    return Queue(
        open=counted.cells,
        questions=counted.questions,
        groups=counted.groups,
        items=tuple(item_info(queued, short=short) for queued in page),
        next=following,
        version=store.decisions.newest(),
        behind=desk.behind,
    )


def review(desk: Desk, ref: str) -> ReviewInfo:
    """A report as it is reviewed."""
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
    content = content_of(before)
    return CellInfo(
        id=cell.id,
        label=cell.label,
        label_en=cell.label,
        raw=cell.raw,
        value=cell.value,
        state=cell.state,
        reading=cell.reading,
        confidence=cell.confidence,
        needs_review=cell.needs_review,
        open=opened,
        question=question(cell),
        reasons=reasons_of(cell),
        candidates=options(before),
        span=cell.span,
        page=cell.page,
        box=cell.box,
        readers={name: ReaderInfo(raw=view.raw, name=view.name) for name, view in cell.readers.items()},
        decisions=tuple(map(decision_info, standing.decisions.get(ref, ()))),
        last=last_of(standing, ref),
        notes=tuple(
            NoteInfo(reviewer=note.reviewer, time=note.time.isoformat(), text=note.text)
            for note in standing.notes.get(ref, ())
        ),
        extracted=Held(value=content.value, state=content.state),
    )
