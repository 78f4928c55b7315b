"""What the review keeps in a store: decisions, only ever added to, in one order for all who read them; and its queue.

The queue is a row a cell that is open, kept in step with reports and decisions by who serves the store.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, select, tuple_

from gkllm.store import DecisionRow
from gkllm.store.opening import Connected
from gkllm.store.tables import CURRENT_REPORTS, DECISIONS, OVERRULED, QUEUED, QUEUED_REPORTS, REPORTS


class Decisions(Connected):
    """The decisions in a store.

    Raises, from every method:
        StoreUnusable: the database refuses or cannot be reached; of entries being added none stands then.
    """

    def append(self, rows: Sequence[DecisionRow]) -> None:
        """Add entries, all in one transaction."""
        with self._writing(lone=True) as connection:
            # Else one that began earlier could come to stand before what was read already.
            for row in rows:
                values = asdict(row)
                overrules = values.pop("overrules")
                number = connection.scalar(insert(DECISIONS).values(values).returning(DECISIONS.c.id))
                for reviewer in dict.fromkeys(overrules):
                    connection.execute(
                        insert(OVERRULED).values({"decision_id": number, "reviewer": reviewer})
                    )

    def newest(self) -> int:
        """The number of the last entry, 0 where there is none."""
        with self._reading() as connection:
            return int(connection.scalar(select(func.max(DECISIONS.c.id))) or 0)

    def since(self, number: int, of: tuple[str, int | None] | None = None) -> list[tuple[int, str]]:
        """The entries added after the one of that number, 0 for all, or those of them that are about a report, named by
        its file's hash and its part: each number, and its line."""
        d = DECISIONS.c
        which = [d.id > number] if of is None else [d.id > number, *_about(of)]
        with self._reading() as connection:
            rows = connection.execute(select(d.id, d.json).where(*which).order_by(d.id))
            return [(row.id, row.json) for row in rows]

    def about(self, number: int) -> list[tuple[str, int | None]]:
        """The reports that the entries after the one of that number are about, each once."""
        d = DECISIONS.c
        with self._reading() as connection:
            rows = connection.execute(select(d.sha256, d.part).where(d.id > number).distinct())
            return [(row.sha256, row.part) for row in rows]

    def last_of(self, reviewer: str) -> tuple[str, int | None] | None:
        """The report of the reviewer's latest decision that is not taken back, about what the store holds."""
        d, undo, r = DECISIONS.c, DECISIONS.alias().c, CURRENT_REPORTS.c
        found = select(d.sha256, d.part).where(
            d.reviewer == reviewer,
            d.entry == "decision",
            ~exists().where(undo.undoes == d.entry_id),
            exists().where(r.sha256 == d.sha256, func.coalesce(r.part, 0) == func.coalesce(d.part, 0)),
        )
        with self._reading() as connection:
            row = connection.execute(found.order_by(d.id.desc()).limit(1)).first()
        return (row.sha256, row.part) if row else None


def _about(report: tuple[str, int | None]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    sha256, part = report
    d = DECISIONS.c
    return d.sha256 == sha256, d.part.is_(None) if part is None else d.part == part


Ref = tuple[str, int | None]
"""A report: the hash of its file's bytes, and its number among the file's reports, null where there is one."""
Place = tuple[float, int, int, int, float, int]
"""Where a cell stands in the queue, as the columns from `together` to `place` sort it."""

_C: Final = QUEUED.c
_Q: Final = QUEUED_REPORTS.c
_R: Final = CURRENT_REPORTS.c
_PLACE: Final = (_C.together, _C.document_id, _C.position, _C.in_group, _C.worth, _C.place)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report as it was taken up: its row, the last entry of the log about it, and by which program and form."""

    ref: Ref
    number: int
    decided_to: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Question:
    """A cell of one report that is asked about, and how many cells are meant. Its place is what its group is worth, the
    group, what itself is worth, and where it stands."""

    cell: str
    cells: int
    place: tuple[float, int, float, int]
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A question in the queue."""

    ref: Ref
    cell: str
    place: Place
    told: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cells are open, in how many groups, and how many questions ask about them."""

    cells: int
    groups: int
    questions: int


class Queue(Connected):
    """The queue in a store."""

    def put(self, one: Reviewed, questions: Sequence[Question]) -> None:
        """Have a report's questions stand as these, unless they were taken up from more of the log already."""
        with self._writing(lone=True) as connection:
            before = connection.execute(select(_Q.report_id, _Q.decided_to).where(_is(_Q, one.ref))).first()
            if before and before.report_id == one.number and before.decided_to > one.decided_to:
                return
            at = connection.execute(select(_R.document_id, _R.position).where(_R.id == one.number)).first()
            _remove(connection, one.ref)
            if at is None:
                return
            own = {"sha256": one.ref[0], "part": one.ref[1] or 0}
            counts = {
                "cells": sum(question.cells for question in questions),
                "in_groups": len({question.place[1] for question in questions}),
                "questions": len(questions),
            }
            taken_up = {"report_id": one.number, "decided_to": one.decided_to, "made_by": one.made_by}
            connection.execute(insert(QUEUED_REPORTS), own | taken_up | counts)
            if questions:
                order = {"document_id": at[0], "position": at[1]}
                rows = [own | order | _row(question) for question in questions]
                connection.execute(insert(QUEUED), rows)

    def remove(self, ref: Ref) -> None:
        """Take a report's cells out: it is no longer there."""
        with self._writing(lone=True) as connection:
            _remove(connection, ref)

    def page(self, after: Place | None, limit: int, ref: Ref | None, words: str) -> list[Queued]:
        """Questions after a place, those of one report alone where it is named, with the words in theirs."""
        which: list[ColumnElement[bool]] = [] if ref is None else [_is(_C, ref)]
        if after is not None:
            which.append(tuple_(*_PLACE) > tuple_(*after))
        if words:
            which.append(_C.words.contains(words.lower(), autoescape=True))
        found = select(_C.sha256, _C.part, _C.cell, _C.told, *_PLACE).where(*which).order_by(*_PLACE)
        return [
            Queued((row.sha256, row.part or None), row.cell, tuple(row[4:]), row.told)
            for row in self._rows(found.limit(limit))
        ]

    def counted(self) -> Counted:
        """Over all reports."""
        counted = select(func.sum(_Q.cells), func.sum(_Q.in_groups), func.sum(_Q.questions))
        ((cells, groups, questions),) = self._rows(counted)
        return Counted(int(cells or 0), int(groups or 0), int(questions or 0))

    def open_of(self, refs: Collection[Ref]) -> dict[Ref, int]:
        """How many cells of each of these reports are open, those alone that have one."""
        if not refs:
            return {}
        which = (_Q.sha256.in_({sha256 for sha256, _ in refs}), _Q.cells > 0)
        return {(r.sha256, r.part or None): r.cells for r in self._rows(select(QUEUED_REPORTS).where(*which))}

    def open_by(self, column: str) -> dict[Any, int]:
        """How many cells are open by a column of the reports, such as the year."""
        of = select(REPORTS.c[column], func.sum(_Q.cells)).join(QUEUED_REPORTS, _Q.report_id == REPORTS.c.id)
        return {value: int(cells) for value, cells in self._rows(of.group_by(REPORTS.c[column]))}

    def known(self, refs: Collection[Ref]) -> set[Ref]:
        """Which of these reports were taken up."""
        which = _Q.sha256.in_({sha256 for sha256, _ in refs})
        return {(r.sha256, r.part or None) for r in self._rows(select(_Q.sha256, _Q.part).where(which))}

    def behind(self, made_by: str) -> list[Ref]:
        """The reports whose cells do not stand as reports and decisions are now, or were made by something else."""
        own = (_Q.sha256 == _R.sha256, _Q.part == func.coalesce(_R.part, 0))
        new = select(_R.sha256, _R.part).where(_R.to_review > 0, ~exists().where(*own, _Q.made_by == made_by))
        gone = select(_Q.sha256, _Q.part).where(~exists().where(_R.id == _Q.report_id))
        d = DECISIONS.c
        same = (_Q.sha256 == d.sha256, _Q.part == func.coalesce(d.part, 0))
        taken = select(_Q.decided_to).where(*same).scalar_subquery()
        decided = select(d.sha256, d.part).group_by(d.sha256, d.part)
        decided = decided.having(func.max(d.id) > func.coalesce(func.max(taken), 0))
        rows = (row for query in (new, gone, decided) for row in self._rows(query))
        return list(dict.fromkeys((sha256, part or None) for sha256, part in rows))


def is_open() -> ColumnElement[bool]:
    """Of a current report: whether a cell of it is open."""
    return exists().where(_Q.sha256 == _R.sha256, _Q.part == func.coalesce(_R.part, 0), _Q.cells > 0)


def _is(columns: Any, ref: Ref) -> ColumnElement[bool]:
    return and_(columns.sha256 == ref[0], columns.part == (ref[1] or 0))


def _remove(connection: Any, ref: Ref) -> None:
    connection.execute(delete(QUEUED).where(_is(_C, ref)))
    connection.execute(delete(QUEUED_REPORTS).where(_is(_Q, ref)))


def _row(question: Question) -> dict[str, object]:
    together, group, worth, place = question.place
    return {
        "cell": question.cell,
        "together": together,
        "in_group": group,
        "worth": worth,
        "place": place,
        "words": question.words,
        "told": question.told,
    }
