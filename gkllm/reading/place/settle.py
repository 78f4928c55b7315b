"""Rows whose numbers may stand in several columns, settled by the relations together with the digits' readings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from gkllm.checking.decoding import Decision, decode, settled
from gkllm.checking.evaluate import Number, counted, residual
from gkllm.checking.variables import Option, Variable
from gkllm.form import Column, Form, Relation
from gkllm.reading.numerals import CellText, NumeralReading
from gkllm.reading.placed import OpenRow, PlacedCell, TableReading
from gkllm.report import CellState

_PREFERENCE = 0.01
"""What a reading costs that a reader did not pick: less than any two readings differ by, so it decides ties only."""
_MOST_READINGS = 16
"""Ways to read the digits of one candidate; where there are more, the first reading of each text stands."""


def settle_places(readings: Mapping[str, TableReading], form: Form) -> dict[str, TableReading]:
    """The readings with the candidate of every open row that the relations support best.

    A cell that another candidate as good would fill otherwise keeps the row's doubt; the row's other cells lose it.
    """
    rows = [row for reading in readings.values() for row in reading.open_rows]
    if not rows:
        return dict(readings)
    tables = [reading.table for reading in readings.values() if reading.found]
    columns = {cell: place.column for table in tables for cell, place in table.places.items()}
    relations = form.relations_over(tables)
    rows = [row for row in rows if not row.if_broken or _is_broken(row, columns, relations)]
    weighed = [found for row in rows if (found := _weighed(row, columns))]
    texts = dict(_texts_beside(readings, columns, weighed))
    variables = [found.variable for found in weighed]
    variables += [variable_of(cell, text) for cell, text in texts.items() if len(text.readings) > 1]
    values = {cell: text.counted for cell, text in texts.items()}
    decisions = decode(relations, values, variables)
    chosen = {cell: one for found in weighed for cell, one in found.settled(decisions)}
    return {
        table_id: replace(
            reading, cells={cell: chosen.get(cell, own) for cell, own in reading.cells.items()}, open_rows=()
        )
        for table_id, reading in readings.items()
    }


def _is_broken(row: OpenRow, columns: Mapping[str, Column], relations: Sequence[Relation]) -> bool:
    """Whether the row's first candidate, however its digits are read, breaks a relation between its own cells."""
    own = [
        relation
        for relation in relations
        if relation.operator == "=" and set(relation.cells) <= set(row.cells)
    ]
    texts = [placed.text(columns[cell]) for cell, placed in zip(row.cells, row.candidates[0], strict=True)]
    read = (
        {
            cell: counted(text.state, one.value if one else None)
            for cell, text, one in zip(row.cells, texts, chosen, strict=True)
        }
        for chosen in _readings(texts)
    )
    return bool(own) and not any(all(residual(one, values).holds for one in own) for values in read)


def _texts_beside(
    readings: Mapping[str, TableReading], columns: Mapping[str, Column], weighed: Sequence["_WeighedRow"]
) -> Iterator[tuple[str, CellText]]:
    """Every cell of those columns that is in no open row, with its text."""
    beside = columns.keys() - {cell for found in weighed for cell in found.row.cells}
    for reading in readings.values():
        for cell in filter(beside.__contains__, reading.cells):
            yield cell, reading.cells[cell].text(columns[cell])


@dataclass(frozen=True, slots=True)
class _WeighedRow:
    """An open row as a variable; `candidates` has the row's candidate behind each option."""

    row: OpenRow
    variable: Variable
    candidates: Sequence[int]

    def settled(self, decisions: Mapping[str, Decision]) -> Iterator[tuple[str, PlacedCell]]:
        """The chosen candidate's cells."""
        for index, cell in enumerate(self.row.cells):
            decision = decisions[cell]
            own = self.row.candidates[self.candidates[decision.choice]][index]
            doubts = own.doubts
            if not settled(decision.relations, decision.cost):
                doubts = (self.row.doubt, *doubts)
            yield cell, replace(own, doubts=doubts, lead=(decision.relations, round(decision.cost, 6)))


def _weighed(row: OpenRow, columns: Mapping[str, Column]) -> _WeighedRow | None:
    """The row with every way to read each candidate that can be counted; null where none can."""
    options: list[Option] = []
    behind: list[int] = []
    for index, (candidate, cost) in enumerate(zip(row.candidates, row.costs, strict=True)):
        texts = [placed.text(columns[cell]) for cell, placed in zip(row.cells, candidate, strict=True)]
        if any(text.state is CellState.UNREADABLE for text in texts):
            continue
        for chosen in _readings(texts):
            contents = tuple(
                one.value if one else text.state for one, text in zip(chosen, texts, strict=True)
            )
            options.append(Option(contents, cost + sum(one.cost for one in chosen if one)))
            behind.append(index)
    if not options:
        return None
    return _WeighedRow(row, Variable(row.cells, tuple(options), placing=True), behind)


def _readings(texts: Sequence[CellText]) -> Iterator[tuple[NumeralReading | None, ...]]:
    """The ways to read the texts of a row together; null for one that holds no number."""
    ways: list[tuple[NumeralReading | None, ...]] = [text.readings or (None,) for text in texts]
    if prod(map(len, ways)) > _MOST_READINGS:
        ways = [readings[:1] for readings in ways]
    return product(*ways)


def variable_of(cell: str, text: CellText, picked: Number | None = None) -> Variable:
    """A cell whose text has several readings. One that a reader picked breaks the ties that relations and costs leave.

    A cell that was tied stays so: a pick is worth a first guess, and never spares a person's look.
    """
    against = 0.0 if picked is None else _PREFERENCE
    readings = [(one.value, one.cost + against * (one.value != picked)) for one in text.readings]
    return Variable.of_cell(cell, readings)
