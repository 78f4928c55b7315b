"""Which decisions stand: the log folded, undone and overruled ones left out, conflicts kept apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gkllm.report import ReportId
from gkllm.results import Results
from gkllm.review.log import CellRef, Content, Decision, Note, Undo


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds, by cell.

    `decisions` are each reviewer's own last word, the latest last. A cell is settled where they agree, and in
    conflict where they do not: none of them is applied then.
    """

    decisions: Mapping[CellRef, tuple[Decision, ...]]
    notes: Mapping[CellRef, tuple[Note, ...]]

    def settled(self, ref: CellRef) -> Decision | None:
        """The decision that holds for a cell, if its reviewers agree."""
        found = self.decisions.get(ref, ())
        return found[-1] if found and not _differ(found) else None

    def conflict(self, ref: CellRef) -> tuple[Decision, ...]:
        """The decisions that contradict each other, empty where none do."""
        found = self.decisions.get(ref, ())
        return found if _differ(found) else ()

    def by_report(self) -> dict[ReportId, dict[str, Decision | None]]:
        """For each report its decided cells, with the decision that holds; null where reviewers disagree."""
        found: dict[ReportId, dict[str, Decision | None]] = {}
        for ref in self.decisions:
            found.setdefault(ref.report, {})[ref.cell] = self.settled(ref)
        return found


def fold(entries: Iterable[Decision | Undo | Note]) -> Standing:
    """What holds after all entries.

    A reviewer's later decision replaces the earlier; an undo brings back what stood before. A decision that
    overrules others replaces theirs too, as far as they came before it.
    """
    entries = tuple(entries)
    undone = {entry.undoes for entry in entries if isinstance(entry, Undo)}
    decisions: dict[CellRef, dict[str, Decision]] = {}
    notes: dict[CellRef, list[Note]] = {}
    for entry in entries:
        if isinstance(entry, Note):
            notes.setdefault(entry.ref, []).append(entry)
        elif isinstance(entry, Decision) and entry.id not in undone:
            standing = decisions.setdefault(entry.ref, {})
            for reviewer in (*entry.overrules, entry.reviewer):
                standing.pop(reviewer, None)
            standing[entry.reviewer] = entry
    return Standing(
        {ref: tuple(found.values()) for ref, found in decisions.items()},
        {ref: tuple(found) for ref, found in notes.items()},
    )


@dataclass(frozen=True, slots=True)
class Stale:
    """Decisions that do not fit the results.

    `changed` are of a document that stands in the results under the same name with other bytes, `unattributed` of
    one that is there, but not as the report they are about: an old log does not say which of several it is.
    `unprinted` are of cells that a report no longer has, `elsewhere` of documents that the results do not have at
    all.
    """

    changed: tuple[Decision, ...]
    unattributed: tuple[Decision, ...]
    unprinted: tuple[Decision, ...]
    elsewhere: tuple[Decision, ...]


def stale_decisions(standing: Standing, results: Results) -> Stale:
    """The decisions that cannot be applied to these results, and why."""
    cells = {report: {cell.id for cell in s.report.cells} for report, s in results.by_id().items()}
    documents = {report.sha256 for report in cells}
    names = {name for s in results.reports for name in (s.report.source.name, s.report.source.file)}
    changed: list[Decision] = []
    unattributed: list[Decision] = []
    unprinted: list[Decision] = []
    elsewhere: list[Decision] = []
    for ref, found in standing.decisions.items():
        if ref.report in cells:
            unprinted += [] if ref.cell in cells[ref.report] else found
        elif ref.report.sha256 in documents:
            unattributed += found
        elif found[-1].source in names:
            changed += found
        else:
            elsewhere += found
    return Stale(tuple(changed), tuple(unattributed), tuple(unprinted), tuple(elsewhere))


def _differ(decisions: tuple[Decision, ...]) -> bool:
    return any(_key(decision.after) != _key(decisions[0].after) for decision in decisions[1:])


def _key(content: Content) -> tuple[int | float | None, str]:
    return content.value, content.state.value
