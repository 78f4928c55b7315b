"""From the texts in the form's cells to values: numerals, decoding by relations, edit rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gkllm.checking.decoding import Decision, Option, decode
from gkllm.checking.evaluate import CheckedCell, Number, Residual, counted, residuals
from gkllm.checking.violations import Findings, check
from gkllm.confidence import Evidence, confidence
from gkllm.form import Column, EditRule, Relation, relations_over
from gkllm.reading.numerals import CellText, read_text
from gkllm.reading.placed import PlacedCell, TableReading, unless_empty
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
    that were found, and `findings` what is wrong with them.
    """

    readings: Mapping[str, TableReading]
    columns: Mapping[str, Column]
    texts: Mapping[str, CellText]
    values: Mapping[str, Number | None]
    decisions: Mapping[str, Decision]
    residuals: tuple[Residual, ...]
    findings: Findings

    def chosen(self, cell: str) -> int:
        """The index of the reading a reported cell is given."""
        return self.decisions[cell].choice if cell in self.decisions else 0

    def reading_of(self, cell: str) -> str | None:
        """The name of the reading a reported cell is given, null for other cells."""
        readings = self.texts[cell].readings
        return readings[self.chosen(cell)].reading if readings else None


def interpret(
    readings: Mapping[str, TableReading], rules: tuple[EditRule, ...] | None = None
) -> Interpretation:
    """Read every cell's text, let the relations decide between readings, and evaluate them.

    Relations are those of `rules`; of the built-in ones, if null.
    """
    readings = {table_id: unless_empty(reading) for table_id, reading in readings.items()}
    columns = {
        f"{reading.table.id}.{row.id}.{column.id}": column
        for reading in readings.values()
        for row in reading.table.rows
        for column in row.columns
    }
    texts = {
        cell: _text(reading, cell, columns[cell]) for reading in readings.values() for cell in reading.cells
    }
    tables = [reading.table for reading in readings.values() if reading.found]
    relations = relations_over(tables, rules)
    picks = {
        cell: view.picked
        for reading in readings.values()
        for cell, placed in reading.cells.items()
        for view in placed.views.values()
        if view.picked is not None
    }
    values, decisions = _decided(texts, relations, picks)
    found = tuple(residuals(relations, values))
    placed = {cell: place for reading in readings.values() for cell, place in reading.cells.items()}

    def describe(cell: str) -> CheckedCell:
        return _checked(placed[cell], texts[cell], decisions.get(cell))

    findings = check(found, describe, tables)
    return Interpretation(readings, columns, texts, values, decisions, found, findings)


def evidence(
    placed: PlacedCell,
    text: CellText,
    decision: Decision | None,
    *,
    supported: int = 0,
    broken: int = 0,
    blamed: int = 0,
) -> Evidence:
    """What is known of a cell's reading; without the last three, as far as no relation was looked at."""
    return Evidence(
        label=placed.label_score,
        doubts=len(placed.doubts),
        candidates=max(1, len(text.readings)),
        margin_relations=decision.relations if decision else 0,
        margin_cost=decision.cost if decision else 0.0,
        supported=supported,
        broken=broken,
        blamed=blamed,
        legible=int(text.state not in (CellState.UNREADABLE, CellState.MISSING)),
        agreement=_agreement(placed, _value(text, decision)) if len(placed.views) > 1 else 0,
        gaps=int(placed.gaps),
        state=text.state.value,
        reading=text.readings[decision.choice if decision else 0].reading if text.readings else None,
    )


def _value(text: CellText, decision: Decision | None) -> Number | None:
    return text.readings[decision.choice if decision else 0].value if text.readings else None


def _agreement(placed: PlacedCell, value: Number | None) -> int:
    """1 if all readers saw the same characters, else -1.

    A reader that only picked among the readings of one text transcribed nothing: it can contradict the value, and
    not confirm it.
    """
    picked = {view.picked for view in placed.views.values() if view.picked is not None}
    if picked:
        return 0 if picked == {value} else -1
    raws = [view.raw for view in placed.views.values()]
    solid = {None if raw is None else "".join(raw.split()) for raw in raws}
    return 1 if len(solid) == 1 else -1


def _checked(placed: PlacedCell, text: CellText, decision: Decision | None) -> CheckedCell:
    return CheckedCell(
        state=text.state,
        raw=placed.raw,
        value=_value(text, decision),
        readings=tuple(reading.value for reading in text.readings),
        doubtful=bool(placed.doubts),
        certainty=confidence(evidence(placed, text, decision)),
    )


def _text(reading: TableReading, cell: str, column: Column) -> CellText:
    placed = reading.cells[cell]
    if not placed.present:
        return _MISSING
    if placed.read_as is not None:
        return placed.read_as
    return read_text(placed.raw, column.kind, column.unit) if placed.legible else _UNREADABLE


def _decided(
    texts: Mapping[str, CellText], relations: Sequence[Relation], picks: Mapping[str, Number]
) -> tuple[dict[str, Number | None], dict[str, Decision]]:
    values: dict[str, Number | None] = {}
    options: dict[str, list[Option]] = {}
    for cell, text in texts.items():
        if len(text.readings) <= 1:
            values[cell] = counted(text.state, text.readings[0].value if text.readings else None)
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
