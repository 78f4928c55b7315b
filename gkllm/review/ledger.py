"""The log in memory, by document, kept in step with its file as several reviewers add to it."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from gkllm.review.log import Decision, DecisionLog, Note, Undo
from gkllm.review.standing import Standing, fold


class Ledger:
    """What stands in a log.

    Raises, from every method that reads or writes:
        LogUnusable: the log cannot be used.
    """

    def __init__(self, log: DecisionLog) -> None:
        self._log = log
        self._entries: defaultdict[str, list[Decision | Undo | Note]] = defaultdict(list)
        self._order: list[Decision] = []
        self._undone: set[str] = set()
        self._standing: dict[str, Standing] = {}
        self.warnings: list[str] = []
        self._catch_up()

    def standing(self, document: str) -> Standing:
        """What holds for one document."""
        if document not in self._standing:
            self._standing[document] = fold(self._entries.get(document, ()))
        return self._standing[document]

    def documents(self) -> frozenset[str]:
        """Every document that the log speaks of."""
        return frozenset(self._entries)

    def append(self, entries: Sequence[Decision | Undo | Note]) -> frozenset[str]:
        """Add entries, and return the documents of all that was added since, by others too."""
        self._log.append(entries)
        return self._catch_up()

    def last_decision(self, reviewer: str, documents: Collection[str]) -> Decision | None:
        """The reviewer's latest decision about these documents that is not undone."""
        for decision in reversed(self._order):
            if (
                decision.reviewer == reviewer
                and decision.id not in self._undone
                and decision.document in documents
            ):
                return decision
        return None

    def _catch_up(self) -> frozenset[str]:
        content = self._log.read()
        self.warnings += content.warnings
        for entry in content.entries:
            self._entries[entry.document].append(entry)
            self._standing.pop(entry.document, None)
            if isinstance(entry, Decision):
                self._order.append(entry)
            elif isinstance(entry, Undo):
                self._undone.add(entry.undoes)
        return frozenset(entry.document for entry in content.entries)
