"""What reviewers see at the desk: the queue, and one report with everything that was decided about it."""

from gkllm.report import Cell
from gkllm.review.describe import content_of, question, report_name
from gkllm.review.log import CellRef
from gkllm.review.queue import Item as QueueItem
from gkllm.review.session import Session
from gkllm.review.standing import Standing
from gkllm.service.answers.base import ref_of_id
from gkllm.service.answers.review import (
    CellInfo,
    Held,
    Item,
    NoteInfo,
    Queue,
    ReaderInfo,
    ReviewInfo,
)
from gkllm.service.desk import Desk, last_of, page_of, rank_of
from gkllm.service.views import both_labels, decision_info, fault, options, reasons, summary, table_shapes
from gkllm.store.catalogue import Catalogue


def queue(
    desk: Desk, limit: int, after: str | None, ref: str | None, words: str | None, *, short: bool
) -> Queue:
    """What is asked, of one report or of all, with the words in its names."""
    with desk.at_work() as session:
        items = session.asked
        if ref is not None:
            report_id = desk.report_id(session, ref)
            items = [item for item in items if item.ref.report == report_id]
        if words:
            wanted = words.lower()
            items = [item for item in items if wanted in session.words(item)]
        page, following = page_of(items, rank_of(after) if after else None, limit)
        return Queue(
            open=len(session.queue),
            questions=len(session.asked),
            groups=len({item.group for item in session.queue}),
            items=tuple(_item(desk, session, item, short=short) for item in page),
            next=following,
            version=desk.version,
        )


def _item(desk: Desk, session: Session, item: QueueItem, *, short: bool) -> Item:
    report, cell = session.report(item), session.cell(item)
    standing, together = desk.standing(item.ref.report), session.about(item).together
    chinese, english = session.labels(item)
    return Item(
        report=ref_of_id(item.ref.report),
        cell=cell.id,
        group=item.group,
        worth=round(item.worth, 4),
        sampled=item.sampled,
        cells=together,
        question=question(cell, together),
        label=chinese,
        label_en=english,
        report_name=report_name(report),
        name=report.source.name,
        value=cell.value,
        state=cell.state,
        raw=cell.raw,
        confidence=cell.confidence,
        reasons=() if short else reasons(cell),
        candidates=() if short else options(cell),
        conflict=tuple(map(decision_info, standing.conflict(item.ref))),
        last=last_of(standing, item.ref),
    )


def review(desk: Desk, catalogue: Catalogue, ref: str) -> ReviewInfo:
    """A report as it is reviewed."""
    with desk.at_work() as session:
        report_id = desk.report_id(session, ref)
        original, report = session.original(report_id), session.current(report_id)
        standing = desk.standing(report_id)
        opened = {item.ref.cell for item in session.queue if item.ref.report == report_id}
    found = catalogue.find(report_id.sha256, report_id.part.number if report_id.part else None)
    assert found is not None, "a report that is reviewed stands in the store"
    form = desk.form(report)
    before = {cell.id: cell for cell in original.cells}
    checked = desk.fold(original, standing.by_report().get(report_id, {}))
    return ReviewInfo(
        report=summary(found[0], len(opened)),
        form=report.form,
        tables=tuple(table_shapes(report, form)),
        cells={
            cell.id: _cell(
                cell, before[cell.id], standing, CellRef(report_id, cell.id), opened=cell.id in opened
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
        reasons=reasons(cell),
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
