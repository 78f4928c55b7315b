"""The form's tables with a report's values, laid out as the form prints them, and where their cells' links lead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from gkllm.checking.sentences import number
from gkllm.form import CellId, Column, Form, Row, Table
from gkllm.language import said
from gkllm.report import Cell, CellState, Report
from gkllm.report.table import STANDINGS
from gkllm.terminal.grid import differs_from_print, quoted
from gkllm.terminal.words import reasons_of, table_of


class Links(Protocol):
    """The elements of one report's cells. An element's name is its `id`, an address a link's `href`."""

    def cell(self, cell: str) -> str:
        """The name of a cell's element in its table."""

    def place(self, cell: str) -> str:
        """The name of the element where a cell is printed."""

    def to_cell(self, cell: str) -> str:
        """The address of the cell, as its place links to it."""

    def to_place(self, cell: str) -> str:
        """The address of the place, as the cell links to it."""

    def to_doubt(self, cell: str) -> str:
        """The address of what is said of a doubtful cell; empty where that is not on the page."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Those of a page that holds everything: places within it. `report` counts the reports of the page."""

    report: int
    numbers: dict[str, int]

    @classmethod
    def of(cls, number: int, report: Report) -> "PageLinks":
        """Those of a report, the `number`th of its page."""
        return cls(number, {cell.id: position for position, cell in enumerate(report.cells)})

    def cell(self, cell: str) -> str:
        return f"r{self.report}c{self.numbers[cell]}"

    def place(self, cell: str) -> str:
        return f"{self.cell(cell)}s"

    def doubt(self, cell: str) -> str:
        """The name of the element that tells what is held against a cell."""
        return f"{self.cell(cell)}d"

    def to_cell(self, cell: str) -> str:
        return f"#{self.cell(cell)}"

    def to_place(self, cell: str) -> str:
        return f"#{self.place(cell)}"

    def to_doubt(self, cell: str) -> str:
        return f"#{self.doubt(cell)}"


@dataclass(frozen=True, slots=True)
class ReviewLinks:
    """Those of the review page: cell and place lead to one address, which shows both. `report` is its id there."""

    report: str

    def cell(self, cell: str) -> str:
        return f"cell-{cell}"

    def place(self, cell: str) -> str:
        return f"place-{cell}"

    def to_cell(self, cell: str) -> str:
        return f"#/reports/{self.report}/{cell}"

    def to_place(self, cell: str) -> str:
        return self.to_cell(cell)

    def to_doubt(self, cell: str) -> str:  # noqa: ARG002
        return ""


_SURE = 0.99


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the form. `mark` is how sure it is (review, likely, sure, missing), `told` the same in words; `text` is
    its number, or a sign of what it holds instead, which `state` says in words; `state` is empty beside a number."""

    id: str
    name: str
    address: str
    doubt: str
    mark: str
    told: str
    text: str
    state: str
    printed: str
    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading over `columns` columns, in `rows` lines of headings."""

    text: str
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of cells, or, without any, the label of the rows below it. `depth` is how many such it stands under."""

    label: str
    depth: int
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """Rows under headings of their own; `columns` counts the columns of numbers."""

    label: str
    columns: int
    headings: tuple[tuple[Heading, ...], ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of the form."""

    id: str
    title: str
    edition: str
    found: bool
    blocks: tuple[ShownBlock, ...]


def mark_of(cell: Cell) -> str:
    """How sure a cell is, as the name of its look."""
    if cell.state is CellState.MISSING:
        return "missing"
    if cell.needs_review:
        return "review"
    return "sure" if cell.confidence >= _SURE else "likely"


def told(mark: str) -> str:
    """A mark in words."""
    words = {
        "missing": said("missing"),
        "review": said("needs review"),
        "sure": said("sure"),
        "likely": said("likely"),
    }
    return words[mark]


def asked_about(report: Report) -> dict[str, int]:
    """The cells that a person is asked about, and how many are meant: all at once of a table that was not found."""
    counts: dict[str, int] = {}
    for cell in report.cells:
        if cell.needs_review:
            table = CellId(cell.id).table
            whole = cell.state is CellState.MISSING and not report.tables[table].found
            first = next((c for c in counts if CellId(c).table == table), cell.id) if whole else cell.id
            counts[first] = counts.get(first, 0) + 1
    return counts


def shown_tables(report: Report, form: Form, links: Links, placed: frozenset[str]) -> Iterator[ShownTable]:
    """Every table of a report; `placed` are the cells whose places are on the page."""
    asked = asked_about(report)
    cells = {cell.id: _cell(cell, links, cell.id in placed, cell.id in asked) for cell in report.cells}
    for table_id, info in report.tables.items():
        table = table_of(report, form, table_id)
        title = f"{table.section}、{table.title}"
        yield ShownTable(table_id, title, info.edition, info.found, tuple(_blocks(table, cells)))


def _blocks(table: Table, cells: Mapping[str, ShownCell]) -> Iterator[ShownBlock]:
    if len({row.headings for row in table.rows}) == 1:
        yield _block(table, "", table.rows, cells, 0)
        return
    for (groups, _), rows in groupby(table.rows, key=lambda row: (row.groups[:1], row.columns)):
        yield _block(table, "".join(groups), list(rows), cells, len(groups))


def _block(
    table: Table, label: str, rows: Sequence[Row], cells: Mapping[str, ShownCell], base: int
) -> ShownBlock:
    columns = max(len(row.columns) for row in rows)
    headings = tuple(_headings(rows[0].columns))
    return ShownBlock(label, columns, headings, tuple(_rows(table, rows, cells, base)))


def _headings(columns: Sequence[Column]) -> Iterator[tuple[Heading, ...]]:
    """The columns' labels, the groups they stand in above; one without a group reaches down."""
    depth = max(len(column.groups) for column in columns)
    for level in range(depth + 1):
        line = []
        for _, members in groupby(columns, key=lambda column: (*column.groups, column.label)[: level + 1]):
            found = list(members)
            path = (*found[0].groups, found[0].label)
            if level < len(path):
                last = level == len(path) - 1
                line.append(Heading(path[level], len(found), depth - level + 1 if last else 1))
        yield tuple(line)


def _rows(table: Table, rows: Sequence[Row], cells: Mapping[str, ShownCell], base: int) -> Iterator[ShownRow]:
    """The rows, each group's label once above its rows."""
    above: tuple[str, ...] = rows[0].groups[:base]
    for row in rows:
        for level, label in enumerate(row.groups):
            if level >= base and row.groups[: level + 1] != above[: level + 1]:
                yield ShownRow(label, level - base, ())
        above = (*row.groups, row.label)
        found = [cells.get(CellId.of(table.id, row.id, column.id)) for column in row.columns]
        yield ShownRow(row.label, len(row.groups) - base, tuple(cell for cell in found if cell))


def _cell(cell: Cell, links: Links, placed: bool, asked: bool) -> ShownCell:
    mark, state = mark_of(cell), said(cell.state.value.replace("_", " "))
    title = said(
        "printed {raw}, {state}, confidence {confidence}",
        raw=quoted(cell.raw),
        state=state,
        confidence=f"{cell.confidence:.0%}",
    )
    return ShownCell(
        id=cell.id,
        name=links.cell(cell.id),
        address=links.to_place(cell.id) if placed else "",
        doubt=links.to_doubt(cell.id) if asked else "",
        mark=mark,
        told=told(mark),
        text=number(cell.value) if cell.state is CellState.REPORTED else STANDINGS[cell.state],
        state="" if cell.state is CellState.REPORTED else state,
        printed=quoted(cell.raw, 12) if differs_from_print(cell) else "",
        title="; ".join((title, *reasons_of(cell))),
    )
