"""Reports as wide data: a table a form, a row a report, a column a cell."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple
from weakref import finalize

from gkllm.errors import FormError
from gkllm.export.tables import Column, Findings, Kind, Tables, columns_of
from gkllm.form import CellId, CellPlace, Forms
from gkllm.language import later, said, spoken
from gkllm.report import Cell, CellState, Report
from gkllm.report.rows import AboutRow, CellRow, about_row, cell_rows, editions_row, merge_in

_ABOUT: Final[Mapping[str, str]] = {
    "issuer": later("issuer"),
    "year": later("year"),
    "title": later("title"),
    "published": later("published on"),
    "source": later("source"),
    "part": later("number among the file's reports"),
    "sha256": later("SHA-256 of the file"),
    "form": later("form"),
    "to_review": later("cells to review"),
    "broken": later("broken relations"),
    "review_cells": later("which cells are to be reviewed"),
}
_YUAN: Final[Mapping[str, str]] = {"元": later("yuan"), "万元": later("10,000 yuan")}


def about_label(name: str) -> str:
    """What a column about the report is called."""
    return said(_ABOUT[name])


def edition_label(column: str, form: str, forms: Forms) -> str:
    """What the column with a table's edition is called: after the table's title, or its id in a form not known here."""
    name = column.partition(".")[0]
    try:
        table = forms[form].untold(name)
    except FormError:
        title = name
    else:
        title = table.title if spoken() == "zh" else table.english
    return said("edition of table {table}", table=title)


def edition_value(edition: str) -> str:
    """What the number of an edition stands for."""
    return said("edition {edition}", edition=edition)


def cell_label(cell: str, printed: str, form: str, edition: str | None, forms: Forms) -> str:
    """What the column of a cell is called: its labels as the edition prints them or in English, with a unit of money.

    `printed` is the label in the report, which is all there is of a form that is not known here.
    """
    place = _place(cell, form, edition, forms)
    if place is None:
        return printed if spoken() == "zh" else " / ".join(cell.replace("_", " ").split("."))
    label = place.printed if spoken() == "zh" else f"{place.row.english} / {place.column.english}"
    unit = place.column.unit
    if unit is None or unit not in _YUAN or (spoken() == "zh" and unit in label):
        return label
    return said("{label} ({unit})", label=label, unit=said(_YUAN[unit]))


def _place(cell: str, form: str, edition: str | None, forms: Forms) -> CellPlace | None:
    try:
        table = forms[form].table(CellId(cell).table, edition or "")
    except FormError:
        return None
    return table.places.get(cell)


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


_TOGETHER: Final = "reports"
"""What the table of all reports is called, whatever their form."""


class ColumnRow(NamedTuple):
    """A column of wide data: its name there, the cell's id, the editions that print it, and its label."""

    form: str
    column: str
    cell: str
    editions: tuple[str, ...]
    label: str


class WideExporter:
    """A table for each form and beside it those of violations, claims, cells to review, and columns.

    Which columns there are is known at the end: until then the reports' rows are kept on disk. Where no table has a
    place beside the first, the reports on all forms share one.
    """

    def __init__(self, tables: Tables, forms: Forms) -> None:
        self._tables = tables
        self._forms = forms
        self._findings = Findings(tables)
        self._review = tables.open("review", columns_of(CellRow))
        self._columns = tables.open("columns", columns_of(ColumnRow))
        self._kept: dict[str, KeptReports] = {}

    def write(self, report: Report) -> None:
        """Add a report's row, and what else is said of it."""
        name = report.form if self._tables.apart else _TOGETHER
        if name not in self._kept:
            self._kept[name] = KeptReports(self._forms)
        self._kept[name].add(report)
        self._findings.write(report)
        for row in cell_rows(report):
            if row.needs_review:
                self._review.append(row)

    def finish(self) -> None:
        """Write the tables of the forms, the first form's first, and close all."""
        known = {form.id: number for number, form in enumerate(self._forms)}
        for name in sorted(self._kept, key=lambda name: (known.get(name, len(known)), name)):
            self._write(name, self._kept[name])
        if not self._kept:
            self._write(_TOGETHER, KeptReports(self._forms))
        self._tables.finish()

    def _write(self, name: str, reports: KeptReports) -> None:
        about = [column._replace(label=about_label(column.name)) for column in columns_of(AboutRow)]
        rows = self._tables.open(name, [*about, *reports.columns()], main=True)
        for row, marked in reports.rows():
            rows.append(row, marked)
        for cell in reports.cells:
            named = self._tables.name_of(cell.id)
            self._columns.append(ColumnRow(cell.form, named, cell.id, tuple(cell.labels), cell.label))
