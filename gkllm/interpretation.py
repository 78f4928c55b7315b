"""From the texts in the form's cells to values: numerals, decoding by relations, edit rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gkllm.checking.blame import blamed_cells
from gkllm.checking.decode import Decision, Option, decode
from gkllm.checking.evaluate import Number, Residual, residuals
from gkllm.form import Column, Relation, relations_of
from gkllm.reading.numerals import CellText, read_text
from gkllm.reading.placed import TableReading
from gkllm.report import CellState

_UNREADABLE = CellText(CellState.UNREADABLE)
_MISSING = CellText(CellState.MISSING)
_PREFERENCE = 0.01
"""What a reading costs that a reader did not pick: less than any two readings differ by, so it decides ties only."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the texts say, over all tables.

    `texts` holds every cell's state and readings, `values` its number (0 where nothing is printed, null where
    that is not known), `decisions` the cells that had several readings, `residuals` every relation of the tables
    that were found.
    """

    readings: Mapping[str, TableReading]
    columns: Mapping[str, Column]
    texts: Mapping[str, CellText]
    values: Mapping[str, Number | None]
    decisions: Mapping[str, Decision]
    residuals: tuple[Residual, ...]
    blamed: frozenset[str]

    def chosen(self, cell: str) -> int:
        """The index of the reading a reported cell is given."""
        return self.decisions[cell].choice if cell in self.decisions else 0


def interpret(readings: Mapping[str, TableReading]) -> Interpretation:
    """Read every cell's text, let the relations decide between readings, and evaluate them."""
    columns = {
        f"{reading.table.id}.{row.id}.{column.id}": column
        for reading in readings.values()
        for row in reading.table.rows
        for column in row.columns
    }
    texts = {
        cell: _text(reading, cell, columns[cell]) for reading in readings.values() for cell in reading.cells
    }
    relations = [
        relation for reading in readings.values() if reading.found for relation in relations_of(reading.table)
    ]
    picks = {
        cell: view.picked
        for reading in readings.values()
        for cell, placed in reading.cells.items()
        for view in placed.views.values()
        if view.picked is not None
    }
    values, decisions = _decided(texts, relations, picks)
    found = tuple(residuals(relations, values))
    return Interpretation(readings, columns, texts, values, decisions, found, blamed_cells(found, values))


def _text(reading: TableReading, cell: str, column: Column) -> CellText:
    placed = reading.cells[cell]
    if not placed.present:
        return _MISSING
    return read_text(placed.raw, column.kind, column.unit) if placed.legible else _UNREADABLE


def _decided(
    texts: Mapping[str, CellText], relations: Sequence[Relation], picks: Mapping[str, Number]
) -> tuple[dict[str, Number | None], dict[str, Decision]]:
    values: dict[str, Number | None] = {}
    options: dict[str, list[Option]] = {}
    for cell, text in texts.items():
        if text.state in (CellState.MISSING, CellState.UNREADABLE):
            values[cell] = None
        elif not text.readings:
            values[cell] = 0
        elif len(text.readings) == 1:
            values[cell] = text.readings[0].value
        else:
            options[cell] = [Option(reading.value, reading.cost) for reading in text.readings]
    decisions = decode(relations, values, options) if options else {}
    if any(cell in decisions and decisions[cell].tied for cell in picks):
        decisions = _with_picks(relations, values, options, decisions, picks)
    for cell, decision in decisions.items():
        values[cell] = options[cell][decision.choice].value
    return values, decisions


def _with_picks(
    relations: Sequence[Relation],
    values: Mapping[str, Number | None],
    options: Mapping[str, Sequence[Option]],
    decisions: Mapping[str, Decision],
    picks: Mapping[str, Number],
) -> dict[str, Decision]:
    """Decisions in which a reader's picks break the ties that relations and costs left.

    A cell that was tied stays so: a pick is worth a first guess, and never spares a person's look.
    """
    preferred = {
        cell: [
            replace(option, cost=option.cost + _PREFERENCE * (option.value != picks.get(cell, option.value)))
            for option in own
        ]
        for cell, own in options.items()
    }
    guessed = decode(relations, values, preferred)
    return {
        cell: Decision(guessed[cell].choice, 0, 0.0) if decision.tied else decision
        for cell, decision in decisions.items()
    }
