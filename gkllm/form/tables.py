"""Tables of a form: rows, columns, labels, and every cell's place among the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from gkllm.errors import FormError

ColumnKind = Literal["count", "signed", "money"]
CellKey = tuple[str, str]
"""A cell within its table: (row id, column id)."""


class CellId(str):
    """A cell's public name, `table.row.column`: put together and taken apart here alone. In JSON it is a string."""

    __slots__ = ()

    @classmethod
    def of(cls, table: str, row: str, column: str) -> "CellId":
        """The name of a table's cell."""
        return cls(f"{table}.{row}.{column}")

    @property
    def table(self) -> str:
        return self.split(".")[0]

    @property
    def row(self) -> str:
        return self.split(".")[1]

    @property
    def column(self) -> str:
        return self.split(".")[2]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers. `unit` is the unit of the value of a money column: 元 or 万元."""

    id: str
    label: str
    english: str
    kind: ColumnKind = "count"
    unit: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form. `groups` are the labels printed before its own, outermost first.

    `headed_by` is the label of the block that prints headings of its own over the row, empty where the headings
    are the whole table's.
    """

    id: str
    label: str
    english: str
    columns: tuple[Column, ...]
    groups: tuple[str, ...] = ()
    role: str | None = None
    headed_by: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """One table in one edition; a form holds each once, so tables are the same only where they are one.

    `layout` is "rows" where each row is printed on a line of its own, "single_row" where all rows' numbers
    stand side by side on one line.
    """

    id: str
    section: str
    title: str
    english: str
    edition: str
    layout: Literal["rows", "single_row"]
    rows: tuple[Row, ...]

    def cell_ids(self) -> tuple[str, ...]:
        """Ids `table.row.column` of every cell, in printed order."""
        return tuple(self.places)

    @cached_property
    def places(self) -> Mapping[str, "CellPlace"]:
        """Every cell's place, in printed order. Cells stand above one another where their rows share a heading."""
        ids = [[f"{self.id}.{row.id}.{column.id}" for column in row.columns] for row in self.rows]
        return {
            ids[number][index]: CellPlace(
                self,
                row,
                column,
                above=self._vertical(ids, number - 1, number, index),
                below=self._vertical(ids, number + 1, number, index),
                before=ids[number][index - 1] if index else None,
                after=ids[number][index + 1] if index + 1 < len(row.columns) else None,
            )
            for number, row in enumerate(self.rows)
            for index, column in enumerate(row.columns)
        }

    def _vertical(self, ids: list[list[str]], other: int, number: int, index: int) -> str | None:
        if self.layout != "rows" or not 0 <= other < len(self.rows):
            return None
        return ids[other][index] if self.rows[other].columns == self.rows[number].columns else None


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell stands; the others are the cells printed next to it, null at the edge."""

    table: Table
    row: Row
    column: Column
    above: str | None
    below: str | None
    before: str | None
    after: str | None

    @property
    def label(self) -> str:
        """The row's and the column's printed labels, the section's number before them."""
        return f"{self.table.section}/{short(self.row.label)}/{self.column.label}"


def short(label: str) -> str:
    """A row's label without the explanation in brackets that may follow it; a number in brackets stays."""
    explanation = label.find("（", 1)
    return label if explanation < 0 else label[:explanation]


def tables_of(data: Mapping[str, Any]) -> dict[str, Table]:
    """The table that a data file describes, in each of its editions, oldest first.

    Raises:
        FormError: it names a cell twice.
    """
    return {edition: _table(data, edition) for edition in data["editions"]}


def _table(data: Mapping[str, Any], edition: str) -> Table:
    common = _columns(data.get("columns", []))
    rows: list[Row] = []
    for block in data["blocks"]:
        if edition not in block.get("editions", data["editions"]):
            continue
        own = _columns(block.get("columns", []))
        outer = (block["label"],) if "label" in block else ()
        headed_by = block["label"] if own else ""
        rows += [
            _row(row, own or common, outer, headed_by)
            for row in block["rows"]
            if edition in row.get("editions", data["editions"])
        ]
    table = Table(
        id=data["id"],
        section=data["section"],
        title=data["title"],
        english=data["english"],
        edition=edition,
        layout=data["layout"],
        rows=tuple(rows),
    )
    if len(table.cell_ids()) != sum(len(row.columns) for row in rows):
        raise FormError(f"table {table.id!r} names a cell twice in edition {edition!r}")
    return table


def _columns(entries: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(**{**entry, "groups": tuple(entry.get("groups", ()))}) for entry in entries)


def _row(entry: dict[str, Any], columns: tuple[Column, ...], outer: tuple[str, ...], headed_by: str) -> Row:
    return Row(
        id=entry["id"],
        label=entry["label"],
        english=entry["english"],
        columns=columns,
        groups=outer + tuple(entry.get("groups", ())),
        role=entry.get("role"),
        headed_by=headed_by,
    )
