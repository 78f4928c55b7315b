"""The desk at which all reviewers sit: one queue, kept in step with the store's log."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from threading import RLock
from typing import Any

from gkllm.form import Form, Forms, load_forms
from gkllm.language import later
from gkllm.report import Cell, Report, ReportId
from gkllm.results import Results, StoredReport, as_stored, read_results
from gkllm.review.corrected import corrected
from gkllm.review.describe import content_of
from gkllm.review.ledger import Ledger
from gkllm.review.log import ENTRY, CellRef, Content, Decision, Reason
from gkllm.review.queue import Item, Rank
from gkllm.review.session import Choices, Session
from gkllm.review.standing import Standing
from gkllm.review.stored_log import StoredLog
from gkllm.service.answers.base import parts_of, ref_of, ref_of_id
from gkllm.service.problems import Problem
from gkllm.settings import Settings
from gkllm.store.store import Store

News = tuple[str, int | None, dict[str, Any]]


class Desk:
    """The shared review. Any thread may ask; one at a time is answered.

    Raises, from every method:
        StoreUnusable, LogUnusable: the store refuses or cannot be reached.
    """

    def __init__(self, address: str, settings: Settings, store: Store) -> None:
        self.forms: Forms = load_forms(settings.rules, settings.form)
        self._address = address
        self._store = store
        self._log = StoredLog(address, store)
        self._lock = RLock()
        self._loaded: Session | None = None
        self._ids: dict[str, ReportId] = {}
        self._told = store.decisions.newest()
        self._newest = store.catalogue.newest()

    @contextmanager
    def at_work(self, reviewer: str = "") -> Iterator[Session]:
        """The review as it stands now, in a reviewer's hands; nobody else changes it within."""
        with self._lock:
            if self._loaded is None:
                results = _without_lines(read_results(self._address, in_review=True))
                self._ledger = Ledger(self._log)
                self._loaded = Session(results, self._ledger, Choices(""), self.forms)
                self._ids |= {ref_of_id(key): key for key in results.by_id()}
            self._loaded.catch_up()
            yield self._loaded.for_reviewer(reviewer)

    def load(self) -> None:
        """Have the queue ready before anybody asks."""
        with self.at_work():
            pass

    @property
    def version(self) -> int:
        """The number of the last entry that is known."""
        return self._log.read_to

    def report_id(self, session: Session, ref: str) -> ReportId:
        """The report of that name, which is among those that are reviewed from now on.

        Raises:
            Problem: there is none.
        """
        if ref not in self._ids:
            parts = parts_of(ref)
            found = self._store.catalogue.find(*parts) if parts else None
            if found is None:
                raise Problem(404, "there is no report {ref}", ref=ref)
            self._take_in(session, [as_stored(self._address, found[1])])
        return self._ids[ref]

    def _take_in(self, session: Session, found: list[StoredReport]) -> None:
        results = _without_lines(Results(self._address, tuple(found), single=False))
        session.take_in(results)
        self._ids |= {ref_of_id(stored.id): stored.id for stored in found}

    def item(self, session: Session, ref: str, cell: str) -> Item:
        """A cell's place in the review, whether it is open or not.

        Raises:
            Problem: there is no such report, or it has no such cell.
        """
        report = session.current(self.report_id(session, ref))
        if all(known.id != cell for known in report.cells):
            raise Problem(404, "this report has no cell {cell}", cell=cell)
        return session.item(CellRef(report.source.id, cell))

    def standing(self, report: ReportId) -> Standing:
        """What holds for a report; within `at_work`."""
        return self._ledger.standing(report)

    def everything(self) -> Standing:
        """What holds for all reports; within `at_work`."""
        return self._ledger.everything()

    def form(self, report: Report) -> Form:
        """The form of a report."""
        return self.forms[report.form]

    def open_counts(self) -> Mapping[str, int]:
        """How many cells are open, by report."""
        with self.at_work() as session:
            return Counter(ref_of_id(item.ref.report) for item in session.queue)

    def corrected(self, ref: str) -> Report:
        """A report with what was decided folded in, its relations checked again."""
        with self.at_work() as session:
            report_id = self.report_id(session, ref)
            report, decisions = session.original(report_id), self.standing(report_id).by_report()
        return self.fold(report, decisions.get(report_id, {}))

    def decided(self) -> Mapping[ReportId, Mapping[str, Decision | None]]:
        """What holds, by report."""
        with self.at_work():
            return self.everything().by_report()

    def fold(self, report: Report, decisions: Mapping[str, Decision | None]) -> Report:
        """A report with decisions folded in; cells on which reviewers disagree stay as they were read."""
        settled = {cell: decision for cell, decision in decisions.items() if decision is not None}
        return corrected(report, self.forms[report.form], settled)

    def news(self) -> list[News]:
        """What was added to the store since the last call, as events: entries of the log, and reports."""
        found: list[News] = []
        with self.at_work() as session:
            reports = self._store.catalogue.since(self._newest)
            if reports:
                self._newest = max(listed.number for listed, _ in reports)
                ids = [ref_of(listed.sha256, listed.part) for listed, _ in reports]
                # One that is read again takes the place of what is reviewed now.
                lines = [
                    line
                    for ref, (listed, line) in zip(ids, reports, strict=True)
                    if listed.to_review or ref in self._ids
                ]
                self._take_in(session, [as_stored(self._address, line) for line in lines])
                found.append(("reports", None, {"ids": ids, "open": len(session.queue)}))
            for number, line in self._store.decisions.since(self._told):
                self._told = number
                found.append(("decision", number, self._told_of(session, number, line)))
        return found

    def missed(self, since: int) -> list[News]:
        """The entries after the one of that number, as events."""
        with self.at_work() as session:
            entries = self._store.decisions.since(since)
            return [("decision", number, self._told_of(session, number, line)) for number, line in entries]

    def _told_of(self, session: Session, number: int, line: str) -> dict[str, Any]:
        entry = ENTRY.validate_json(line)
        after = entry.after if isinstance(entry, Decision) else None
        return {
            "number": number,
            "entry": entry.entry,
            "report": ref_of_id(entry.ref.report),
            "cell": entry.cell,
            "reviewer": entry.reviewer,
            "time": entry.time.isoformat(),
            "value": after.value if after else None,
            "state": after.state.value if after else None,
            "open": len(session.queue),
            "conflict": bool(self.standing(entry.ref.report).conflict(entry.ref)),
        }


def _without_lines(results: Results) -> Results:
    """The results without the reports' JSON: it is a third of what they take, and stands in the store."""
    return replace(results, reports=tuple(replace(stored, line=None) for stored in results.reports))


def last_of(standing: Standing, ref: CellRef) -> str | None:
    """The decision that whoever decides next should have seen."""
    found = standing.decisions.get(ref, ())
    return found[-1].id if found else None


def reason_for(cell: Cell, content: Content, *, breaks: bool) -> Reason:
    """What a decision rests on, told from what it says."""
    if breaks and content == content_of(cell):
        return Reason.CONFIRMED
    if content == content_of(cell):
        return Reason.ACCEPTED
    if content.value is None:
        return Reason.MARKED
    return Reason.CANDIDATE if content.value in {c.value for c in cell.candidates} else Reason.TYPED


def page_of(items: list[Item], after: Rank | None, limit: int) -> tuple[list[Item], str | None]:
    """Items after a place in the queue, and where the next page begins."""
    remaining = (item for item in items if after is None or item.rank > after)
    found = list(islice(remaining, limit + 1))
    return found[:limit], cursor_of(found[limit - 1].rank) if len(found) > limit else None


def cursor_of(rank: Rank) -> str:
    """A place in the queue in words."""
    return ",".join(f"{part:.17g}" for part in rank)


def rank_of(cursor: str) -> Rank:
    """The place that a cursor names.

    Raises:
        Problem: it names none.
    """
    try:
        return tuple(float(part) for part in cursor.split(","))
    except ValueError:
        raise Problem(422, later("{cursor}: no place in the queue"), cursor=cursor) from None
