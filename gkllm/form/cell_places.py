"""The form's own words for its tables, rows, columns and cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gkllm.form.tables import Column, Row, Table


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


@cache
def places_in(table: Table) -> Mapping[str, CellPlace]:
    """Every cell's place, in printed order. Cells stand above one another where their rows share a heading."""
    ids = [[f"{table.id}.{row.id}.{column.id}" for column in row.columns] for row in table.rows]
    places: dict[str, CellPlace] = {}
    for number, row in enumerate(table.rows):
        for index, column in enumerate(row.columns):
            places[ids[number][index]] = CellPlace(
                table,
                row,
                column,
                above=_vertical(table, ids, number - 1, number, index),
                below=_vertical(table, ids, number + 1, number, index),
                before=ids[number][index - 1] if index else None,
                after=ids[number][index + 1] if index + 1 < len(row.columns) else None,
            )
    return places


def _vertical(table: Table, ids: list[list[str]], other: int, number: int, index: int) -> str | None:
    if table.layout != "rows" or not 0 <= other < len(table.rows):
        return None
    rows = table.rows
    return ids[other][index] if rows[other].columns == rows[number].columns else None


def short(label: str) -> str:
    """A row's label without the explanation in brackets that may follow it; a number in brackets stays."""
    explanation = label.find("（", 1)
    return label if explanation < 0 else label[:explanation]
