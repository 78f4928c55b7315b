"""Reports' rows of wide data, kept on disk until it is known which columns they have."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Any, Final
from weakref import finalize

from gkllm.export.labels import cell_label, edition_label, edition_value
from gkllm.export.tables import Column, Kind
from gkllm.form import CellId, Forms
from gkllm.report import Cell, CellState, Report
from gkllm.report.wide import AboutRow, about_row, editions_row, merge_in

_EXACT_IN_A_FLOAT: Final = 2**53
_LONGEST_WHOLE: Final = 2**63


@dataclass(slots=True)
class KeptCell:
    """A column of a cell: where its values stand in a kept row, what they are, and what it is called.

    `labels` are those of its editions; they mostly are the same.
    """

    id: str
    form: str
    number: int
    labels: dict[str, str] = field(default_factory=dict)
    largest: int = 0
    fraction: bool = False

    def take(self, value: int | float | None) -> None:
        """Note what kind of value it is."""
        if isinstance(value, float):
            self.fraction = True
        elif value is not None and abs(value) > self.largest:
            self.largest = abs(value)

    @property
    def kind(self) -> Kind:
        """What holds all of its values exactly."""
        if self.fraction:
            return "number" if self.largest <= _EXACT_IN_A_FLOAT else "text"
        return "whole" if self.largest < _LONGEST_WHOLE else "text"

    @property
    def label(self) -> str:
        """What the editions call it."""
        return " | ".join(dict.fromkeys(self.labels.values()))


class KeptReports:
    """The rows of one table."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._file = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        finalize(self, self._file.close)
        self._cells: dict[str, KeptCell] = {}
        self._order: list[str] = []
        self._editions: dict[str, set[str]] = {}
        self._edition_order: list[str] = []
        self._edition_labels: dict[str, str] = {}

    def add(self, report: Report) -> None:
        """Keep a report's row."""
        editions = editions_row(report)
        merge_in(self._edition_order, list(editions))
        for name, edition in editions.items():
            self._editions.setdefault(name, set()).add(edition)
            if name not in self._edition_labels:
                self._edition_labels[name] = edition_label(name, report.form, self._forms)
        merge_in(self._order, [cell.id for cell in report.cells])
        row: dict[int, object] = {}
        marked = []
        for cell in report.cells:
            kept = self._cell(cell, report)
            kept.take(cell.value)
            row[kept.number] = cell.state.value if cell.value is None else cell.value
            if cell.needs_review:
                marked.append(kept.number)
        values = [row.get(number) for number in range(len(self._cells))]
        self._file.write(json.dumps([about_row(report), editions, values, marked]) + "\n")

    def _cell(self, cell: Cell, report: Report) -> KeptCell:
        kept = self._cells.get(cell.id)
        if kept is None:
            kept = self._cells[cell.id] = KeptCell(cell.id, report.form, len(self._cells))
        info = report.tables.get(CellId(cell.id).table)
        edition = info.edition if info else ""
        if edition not in kept.labels:
            kept.labels[edition] = cell_label(cell.id, cell.label, report.form, edition, self._forms)
        return kept

    @property
    def cells(self) -> list[KeptCell]:
        """The columns of cells, in the order of the form."""
        return [self._cells[name] for name in self._order]

    def columns(self) -> Iterator[Column]:
        """The columns of the tables' editions and those of the cells."""
        for name in self._edition_order:
            numbers = {int(e): edition_value(e) for e in self._editions[name] if e.isdecimal()}
            # Such as are no numbers stay texts, which need no label.
            values = numbers if len(numbers) == len(self._editions[name]) else {}
            yield Column(name, "text", self._edition_labels[name], values)
        for cell in self.cells:
            yield Column(cell.id, cell.kind, cell.label)

    def rows(self) -> Iterator[tuple[list[Any], set[int]]]:
        """The rows, each with the numbers of the columns in which cells are to be reviewed."""
        self._file.seek(0)
        numbers = [cell.number for cell in self.cells]
        before = len(AboutRow._fields) + len(self._edition_order)
        places = {number: before + place for place, number in enumerate(numbers)}
        for line in self._file:
            about, editions, values, marked = json.loads(line)
            about = [tuple(value) if isinstance(value, list) else value for value in about]
            values += [None] * (len(numbers) - len(values))
            told = [editions.get(name) for name in self._edition_order]
            cells = [
                CellState(value) if isinstance(value, str) else value
                for value in map(values.__getitem__, numbers)
            ]
            yield [*about, *told, *cells], {places[number] for number in marked}
