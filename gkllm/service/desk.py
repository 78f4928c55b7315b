"""The desk at which all reviewers sit: the queue stands in the store, and the reports that are looked at are here."""

import logging
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from threading import RLock
from typing import Any, Final

from gkllm.batch import settings_content
from gkllm.errors import ResultsUnusable, StoreUnusable
from gkllm.form import Form, Forms, load_forms
from gkllm.report import Cell, Report, ReportId
from gkllm.results import Results, StoredReport, as_stored
from gkllm.review.corrected import corrected
from gkllm.review.describe import content_of
from gkllm.review.log import ENTRY, CellRef, Content, Decision, Note, Reason, Undo
from gkllm.review.queue import Item
from gkllm.review.session import Choices, Session
from gkllm.review.standing import Ledger, Standing, fold
from gkllm.review.stored_log import StoredLog
from gkllm.service.answers import parts_of, ref_of
from gkllm.service.problems import Problem
from gkllm.service.queue import rows_of
from gkllm.settings import Settings
from gkllm.store.catalogue import Listed
from gkllm.store.review import Ref, Reviewed
from gkllm.store.store import Store

News = tuple[str, int | None, dict[str, Any]]

_MOST_OPENED: Final = 32
"""Reports kept as they are looked at, each some hundred kilobytes; to open one takes some ten milliseconds."""
_PATIENCE: Final = 1.0
"""Seconds that one who asks waits for reports to be taken up; where there are more, the others follow."""


@dataclass(slots=True)
class Opened:
    """A report that is looked at, the review of it alone, and what was decided about it.

    `queued_to` is the entry of the log as of which its open cells stand in the store's queue.
    """

    listed: Listed
    id: ReportId
    session: Session
    ledger: Ledger
    log: StoredLog
    queued_to: int = -1

    @property
    def original(self) -> Report:
        """The report as it was extracted."""
        return self.session.original(self.id)

    @property
    def current(self) -> Report:
        """The report as decided so far."""
        return self.session.current(self.id)

    @property
    def standing(self) -> Standing:
        """What was decided about it."""
        return self.ledger.standing(self.id)

    def item(self, cell: str) -> Item:
        """A cell's place in the review, whether it is open or not.

        Raises:
            Problem: the report has no such cell.
        """
        if all(known.id != cell for known in self.current.cells):
            raise Problem(404, "this report has no cell {cell}", cell=cell)
        return self.session.item(CellRef(self.id, cell))


class Desk:
    """The shared review. Any thread may ask; one at a time looks at a report.

    Raises, from every method:
        StoreUnusable, LogUnusable: the store refuses or cannot be reached.
    """

    def __init__(self, address: str, settings: Settings, store: Store) -> None:
        self.forms: Forms = load_forms(settings.rules, settings.form)
        self._address = address
        self._store = store
        self._lock = RLock()
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        kept = settings_content(settings)
        self._made_by = f"{version('gkllm')} {kept['rules']} {kept['form']}"
        self._told = self._decided_to = store.decisions.newest()
        self._told_reports = self._reports_to = store.catalogue.newest()
        self._behind = dict.fromkeys(store.queue.behind(self._made_by), True)

    @contextmanager
    def reviewing(self, ref: str, reviewer: str = "") -> Iterator[Opened]:
        """A report as it stands now, in a reviewer's hands; nobody else here changes it within. What is decided within
        stands in the queue afterwards.

        Raises:
            Problem: there is no such report.
        """
        with self._lock:
            if ref not in self._opened:
                self._opened[ref] = self._open(ref)
                while len(self._opened) > _MOST_OPENED:
                    self._opened.popitem(last=False)
            self._opened.move_to_end(ref)
            one = self._opened[ref]
            one.session.catch_up()
            self._put(one)
            own = Opened(one.listed, one.id, one.session.for_reviewer(reviewer), one.ledger, one.log)
            yield own
            self._put(one)

    def _open(self, ref: str) -> Opened:
        parts = parts_of(ref)
        found = self._store.catalogue.find(*parts) if parts else None
        if parts is None or found is None:
            raise Problem(404, "there is no report {ref}", ref=ref)
        stored = as_stored(self._address, found[1])
        # Its line of JSON is a third of what it takes, and stands in the store.
        kept = StoredReport(stored.file, stored.report)
        log = StoredLog(self._address, self._store, parts)
        ledger = Ledger(log)
        session = Session(Results(self._address, (kept,), single=False), ledger, Choices(""), self.forms)
        return Opened(found[0], stored.id, session, ledger, log)

    def _put(self, one: Opened) -> None:
        if one.queued_to == one.log.read_to:
            return
        ref = (one.listed.sha256, one.listed.part)
        reviewed = Reviewed(ref, one.listed.number, one.log.read_to, self._made_by)
        self._store.queue.put(reviewed, rows_of(one.session, one.standing))
        one.queued_to = one.log.read_to

    @property
    def behind(self) -> int:
        """Reports that wait to be taken up into the queue."""
        return len(self._behind)

    def refresh(self) -> None:
        """Catch up for one who only looks: a store that takes nothing, full or held by another, still shows what is
        in it.
        """
        try:
            self.catch_up()
        except StoreUnusable as error:
            logging.getLogger("gkllm").error("%s", error)

    def catch_up(self, seconds: float = _PATIENCE) -> bool:
        """Take up into the queue what was added to the store since; whether a report that is new was.

        What cannot be taken up now stays behind, for another time.
        """
        ends, taken = time.monotonic() + seconds, False
        with self._lock:
            for ref in self._decided_about():
                self._behind.setdefault(ref, False)
            for listed in self._new_reports():
                self._behind[listed.sha256, listed.part] = True
        while time.monotonic() < ends:
            with self._lock:
                first = next(iter(self._behind), None)
                if first is None:
                    break
                if self._behind[first]:
                    self._opened.pop(ref_of(*first), None)
                self._take_up(first)
                taken |= self._behind.pop(first)
        return taken

    def _new_reports(self) -> list[Listed]:
        """Those that came since the last call and that a review is about, or was of an earlier reading."""
        found = self._store.catalogue.since(self._reports_to)
        if found:
            self._reports_to = found[-1].number
        known = self._store.queue.known([(one.sha256, one.part) for one in found])
        return [one for one in found if one.to_review or (one.sha256, one.part) in known]

    def _decided_about(self) -> list[Ref]:
        newest = self._store.decisions.newest()
        found = self._store.decisions.about(self._decided_to) if newest > self._decided_to else []
        self._decided_to = max(newest, self._decided_to)
        return found

    def _take_up(self, ref: Ref) -> None:
        """Have a report's open cells stand in the queue as they are now. It is kept open only where it was."""
        name = ref_of(*ref)
        if name in self._opened:
            with self.reviewing(name):
                return
        try:
            self._put(self._open(name))
        except Problem:
            self._store.queue.remove(ref)
        except StoreUnusable:
            raise
        except ResultsUnusable as error:
            # One that another version wrote is no reason to show none.
            logging.getLogger("gkllm").error("%s", error)

    def form(self, report: Report) -> Form:
        """The form of a report."""
        return self.forms[report.form]

    def corrected(self, report: Report) -> Report:
        """A report with what was decided folded in, its relations checked again."""
        part = report.source.part
        standing = fold(self._entries((report.source.sha256, part.number if part else None)))
        return self.fold(report, standing.by_report().get(report.source.id, {}))

    def fold(self, report: Report, decisions: Mapping[str, Decision | None]) -> Report:
        """A report with decisions folded in; cells on which reviewers disagree stay as they were read."""
        settled = {cell: decision for cell, decision in decisions.items() if decision is not None}
        return corrected(report, self.forms[report.form], settled)

    def everything(self) -> Standing:
        """What holds for all reports."""
        return Ledger(StoredLog(self._address, self._store)).everything()

    def news(self) -> list[News]:
        """What was added to the store since the last call, as events: entries of the log, and reports."""
        taken = self.catch_up()
        reports = self._store.catalogue.since(self._told_reports)
        found: list[News] = []
        if reports or taken:
            self._told_reports = max([self._told_reports, *(one.number for one in reports)])
            ids = [ref_of(one.sha256, one.part) for one in reports]
            found.append(("reports", None, {"ids": ids, "open": self._store.queue.counted().cells}))
        entries = self.missed(self._told)
        if entries:
            self._told = entries[-1][1] or self._told
        return found + entries

    def missed(self, since: int) -> list[News]:
        """The entries after the one of that number, as events."""
        rows = self._store.decisions.since(since)
        if not rows:
            return []
        entries = [(number, ENTRY.validate_json(line)) for number, line in rows]
        opened = self._store.queue.counted().cells
        standing = {ref: fold(self._entries(ref)) for ref in dict.fromkeys(_about(e) for _, e in entries)}
        return [
            ("decision", number, _told(number, entry, standing[_about(entry)], opened))
            for number, entry in entries
        ]

    def _entries(self, ref: Ref) -> list[Decision | Undo | Note]:
        return [ENTRY.validate_json(line) for _, line in self._store.decisions.since(0, ref)]


def _about(entry: Decision | Undo | Note) -> Ref:
    return entry.document, entry.part.number if entry.part else None


def _told(number: int, entry: Decision | Undo | Note, standing: Standing, opened: int) -> dict[str, Any]:
    after = entry.after if isinstance(entry, Decision) else None
    return {
        "number": number,
        "entry": entry.entry,
        "report": ref_of(*_about(entry)),
        "cell": entry.cell,
        "reviewer": entry.reviewer,
        "time": entry.time.isoformat(),
        "value": after.value if after else None,
        "state": after.state.value if after else None,
        "open": opened,
        "conflict": bool(standing.conflict(entry.ref)),
    }


def reason_for(cell: Cell, content: Content, *, breaks: bool) -> Reason:
    """What a decision rests on, told from what it says."""
    if breaks and content == content_of(cell):
        return Reason.CONFIRMED
    if content == content_of(cell):
        return Reason.ACCEPTED
    if content.value is None:
        return Reason.MARKED
    return Reason.CANDIDATE if content.value in {c.value for c in cell.candidates} else Reason.TYPED
