"""Tables of a form: rows, columns, labels, and every cell's place among the others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gkllm.data_file import checked_data
from gkllm.errors import FormError

ColumnKind = Literal["count", "signed", "money"]


class CellId(str):
    """A cell's public name, `table.row.column`: put together and taken apart here alone. In JSON it is a string."""

    __slots__ = ()

    @classmethod
    def of(cls, table: str, row: str, column: str) -> "CellId":
        """The name of a table's cell."""
        return cls(f"{table}.{row}.{column}")

    @classmethod
    def in_column(cls, table: str, column: str, row: str) -> "CellId":
        """The name of the cell in a column's row."""
        return cls.of(table, row, column)

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
    """A column of numbers. `unit` is the unit of the value: 元 or 万元 of a money column.

    `also` are other headings that it may have where a document prints more columns of numbers than the form.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: str
    label: str
    english: str
    kind: ColumnKind = "count"
    unit: str | None = None
    groups: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form. `groups` are the labels printed before its own, outermost first: those of blocks, and of the
    rows that it is indented under.

    `headed_by` is the label of the block that prints headings of its own over the row, empty where the headings
    are the whole table's. `also` are other labels that the row is known to be printed with.
    """

    id: str
    label: str
    english: str
    columns: tuple[Column, ...]
    groups: tuple[str, ...] = ()
    role: str | None = None
    headed_by: str = ""
    also: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The labels over the row's numbers."""
        return tuple(column.label for column in self.columns)


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
        """The `CellId` of every cell, in printed order."""
        return tuple(self.places)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every label that is printed on it: of rows, columns and what groups them."""
        return frozenset(
            label
            for row in self.rows
            for labels in ((row.label, *row.groups), *((c.label, *c.groups) for c in row.columns))
            for label in labels
        )

    @property
    def one_number_a_row(self) -> bool:
        """Whether the table has one column, and its numbers stand under each other."""
        return self.layout == "rows" and {row.headings for row in self.rows} == {self.rows[0].headings[:1]}

    def name_of(self, row: Row) -> str:
        """The row's label, after as many of the labels before it as tell it from a row with the same."""
        return self._names[row]

    @cached_property
    def _names(self) -> dict[Row, str]:
        depth = max(len(row.groups) for row in self.rows)
        names = {row: row.label for row in self.rows}
        for level in range(1, depth + 1):
            counts = Counter(names.values())
            for row, name in names.items():
                if counts[name] > 1:
                    names[row] = "".join(row.groups[-level:]) + row.label
        return names

    @cached_property
    def places(self) -> Mapping[str, "CellPlace"]:
        """Every cell's place, in printed order. Cells stand above one another where their rows share a heading."""
        ids = [[CellId.of(self.id, row.id, column.id) for column in row.columns] for row in self.rows]
        return {
            ids[number][index]: CellPlace(
                self,
                row,
                column,
                above=self._vertical(ids, number - 1, number, index),
                below=self._vertical(ids, number + 1, number, index),
                printed=" / ".join((*row.groups, row.label, column.label)),
                before=ids[number][index - 1] if index else None,
                after=ids[number][index + 1] if index + 1 < len(row.columns) else None,
            )
            for number, row in enumerate(self.rows)
            for index, column in enumerate(row.columns)
        }

    def _vertical(self, ids: list[list[CellId]], other: int, number: int, index: int) -> CellId | None:
        if self.layout != "rows" or not 0 <= other < len(self.rows):
            return None
        return ids[other][index] if self.rows[other].headings == self.rows[number].headings else None


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell stands; the others are the cells printed next to it, null at the edge.

    `printed` has every label that is printed for the cell: those of the row's groups, the row's and the column's.
    """

    table: Table
    row: Row
    column: Column
    printed: str
    above: CellId | None
    below: CellId | None
    before: CellId | None
    after: CellId | None

    @property
    def label(self) -> str:
        """The row's and the column's printed labels, the section's number before them."""
        above = self.table.name_of(self.row).removesuffix(self.row.label)
        return f"{self.table.section}/{above}{short(self.row.label)}/{self.column.label}"


def short(label: str) -> str:
    """A row's label without the explanation in brackets that may follow it; a number in brackets stays."""
    explanation = label.find("（", 1)
    return label if explanation < 0 else label[:explanation]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RowEntry(_Entry):
    """A row in a table's file. It stands in its `editions`; in all of its block's, if it names none.

    `under` is the row before it that it is a part of and indented under; `unit` and `kind` are its numbers', where
    they are not its columns'.
    """

    id: str
    label: str
    english: str
    groups: tuple[str, ...] = ()
    role: str | None = None
    editions: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    under: str | None = None
    unit: str | None = None
    kind: ColumnKind | None = None

    def in_block(
        self, columns: tuple[Column, ...], outer: tuple[str, ...], headed_by: str, before: list[Row]
    ) -> Row:
        """The row under a block's labels and columns. `before` are the table's rows over it."""
        groups = outer + self.groups
        if self.under is not None:
            whole = next((row for row in before if row.id == self.under), None)
            if whole is None:
                raise FormError(
                    "the row {id!r} stands under {under!r}, which is no row before it",
                    id=self.id,
                    under=self.under,
                )
            groups = (*whole.groups, whole.label)
        if self.unit or self.kind:
            columns = tuple(
                replace(column, unit=self.unit or column.unit, kind=self.kind or column.kind)
                for column in columns
            )
        return Row(self.id, self.label, self.english, columns, groups, self.role, headed_by, self.also)


class BlockEntry(_Entry):
    """Rows under a label of their own, which print headings of their own where the block has `columns`."""

    rows: tuple[RowEntry, ...]
    label: str = ""
    columns: tuple[Column, ...] = ()
    editions: tuple[str, ...] = ()


class TableFile(_Entry):
    """A table's file. `editions` are all it differs in, the oldest first."""

    id: str
    section: str
    title: str
    english: str
    editions: tuple[str, ...] = Field(min_length=1)
    layout: Literal["rows", "single_row"]
    blocks: tuple[BlockEntry, ...] = Field(min_length=1)
    columns: tuple[Column, ...] = ()

    def in_edition(self, edition: str) -> Table:
        """The table as an edition prints it."""
        rows: list[Row] = []
        for block in self.blocks:
            if edition not in (block.editions or self.editions):
                continue
            outer = (block.label,) if block.label else ()
            headed_by = block.label if block.columns else ""
            columns = block.columns or self.columns
            for row in block.rows:
                if edition in (row.editions or self.editions):
                    rows.append(row.in_block(columns, outer, headed_by, rows))
        return Table(self.id, self.section, self.title, self.english, edition, self.layout, tuple(rows))


def tables_of(path: Path) -> dict[str, Table]:
    """The table that a file describes, in each of its editions, oldest first.

    Raises:
        FormError: the file cannot be used, or names a cell twice.
    """
    file = checked_data(path, TableFile)
    try:
        tables = {edition: file.in_edition(edition) for edition in file.editions}
    except FormError as error:
        raise FormError("{path}: {error}", path=path, error=error) from error
    for edition, table in tables.items():
        if len(table.cell_ids()) != sum(len(row.columns) for row in table.rows):
            raise FormError(
                "{path}: table {id!r} names a cell twice in edition {edition!r}",
                path=path,
                id=table.id,
                edition=edition,
            )
        if not table.places:
            raise FormError(
                "{path}: table {id!r} has no cell in edition {edition!r}",
                path=path,
                id=table.id,
                edition=edition,
            )
    return tables
