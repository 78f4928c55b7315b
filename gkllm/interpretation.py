"""From the texts in the form's cells to one record a cell: readings chosen by relations, edit rules evaluated."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gkllm.checking.decoding import Decision, decode, settled
from gkllm.checking.evaluate import Residual, residuals
from gkllm.checking.variables import shifted
from gkllm.checking.violations import check
from gkllm.facts import ABOUT_PLACE, ABOUT_ROW, BY_MODEL, MAY_STAND_ELSEWHERE
from gkllm.form import Form, Relation
from gkllm.reading.place.settle import variable_of
from gkllm.reading.placed import TableReading
from gkllm.record import CellRecord
from gkllm.report import CellState, Violation

_IN_COLUMNS = ABOUT_PLACE - ABOUT_ROW


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the texts say, over all tables.

    `records` holds every cell of every table, in the form's order, `residuals` every relation of the tables that were
    found, and `violations` what is wrong with them.
    """

    readings: Mapping[str, TableReading]
    records: Mapping[str, CellRecord]
    residuals: tuple[Residual, ...]
    violations: tuple[Violation, ...]

    def open_cells(self) -> dict[str, tuple[str, ...]]:
        """The cells worth a language model's tokens, by table: every cell of a table not found, and of the others
        those that are missing, and those that balances see and did not settle, in their place or their reading.

        Left out is what no second transcription could settle: a text that is no number, what no balance sees, and what
        is certain, whatever relation it breaks.
        """
        seen = {
            cell
            for found in self.residuals
            if found.relation.operator == "=" and len(found.relation.cells) > 1
            for cell in found.relation.cells
        }
        wanted = {
            table_id: tuple(
                cell
                for cell in reading.table.cell_ids()
                if not reading.found or _is_open(self.records[cell], cell in seen)
            )
            for table_id, reading in self.readings.items()
        }
        return {table_id: cells for table_id, cells in wanted.items() if cells}


def _is_open(record: CellRecord, seen: bool) -> bool:
    if record.text.state is CellState.MISSING:
        return True
    decision = record.decision
    unsettled = decision is not None and not settled(decision.relations, decision.cost)
    misplaced = any(doubt.kind in MAY_STAND_ELSEWHERE for doubt in record.placed.doubts)
    ambiguous = record.broken > 0 and len(record.text.readings) > 1
    return seen and (unsettled or misplaced or ambiguous)


def interpret(
    readings: Mapping[str, TableReading], form: Form, before: Interpretation | None = None
) -> Interpretation:
    """Read every cell's text, let the form's relations decide between readings, and evaluate them. `before` is what
    there was before a model was asked.
    """
    records = {record.id: record for reading in readings.values() for record in _records(reading, form)}
    tables = [reading.table for reading in readings.values() if reading.found]
    relations = form.relations_over(tables)
    _choose(records, relations)
    values = {cell: record.counted for cell, record in records.items()}
    found = tuple(residuals(relations, values))
    findings = check(found, lambda cell: records[cell].checked(), tables)
    weighed = findings.weighed
    supported, broken = relation_counts(weighed)
    blamed = findings.blamed | shifted(_gapped_lines(readings), found, values)
    if excused := _excused(records, weighed, before):
        # What a model alone placed and breaks a relation speaks against itself.
        blamed = blamed - excused
        broken = Counter({cell: 0 if cell in excused else count for cell, count in broken.items()})
    for cell, record in records.items():
        record.supported, record.broken = supported[cell], broken[cell]
        record.blamed = cell in blamed
    _second(records, weighed, excused)
    return Interpretation(readings, records, found, findings.violations)


def _gapped_lines(readings: Mapping[str, TableReading]) -> Iterator[frozenset[str]]:
    """The cells of each line on which some are blank, and nothing but the others' places tells which."""
    for reading in readings.values():
        lines: dict[tuple[int, int], set[str]] = {}
        for cell, place in reading.table.places.items():
            if reading.cells[cell].gaps and place.row.id in reading.row_lines:
                lines.setdefault(reading.row_lines[place.row.id], set()).add(cell)
        for cells in lines.values():
            if not all(reading.cells[cell].raw for cell in cells):
                yield frozenset(cells)


def _excused(
    records: Mapping[str, CellRecord], found: Sequence[Residual], before: "Interpretation | None"
) -> set[str]:
    """Cells that nothing spoke against before a model was asked, and now no broken relation but such over cells that
    stand where they do by its word alone.
    """
    if before is None:
        return set()
    placed = {
        cell
        for cell, record in records.items()
        if any(doubt.kind in BY_MODEL for doubt in record.placed.doubts)
    }
    sound = {
        cell
        for cell, record in before.records.items()
        if cell in records
        and not (record.blamed or record.broken)
        and _prints(record) == _prints(records[cell])
    }
    failing = [one.relation.cells for one in found if one.fails]
    against = {cell for cells in failing if placed.isdisjoint(cells) for cell in cells}
    return sound - against - placed if failing else set()


def _prints(record: CellRecord) -> tuple[str, tuple[int, int] | None]:
    return record.placed.raw, record.placed.span


def relation_counts(found: Sequence[Residual]) -> tuple[Counter[str], Counter[str]]:
    """For each cell, the relations over it that hold with a number other than zero, and those that are broken."""
    supported: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    for one in found:
        if one.relation.single or not one.assessable:
            continue
        if not one.holds:
            broken.update(one.relation.cells)
        elif one.left:
            supported.update(one.relation.cells)
    return supported, broken


def _second(records: Mapping[str, CellRecord], found: Sequence[Residual], excused: Collection[str]) -> None:
    """Say of the cells that a model read how the relations stand to them, which is what its word is worth.

    A model that is one column or one row off may satisfy every equation between cells that it read itself; so one of
    them has to hold with a number that stands beyond doubt. A zero may lean on a number that does so in its turn, but
    tells nothing of the column that it or a blank stands in. Cells that a single equation ties, and a blank among them,
    could change places. Of the `excused` the equations that hold are counted, and they are anchored in none.
    """
    seen = {cell for cell, record in records.items() if len(record.placed.views) > 1}
    if not seen:
        return
    over: dict[str, list[Residual]] = {cell: [] for cell in seen}
    for one in found:
        if one.relation.operator == "=" and not one.relation.single:
            for cell in seen.intersection(one.relation.cells):
                over[cell].append(one)
    failed = {cell for cell, equations in over.items() if not all(one.holds for one in equations)}
    for cell, equations in over.items():
        if cell not in failed or cell in excused:
            records[cell].holding = sum(one.holds for one in equations)
    firm = {cell for cell, record in records.items() if record.counted and not record.placed.doubts}
    for zero in (False, True):
        anchored = set()
        for cell, equations in over.items():
            told = equations and cell not in failed and (not records[cell].counted) is zero
            if told and _leans(cell, [one.relation for one in equations], firm, records):
                anchored.add(cell)
                records[cell].anchored = True
        firm |= anchored


def _leans(
    cell: str, equations: Sequence[Relation], firm: Collection[str], records: Mapping[str, CellRecord]
) -> bool:
    """Whether one of the equations over a cell counts a firm number, and the cell could not stand elsewhere in it."""
    if not records[cell].counted and any(doubt.kind in _IN_COLUMNS for doubt in records[cell].placed.doubts):
        return False
    if len(equations) == 1 and not all(records[name].placed.raw for name in equations[0].cells):
        return False
    return any(name != cell and name in firm for equation in equations for name in equation.cells)


def _records(reading: TableReading, form: Form) -> Iterator[CellRecord]:
    """A record for every cell of a table, before any relation was looked at."""
    for cell_id, place in reading.table.places.items():
        placed = reading.cells[cell_id]
        text = placed.text(place.column)
        if text.doubts:
            placed = replace(placed, doubts=(*placed.doubts, *text.doubts))
        yield CellRecord(form, cell_id, place.printed, placed, text)


def _choose(records: Mapping[str, CellRecord], relations: Sequence[Relation]) -> None:
    """Decide between the readings of every text that has several."""
    texts = {cell: record.text for cell, record in records.items() if len(record.text.readings) > 1}
    if not texts:
        return
    values = {cell: record.counted for cell, record in records.items() if cell not in texts}
    decisions = decode(relations, values, [variable_of(cell, text) for cell, text in texts.items()])
    picks = {
        cell: view.picked
        for cell in texts
        for view in records[cell].placed.views.values()
        if view.picked is not None
    }
    if any(decisions[cell].tied for cell in picks):
        preferred = [variable_of(cell, text, picks.get(cell)) for cell, text in texts.items()]
        guessed = decode(relations, values, preferred)
        decisions = {
            cell: Decision(guessed[cell].choice, 0, 0.0) if decision.tied else decision
            for cell, decision in decisions.items()
        }
    for cell, decision in decisions.items():
        records[cell].decision = decision
