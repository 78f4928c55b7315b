"""One reviewer's work: what is open, and every way to decide it."""

import uuid
from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TypedDict

from gkllm.checking.evaluate import Residual
from gkllm.form import CellId, Form, Forms
from gkllm.report import Cell, CellState, PartInfo, Report, ReportId
from gkllm.results import Results, StoredReport
from gkllm.review.corrected import folded, sides
from gkllm.review.describe import About, content_of, labels, report_name
from gkllm.review.log import CellRef, Content, Decision, Note, Reason, Undo
from gkllm.review.queue import Item, Order
from gkllm.review.standing import Ledger, Standing
from gkllm.terminal.words import table_of


@dataclass(frozen=True, slots=True)
class Choices:
    """How a session is to run. `independent` puts cells that only others decided into the queue as well."""

    reviewer: str
    sample: int = 0
    seed: int = 0
    independent: bool = False


class _Common(TypedDict):
    gkllm: str
    id: str
    document: str
    part: PartInfo | None
    source: str
    cell: str
    reviewer: str
    time: datetime


class Session:
    """The queue of one reviewer, kept in step with the log.

    `queue` is what is open, in order: cells that need review in the reports as corrected so far, cells whose
    reviewers contradict each other, and sampled cells; skipped ones come last. `asked` is the same with one cell
    for all of a table that was not found. Every method that decides something
    returns once it is on the disk.

    Raises, from every method that writes:
        LogUnusable: the log cannot be written; nothing was decided then.
    """

    def __init__(self, results: Results, ledger: Ledger, choices: Choices, forms: Forms) -> None:
        self._stored = results.by_id()
        self._ledger = ledger
        self._choices = choices
        self._forms = forms
        self._version = version("gkllm")
        self._order = Order(results, forms)
        drawn = self._order.sample(results, choices.sample, choices.seed)
        self._sampled = {item.ref for item in drawn}
        self._skipped: set[CellRef] = set()
        self._cells: dict[ReportId, dict[str, Cell]] = {}
        self._reports: dict[ReportId, Report] = {}
        self.queue: list[Item] = []
        self.asked: list[Item] = []
        self._refresh(self._stored)

    @property
    def reviewer(self) -> str:
        """Who decides."""
        return self._choices.reviewer

    def for_reviewer(self, name: str) -> "Session":
        """The same queue in another reviewer's hands: what either decides, both see."""
        other = copy(self)
        other._choices = replace(self._choices, reviewer=name)
        return other

    def catch_up(self) -> frozenset[ReportId]:
        """Take up what others added to the log since; the reports that they decided about."""
        found = self._ledger.catch_up()
        self._refresh(found & self._stored.keys())
        return found

    def holds(self, report: ReportId) -> bool:
        """Whether a report is among those that are reviewed."""
        return report in self._stored

    def item(self, ref: CellRef) -> Item:
        """A cell's item, open or not; its report is among those that are reviewed."""
        return self._order.item(ref.report, self._reports[ref.report], self._current(ref.report)[ref.cell])

    def original(self, report: ReportId) -> Report:
        """A report that is reviewed, as it was extracted."""
        return self._stored[report].report

    def current(self, report: ReportId) -> Report:
        """A report that is reviewed, as corrected so far."""
        return self._reports[report]

    def stored(self, item: Item) -> StoredReport:
        """The report an item is of, as it was extracted."""
        return self._stored[item.ref.report]

    def report(self, item: Item) -> Report:
        """The report an item is of, as corrected so far."""
        return self._reports[item.ref.report]

    def form(self, item: Item) -> Form:
        """The form of the report an item is of."""
        return self._forms[self.report(item).form]

    def labels(self, item: Item) -> tuple[str, str]:
        """What an item's cell, or its whole table, is called, in Chinese and in English."""
        if item.whole:
            table = table_of(self.report(item), self.form(item), CellId(item.ref.cell).table)
            return f"{table.section}、{table.title}", table.english
        return labels(self.report(item), self.form(item), item.ref.cell)

    def cell(self, item: Item) -> Cell:
        """An item's cell, as corrected so far."""
        return self._current(item.ref.report)[item.ref.cell]

    def proposal(self, item: Item) -> Content:
        """What the program proposes for an item."""
        return content_of(self.cell(item))

    def group(self, item: Item) -> list[Item]:
        """The open items of an item's group, itself included, in the queue's order."""
        refs = set(self._order.group(item))
        return [other for other in self.queue if other.ref in refs] if len(refs) > 1 else [item]

    def settled_by(self, item: Item, content: Content) -> list[Item]:
        """The open items that deciding one settles: all of a table, where it is that the table is missing."""
        return self.group(item) if item.whole and content.state is CellState.MISSING else [item]

    def sides(self, item: Item, content: Content) -> list[Residual]:
        """The relations of an item's cell, as they stand if it holds `content`."""
        return sides(self.report(item), self.form(item), item.ref.cell, content)

    def conflict(self, item: Item) -> tuple[Decision, ...]:
        """The decisions about an item that contradict each other."""
        return self._standing(item).conflict(item.ref)

    def notes(self, item: Item) -> tuple[Note, ...]:
        """What was noted about an item."""
        return self._standing(item).notes.get(item.ref, ())

    def about(self, item: Item) -> About:
        """What is shown of an item besides its cell."""
        together = len(self.group(item)) if item.whole else 1
        return About(together, self.conflict(item), self.notes(item))

    def words(self, item: Item) -> str:
        """What a search looks through: an item's labels, id, report and print, in lower case."""
        name = report_name(self.report(item))
        found = (*self.labels(item), item.ref.cell, name, self.cell(item).raw)
        return " ".join(found).lower()

    def find(self, place: int, wanted: Callable[[Item], bool]) -> int | None:
        """The first place in `asked` after `place`, around its end, with an item that is wanted."""
        around = (*range(place + 1, len(self.asked)), *range(min(place + 1, len(self.asked))))
        return next((found for found in around if wanted(self.asked[found])), None)

    def decide(
        self,
        items: Sequence[Item],
        content: Callable[[Item], Content],
        reason: Reason,
        seconds: float,
        note: str | None = None,
        *,
        aside: Sequence[str] | None = None,
    ) -> None:
        """Decide items, all in one write. `seconds` is the time they took together, `aside` are the reviewers whose
        decisions give way; if null, those who contradict each other."""
        each = seconds / len(items)
        made = [self._decision(item, content(item), reason, each, note) for item in items]
        if aside is not None:
            made = [decision.model_copy(update={"overrules": tuple(aside)}) for decision in made]
        self._append(made)

    def note(self, item: Item, text: str) -> None:
        """Keep words about an item."""
        self._append([Note(**self._common(item.ref), text=text)])

    def undo(self) -> CellRef | None:
        """Take back this reviewer's last decision about these results; its cell, or null if there is none."""
        decision = self._ledger.last_decision(self.reviewer, self._stored)
        if decision is None:
            return None
        together = self._ledger.made_with(decision, self._order.whole(decision.ref))
        self._append([Undo(**self._common(one.ref), undoes=one.id) for one in together])
        return decision.ref

    def skip(self, item: Item) -> None:
        """Put an item off to the end of the queue for this session."""
        self._skipped |= {one.ref for one in (self.group(item) if item.whole else [item])}
        self._sort()

    def _decision(
        self, item: Item, after: Content, reason: Reason, seconds: float, note: str | None
    ) -> Decision:
        original = next(c for c in self.stored(item).report.cells if c.id == item.ref.cell)
        return Decision(
            **self._common(item.ref),
            raw=original.raw,
            before=content_of(original),
            after=after,
            reason=reason,
            note=note,
            confidence=original.confidence,
            needs_review=original.needs_review,
            sampled=item.sampled,
            seconds=round(seconds, 2),
            overrules=tuple(d.reviewer for d in self.conflict(item) if d.reviewer != self.reviewer),
        )

    def _common(self, ref: CellRef) -> _Common:
        return {
            "gkllm": self._version,
            "id": uuid.uuid4().hex,
            "document": ref.report.sha256,
            "part": ref.report.part,
            "source": self._stored[ref.report].report.source.name,
            "cell": ref.cell,
            "reviewer": self.reviewer,
            "time": datetime.now(UTC),
        }

    def _append(self, entries: Sequence[Decision | Undo | Note]) -> None:
        self._refresh(self._ledger.append(entries) & self._stored.keys())

    def _standing(self, item: Item) -> Standing:
        return self._ledger.standing(item.ref.report)

    def _refresh(self, reports: Collection[ReportId]) -> None:
        """Take up what the log now says about reports."""
        added: list[Item] = []
        for report_id in reports:
            found = self._ledger.standing(report_id).by_report().get(report_id, {})
            decisions = {cell: decision for cell, decision in found.items() if decision is not None}
            report = self._stored[report_id].report
            self._reports[report_id] = folded(report, self._forms[report.form], decisions)
            self._cells.pop(report_id, None)
            added += self._open_items(report_id)
        # In place, as in _sort: sessions of several reviewers share them.
        self.queue[:] = [item for item in self.queue if item.ref.report not in reports] + added
        self._sort()

    def _open_items(self, report_id: ReportId) -> list[Item]:
        report, standing = self._reports[report_id], self._ledger.standing(report_id)
        return [
            self._order.item(report_id, report, cell)
            for cell in report.cells
            if self._is_open(CellRef(report_id, cell.id), cell, standing)
        ]

    def _is_open(self, ref: CellRef, cell: Cell, standing: Standing) -> bool:
        if cell.needs_review:
            return True
        decisions = standing.decisions.get(ref, ())
        if not decisions:
            return ref in self._sampled
        if standing.conflict(ref):
            return True
        return self._choices.independent and all(d.reviewer != self.reviewer for d in decisions)

    def _current(self, report_id: ReportId) -> dict[str, Cell]:
        if report_id not in self._cells:
            self._cells[report_id] = {cell.id: cell for cell in self._reports[report_id].cells}
        return self._cells[report_id]

    def _sort(self) -> None:
        self.queue.sort(key=lambda item: (item.ref in self._skipped, item.rank))
        asked: dict[object, Item] = {}
        for item in self.queue:
            asked.setdefault(item.group if item.whole else item.ref, item)
        self.asked[:] = asked.values()
