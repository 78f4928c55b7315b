"""The queue between the store, where it stands as rows, and whoever asks for it."""

from collections.abc import Sequence

from pydantic import BaseModel

from gkllm.language import later
from gkllm.report import Cell
from gkllm.review.describe import question, report_name
from gkllm.review.log import CellRef
from gkllm.review.queue import Item
from gkllm.review.session import Session
from gkllm.review.standing import Standing
from gkllm.service.answers import ref_of
from gkllm.service.answers.review import DecisionInfo
from gkllm.service.answers.review import Item as ItemInfo
from gkllm.service.problems import Problem
from gkllm.service.views import decision_info, options
from gkllm.store.review import Place, Question, Queued
from gkllm.terminal.words import reasons_of

_LARGEST = 2.0**53


class _Told(BaseModel):
    """What the store keeps of a question: what is shown of it, before it is said in a language."""

    label: str
    label_en: str
    cells: int
    report_name: str
    name: str
    sampled: bool
    cell: Cell
    conflict: tuple[DecisionInfo, ...]
    last: str | None


def rows_of(session: Session, standing: Standing) -> list[Question]:
    """The questions of a session about one report, as the store keeps them."""
    return [_row(session, item, standing) for item in session.asked]


def _row(session: Session, item: Item, standing: Standing) -> Question:
    report, cell = session.report(item), session.cell(item)
    together, group, own, place = item.rank
    chinese, english = session.labels(item)
    told = _Told(
        label=chinese,
        label_en=english,
        cells=session.about(item).together,
        report_name=report_name(report),
        name=report.source.name,
        sampled=item.sampled,
        cell=cell,
        conflict=tuple(map(decision_info, standing.conflict(item.ref))),
        last=last_of(standing, item.ref),
    )
    at = (together, int(group), own, int(place))
    return Question(cell.id, told.cells, at, session.words(item), told.model_dump_json())


def item_info(queued: Queued, *, short: bool) -> ItemInfo:
    """A question of the queue, in the language that is spoken."""
    told = _Told.model_validate_json(queued.told)
    cell = told.cell
    shown = {
        "report": ref_of(*queued.ref),
        "cell": cell.id,
        "group": queued.place[3],
        "worth": round(-queued.place[4], 4),
        "question": question(cell, told.cells),
        "reasons": () if short else reasons_of(cell),
        "candidates": () if short else options(cell),
    }
    return ItemInfo.model_validate(dict(cell) | dict(told) | shown)


def last_of(standing: Standing, ref: CellRef) -> str | None:
    """The decision that whoever decides next should have seen."""
    found = standing.decisions.get(ref, ())
    return found[-1].id if found else None


def page_of(found: Sequence[Queued], limit: int) -> tuple[Sequence[Queued], str | None]:
    """As many as are wanted of what was found, and where the next page begins."""
    return found[:limit], cursor_of(found[limit - 1].place) if len(found) > limit else None


def cursor_of(place: Place) -> str:
    """A place in the queue in words."""
    return ",".join(f"{part:.17g}" for part in place)


def place_of(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        Problem: it names none.
    """
    try:
        together, document, position, group, own, place = map(float, cursor.split(","))
        if not all(abs(part) < _LARGEST for part in (together, document, position, group, own, place)):
            raise ValueError(cursor)
        return together, int(document), int(position), int(group), own, int(place)
    except ValueError:
        raise Problem(422, later("{cursor}: no place in the queue"), cursor=cursor) from None
