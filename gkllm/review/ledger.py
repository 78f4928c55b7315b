"""The log in memory, by report, kept in step with its file as several reviewers add to it."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from gkllm.report import ReportId
from gkllm.review.log import Decision, Log, Note, Undo
from gkllm.review.standing import Standing, fold


class Ledger:
    """What stands in a log.

    Raises, from every method that reads or writes:
        LogUnusable: the log cannot be used.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._entries: defaultdict[ReportId, list[Decision | Undo | Note]] = defaultdict(list)
        self._order: list[Decision] = []
        self._undone: set[str] = set()
        self._standing: dict[ReportId, Standing] = {}
        self.warnings: list[str] = []
        self.catch_up()

    def standing(self, report: ReportId) -> Standing:
        """What holds for one report."""
        if report not in self._standing:
            self._standing[report] = fold(self._entries.get(report, ()))
        return self._standing[report]

    def everything(self) -> Standing:
        """What holds over all reports of the log."""
        found = [self.standing(report) for report in self._entries]
        return Standing(
            {ref: decisions for one in found for ref, decisions in one.decisions.items()},
            {ref: notes for one in found for ref, notes in one.notes.items()},
        )

    def append(self, entries: Sequence[Decision | Undo | Note]) -> frozenset[ReportId]:
        """Add entries, and return the reports of all that was added since, by others too."""
        self._log.append(entries)
        return self.catch_up()

    def last_decision(self, reviewer: str, reports: Collection[ReportId]) -> Decision | None:
        """The reviewer's latest decision about these reports that is not undone."""
        for decision in reversed(self._order):
            if (
                decision.reviewer == reviewer
                and decision.id not in self._undone
                and decision.ref.report in reports
            ):
                return decision
        return None

    def catch_up(self) -> frozenset[ReportId]:
        """Take up what was added since; the reports that it is about."""
        content = self._log.read()
        self.warnings += content.warnings
        for entry in content.entries:
            self._entries[entry.ref.report].append(entry)
            self._standing.pop(entry.ref.report, None)
            if isinstance(entry, Decision):
                self._order.append(entry)
            elif isinstance(entry, Undo):
                self._undone.add(entry.undoes)
        return frozenset(entry.ref.report for entry in content.entries)
