"""A question about open cells alone: for each, the readings or printed strings that it can be, to pick one of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from gkllm.form import CellId, Column, Row, Table
from gkllm.llm.completion_text import json_object
from gkllm.reading.excerpt import PrintedTable
from gkllm.reading.grounding import ground_cell
from gkllm.reading.numerals import read_text
from gkllm.reading.placed import PlacedCell
from gkllm.reading.questions import LONGEST_CELL, AnswerReading, Part, numbers_before
from gkllm.reading.short_lines import BLANK
from gkllm.report import CellState, ReaderView

_OPEN = ConfigDict(extra="ignore")


@dataclass(frozen=True, slots=True)
class Choice:
    """An open cell. `candidates` are the strings to pick from, in no telling order.

    `picks` maps a candidate to the reading's value where the cell's own text has several readings; where it is
    empty, the candidates are the strings printed on the row's lines, `空` for none. `place` counts the numbers that
    the form prints on the row's line, from 1.
    """

    row: Row
    column: Column
    candidates: tuple[str, ...]
    picks: Mapping[str, int | float]
    place: int


@dataclass(frozen=True, slots=True)
class RowChoices:
    """The open cells of one row."""

    label: str
    cells: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ChoicesPart:
    """Open cells of one table with their candidates."""

    printed: PrintedTable
    choices: tuple[Choice, ...]

    @property
    def table(self) -> Table:
        return self.printed.table

    @property
    def source(self) -> str:
        return self.printed.numbered_lines(tuple(dict.fromkeys(choice.row for choice in self.choices)))

    @property
    def variables(self) -> Mapping[str, object]:
        """`table`, `rows` (each with `label` and its open `cells`: `column` and `candidates`) and `source`, the
        lines of those rows.
        """
        return {"table": self.table, "rows": self._rows(), "source": self.source}

    @property
    def response_model(self) -> type[BaseModel]:
        """One required field a row, named by the form's label, holding one a cell, which is one of its candidates."""
        shape = tuple(
            (row.label, tuple((choice.column.label, choice.candidates) for choice in row.cells))
            for row in self._rows()
        )
        return _response_model(self.table.id, shape)

    def only(self, labels: Collection[str]) -> Part:
        return replace(self, choices=tuple(choice for choice in self.choices if choice.row.label in labels))

    def halves(self) -> Sequence[Part]:
        middle = len(self.choices) // 2
        if not middle:
            return ()
        return [replace(self, choices=half) for half in (self.choices[:middle], self.choices[middle:])]

    def read(self, answer: BaseModel, view: ReaderView) -> AnswerReading:
        return AnswerReading(self._placed(answer.model_dump(by_alias=True), view))

    def salvage(self, text: str, view: ReaderView) -> AnswerReading:
        answer = {
            label: cells for label, cells in (json_object(text) or {}).items() if isinstance(cells, dict)
        }
        return AnswerReading(
            self._placed(answer, view), len(answer.keys() - {row.label for row in self._rows()})
        )

    def _rows(self) -> tuple[RowChoices, ...]:
        rows: dict[Row, list[Choice]] = {}
        for choice in self.choices:
            rows.setdefault(choice.row, []).append(choice)
        return tuple(RowChoices(self.table.name_of(row), tuple(cells)) for row, cells in rows.items())

    def _placed(self, answer: Mapping[str, Mapping[str, object]], view: ReaderView) -> dict[str, PlacedCell]:
        cells: dict[str, PlacedCell] = {}
        for choice in self.choices:
            picked = answer.get(self.table.name_of(choice.row), {}).get(choice.column.label)
            if picked not in choice.candidates:
                continue
            cell_id = CellId.of(self.table.id, choice.row.id, choice.column.id)
            own = self.printed.reading.cells[cell_id]
            if choice.picks:
                seen = view.model_copy(update={"raw": own.raw, "picked": choice.picks[str(picked)]})
                cells[cell_id] = replace(own, views={"model": seen})
            else:
                string = "" if picked == BLANK else str(picked)
                cells[cell_id] = ground_cell(string, own, self.printed.row_cells(choice.row), view)
        return cells


@lru_cache(maxsize=256)
def _response_model(
    table_id: str, rows: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for number, (label, cells) in enumerate(rows, 1):
        own: dict[str, Any] = {
            f"cell_{position}": (Literal[candidates], Field(alias=column))
            for position, (column, candidates) in enumerate(cells, 1)
        }
        row = create_model(f"Row_{number}", __config__=_OPEN, **own)
        fields[f"row_{number}"] = (row, Field(alias=label))
    return create_model(f"Choices_{table_id}", __config__=_OPEN, **fields)


def open_choices(printed: PrintedTable, cells: Iterable[str]) -> tuple[list[Choice], list[str]]:
    """The cells as choices, in printed order; and those that have no candidates: not printed, or no number.

    A cell that can be one string only is neither: there is nothing to ask about it.
    """
    wanted = set(cells)
    choices: list[Choice] = []
    without: list[str] = []
    for row in printed.table.rows:
        for column in row.columns:
            cell_id = CellId.of(printed.table.id, row.id, column.id)
            if cell_id not in wanted:
                continue
            choice = _choice(printed, row, column, printed.reading.cells[cell_id])
            if choice is None:
                without.append(cell_id)
            elif len(choice.candidates) > 1:
                choices.append(choice)
    return choices, without


def _choice(printed: PrintedTable, row: Row, column: Column, own: PlacedCell) -> Choice | None:
    if not own.present or row.id not in printed.reading.row_lines:
        return None
    place = numbers_before(printed.table, row) + row.columns.index(column) + 1
    text = read_text(own.raw, column.kind, column.unit, own.headed)
    if text.state is CellState.UNREADABLE:
        return None
    if len(text.readings) > 1:
        # Ascending, so that the order says nothing of which reading the rules prefer.
        values = sorted(reading.value for reading in text.readings)
        return Choice(row, column, tuple(map(str, values)), {str(value): value for value in values}, place)
    first, last = printed.reading.row_lines[row.id]
    lines = printed.lines[first : last + 1]
    on_line = (cell.raw for line in lines for cell in line.values)
    strings = {raw or BLANK: None for raw in on_line if len(raw) <= LONGEST_CELL}
    if any(line.layout == "fixed_width" for line in lines):
        strings[BLANK] = None
    return Choice(row, column, tuple(sorted(strings)), {}, place)
