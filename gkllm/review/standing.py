"""Which decisions stand: the log folded, undone and overruled ones left out, conflicts kept apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gkllm.review.log import Content, Decision, Note, Undo
from gkllm.review.results import Results

CellRef = tuple[str, str]
"""(document's hash, cell id)."""


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

    def of_document(self, document: str) -> dict[str, Decision]:
        """The settled cells of a document, with the decision that holds for each."""
        found = {cell: self.settled((document, cell)) for doc, cell in self.decisions if doc == document}
        return {cell: decision for cell, decision in found.items() if decision is not None}


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
        ref = (entry.document, entry.cell)
        if isinstance(entry, Note):
            notes.setdefault(ref, []).append(entry)
        elif isinstance(entry, Decision) and entry.id not in undone:
            standing = decisions.setdefault(ref, {})
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

    `changed` are of a document that stands in the results under the same name with other bytes, `unprinted` of
    cells that a report no longer has, `elsewhere` of documents that the results do not have at all.
    """

    changed: tuple[Decision, ...]
    unprinted: tuple[Decision, ...]
    elsewhere: tuple[Decision, ...]


def stale_decisions(standing: Standing, results: Results) -> Stale:
    """The decisions that cannot be applied to these results, and why."""
    cells = {document: {cell.id for cell in s.report.cells} for document, s in results.documents().items()}
    names = {stored.report.source.name for stored in results.reports}
    changed: list[Decision] = []
    unprinted: list[Decision] = []
    elsewhere: list[Decision] = []
    for (document, cell), found in standing.decisions.items():
        if document in cells:
            unprinted += [] if cell in cells[document] else found
        elif found[-1].source in names:
            changed += found
        else:
            elsewhere += found
    return Stale(tuple(changed), tuple(unprinted), tuple(elsewhere))


def _differ(decisions: tuple[Decision, ...]) -> bool:
    return any(_key(decision.after) != _key(decisions[0].after) for decision in decisions[1:])


def _key(content: Content) -> tuple[int | float | None, str]:
    return content.value, content.state.value
