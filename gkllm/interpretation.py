"""From the texts in the form's cells to one record a cell: readings chosen by relations, edit rules evaluated."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gkllm.checking.decoding import Decision, decode, settled
from gkllm.checking.evaluate import Residual, residuals
from gkllm.checking.shifted_lines import shifted
from gkllm.checking.violations import check
from gkllm.form import Form, Relation
from gkllm.reading.place.settle import variable_of
from gkllm.reading.placed import TableReading, unless_empty
from gkllm.record import CellRecord
from gkllm.report import CellState, Violation


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
        those that are missing, that balances see but did not settle, or that a broken relation counts.

        Left out is what no second transcription could settle: a reading that no balance sees, a text that is no
        number, and a cell that may belong to another place, as under a damaged label. A person looks there anyway.
        """
        seen = {
            cell
            for found in self.residuals
            if found.relation.operator == "=" and len(found.relation.cells) > 1
            for cell in found.relation.cells
        }
        broken = {
            cell
            for found in self.residuals
            if found.assessable and not found.holds and found.relation.severity == "error"
            for cell in found.relation.cells
        }
        wanted = {
            table_id: tuple(
                cell
                for cell in reading.table.cell_ids()
                if not reading.found or _is_open(self.records[cell], cell in seen, cell in broken)
            )
            for table_id, reading in self.readings.items()
        }
        return {table_id: cells for table_id, cells in wanted.items() if cells}


def _is_open(record: CellRecord, seen: bool, broken: bool) -> bool:
    decision = record.decision
    unsettled = decision is not None and not settled(decision.relations, decision.cost) and seen
    return record.text.state is CellState.MISSING or unsettled or bool(broken and record.counted)


def interpret(readings: Mapping[str, TableReading], form: Form) -> Interpretation:
    """Read every cell's text, let the form's relations decide between readings, and evaluate them."""
    readings = {table_id: unless_empty(reading) for table_id, reading in readings.items()}
    records = {record.id: record for reading in readings.values() for record in _records(reading, form)}
    tables = [reading.table for reading in readings.values() if reading.found]
    relations = form.relations_over(tables)
    _choose(records, relations)
    values = {cell: record.counted for cell, record in records.items()}
    found = tuple(residuals(relations, values))
    findings = check(found, lambda cell: records[cell].checked(), tables)
    supported, broken = relation_counts(findings.weighed)
    blamed = findings.blamed | shifted(_gapped_lines(readings), found, values)
    for cell, record in records.items():
        record.supported, record.broken = supported[cell], broken[cell]
        record.blamed = cell in blamed
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
