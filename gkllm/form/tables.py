"""Tables of the national form, loaded from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from gkllm.errors import FormError

Edition = Literal["2019", "2021"]
ColumnKind = Literal["count", "signed", "money"]
CellKey = tuple[str, str]
"""A cell within its table: (row id, column id)."""

TABLE_IDS: tuple[str, ...] = ("disclosure", "requests", "proceedings")
"""Every table, in the order the form prints them."""


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


@dataclass(frozen=True, slots=True)
class Table:
    """One table in one edition.

    `layout` is "rows" where each row is printed on a line of its own, "single_row" where all rows' numbers
    stand side by side on one line.
    """

    id: str
    section: str
    title: str
    english: str
    edition: Edition
    layout: Literal["rows", "single_row"]
    rows: tuple[Row, ...]

    def cell_ids(self) -> tuple[str, ...]:
        """Ids `table.row.column` of every cell, in printed order."""
        return tuple(f"{self.id}.{row.id}.{column.id}" for row in self.rows for column in row.columns)


@cache
def _read(table_id: str) -> dict[str, Any]:
    text = (resources.files("gkllm.form") / f"{table_id}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def editions_of(table_id: str) -> tuple[Edition, ...]:
    """The editions a table differs in, oldest first."""
    if table_id not in TABLE_IDS:
        raise FormError(f"no table {table_id!r} in the form")
    return tuple(_read(table_id)["editions"])


@cache
def load_table(table_id: str, edition: str) -> Table:
    """The table as the given edition prints it.

    Raises:
        FormError: the data file has no such table or edition, or names a cell twice.
    """
    if edition not in editions_of(table_id):
        raise FormError(f"table {table_id!r} has no edition {edition!r}")
    data = _read(table_id)
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
    if len(set(table.cell_ids())) != len(table.cell_ids()):
        raise FormError(f"table {table_id!r} names a cell twice in edition {edition!r}")
    return table


def split_cell_id(cell_id: str) -> tuple[str, str, str]:
    """`table.row.column` taken apart."""
    table_id, row_id, column_id = cell_id.split(".")
    return table_id, row_id, column_id


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
