"""The queue: what is open, by what a decision is worth, cells that one decision settles side by side."""

import hashlib
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gkllm.checking.evaluate import leaders
from gkllm.form import CellId, Forms
from gkllm.report import Cell, CellState, Report, ReportId
from gkllm.results import Results
from gkllm.review.corrected import RelationIndex, broken_relations, relations_in
from gkllm.review.log import CellRef

Rank = tuple[float, ...]
"""Sorts a queue: the group's worth (negative), its number, the cell's worth (negative), its place in the report."""


@dataclass(frozen=True, slots=True)
class Item:
    """A cell in the queue.

    `worth` is the probability that its reading is wrong, times what hangs on the cell. `group` numbers the cells
    that one decision may settle; `sampled` marks a confident cell drawn at random, `whole` one of a table that was not
    found, about which a reviewer is asked once.
    """

    ref: CellRef
    rank: Rank
    worth: float
    group: int
    sampled: bool = False
    whole: bool = False


def worth(cell: Cell, relations: RelationIndex) -> float:
    """What a decision about a cell is worth."""
    return (1 - cell.confidence) * relations.weight(cell.id)


class Order:
    """Where each cell of the results stands in the queue, by the readings as they were extracted.

    Places do not change while decisions are made, so that nothing jumps under a reviewer's hands. A cell that
    comes into the queue later stands by its own worth.
    """

    def __init__(self, results: Results, forms: Forms) -> None:
        self._forms = forms
        self._items: dict[CellRef, Item] = {}
        self._groups = 0
        self._members: dict[int, list[CellRef]] = {}
        for report_id, stored in results.by_id().items():
            report = stored.report
            needing = [cell for cell in report.cells if cell.needs_review]
            places = {cell.id: place for place, cell in enumerate(report.cells)}
            for group in _groups(report, needing, self._relations(report)):
                self._add(report_id, report, group, places)

    def item(self, report_id: ReportId, report: Report, cell: Cell) -> Item:
        """The cell's item, made now if it was not among those that needed review at first."""
        ref = CellRef(report_id, cell.id)
        if ref not in self._items:
            self._add(report_id, report, [cell], {cell.id: 0})
        return self._items[ref]

    def group(self, item: Item) -> tuple[CellRef, ...]:
        """Every cell of the item's group, settled ones included."""
        return tuple(self._members[item.group])

    def whole(self, ref: CellRef) -> tuple[CellRef, ...]:
        """Every cell that is asked about in one with this, of a table that was not found; none for any other."""
        item = self._items.get(ref)
        return self.group(item) if item is not None and item.whole else ()

    def sample(self, results: Results, size: int, seed: int) -> list[Item]:
        """`size` confident cells of the results, the same ones for the same seed, each at a random place.

        A cell's lot is a hash of the seed, its report's id and its own: a larger sample holds the smaller, and cells
        that were decided do not bring others in.
        """
        lots = (
            (*_lots(f"{seed}/{report_id}/{cell.id}"), CellRef(report_id, cell.id), worth(cell, relations))
            for report_id, stored in results.by_id().items()
            for relations in (self._relations(stored.report),)
            for cell in stored.report.cells
            if not cell.needs_review and cell.state is not CellState.MISSING
        )
        standing = sorted(item.rank for item in self._items.values())
        drawn = heapq.nsmallest(size, lots)
        return [self._sampled(ref, place, standing, value) for _, place, ref, value in drawn]

    def _relations(self, report: Report) -> RelationIndex:
        return relations_in(report, self._forms[report.form])

    def _sampled(self, ref: CellRef, place: float, standing: list[Rank], value: float) -> Item:
        before = standing[int(place * len(standing))] if standing else (0.0,)
        self._groups += 1
        self._members[self._groups] = [ref]
        item = Item(ref, (*before, place), value, self._groups, sampled=True)
        self._items[ref] = item
        return item

    def _add(self, report_id: ReportId, report: Report, group: list[Cell], places: Mapping[str, int]) -> None:
        self._groups += 1
        relations = self._relations(report)
        worths = {cell.id: worth(cell, relations) for cell in group}
        together = sum(worths.values())
        self._members[self._groups] = [CellRef(report_id, cell.id) for cell in group]
        for cell in group:
            value = worths[cell.id]
            rank = (-together, float(self._groups), -value, float(places[cell.id]))
            ref = CellRef(report_id, cell.id)
            whole = cell.state is CellState.MISSING and not report.tables[CellId(cell.id).table].found
            self._items[ref] = Item(ref, rank, value, self._groups, whole=whole)


def _groups(report: Report, cells: Iterable[Cell], index: RelationIndex) -> list[list[Cell]]:
    """Cells of broken relations that any relation ties; the missing cells of a table or of a row; others alone."""
    present: list[Cell] = []
    members: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.state is CellState.MISSING:
            table, row = CellId(cell.id).table, CellId(cell.id).row
            key = f"missing {table} {row if report.tables[table].found else ''}"
            members.setdefault(key, []).append(cell)
        else:
            present.append(cell)
    suspects = {cell for violation in broken_relations(report) for cell in violation.cells}
    suspects &= {cell.id for cell in present}
    tied = ([name for name in relation.cells if name in suspects] for relation in index.relations)
    leader = leaders(names for names in tied if names)
    for cell in present:
        members.setdefault(leader.get(cell.id, cell.id), []).append(cell)
    return list(members.values())


def _lots(ticket: str) -> tuple[float, float]:
    digest = hashlib.sha256(ticket.encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64, int.from_bytes(digest[8:16]) / 2**64
