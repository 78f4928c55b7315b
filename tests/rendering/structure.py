"""The tables of a generated report as merged cells, in the forms that offices print them in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from random import Random
from typing import Literal

from evals.generator.truth import SyntheticReport
from gkllm.form import Row, Table
from tests.forms import FORM

Form = Literal["merged", "repeated", "split", "compact"]
FORMS: tuple[Form, ...] = ("merged", "repeated", "split", "compact")
"""Groups merged over their rows; every label printed on every row; tables cut in pieces; one column of labels."""

_BALANCE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True, slots=True)
class Slot:
    """A printed cell of a table, spanning columns and rows. `cell` is its id in the form, if it has one."""

    text: str
    cell: str | None = None
    across: int = 1
    down: int = 1


SlotRow = tuple[Slot, ...]
SlotTable = tuple[SlotRow, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and the tables under it."""

    heading: str
    tables: tuple[SlotTable, ...]


def sections(report: SyntheticReport, form: Form, rng: Random) -> list[Section]:
    """The three sections of the report's tables."""
    printed = {known.label: known.printed for known in report.labels}
    tables = [FORM.table(table_id, report.editions[table_id]) for table_id in FORM.table_ids]
    disclosure, requests, proceedings = (_Printer(report, table, printed) for table in tables)
    parts = [disclosure.blocks(form), requests.rows(form, rng), proceedings.one_row(form)]
    return [
        Section(f"{table.section}、{table.title}", tuple(found))
        for table, found in zip(tables, parts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Printer:
    report: SyntheticReport
    table: Table
    printed: dict[str, str]

    def label(self, label: str) -> str:
        return self.printed.get(label, label)

    def cells(self, row: Row) -> list[Slot]:
        ids = [f"{self.table.id}.{row.id}.{column.id}" for column in row.columns]
        return [Slot(self.report.cells[cell].raw, cell) for cell in ids]

    def blocks(self, form: Form) -> list[SlotTable]:
        """A block's title, its headings and its rows, the last number reaching to the table's edge."""
        tables: list[SlotTable] = []
        for _, grouped in groupby(self.table.rows, key=lambda row: row.groups):
            rows = list(grouped)
            headings = [Slot(self.label(column.label)) for column in rows[0].columns]
            lines: list[SlotRow] = [
                (Slot(self.label(rows[0].groups[0]), across=4),),
                tuple(_to_edge([Slot("信息内容"), *headings], 4)),
                *(tuple(_to_edge([Slot(self.label(row.label)), *self.cells(row)], 4)) for row in rows),
            ]
            tables.append(tuple(lines))
        return tables if form == "split" else [tuple(row for table in tables for row in table)]

    def rows(self, form: Form, rng: Random) -> list[SlotTable]:
        """The rows of the requests table under its header."""
        body = self.compact() if form == "compact" else self.grouped(merged=form != "repeated")
        columns = 1 if form == "compact" else 3
        header = self.header(columns, levels=1 if form == "repeated" else 3)
        if form != "split":
            return [(*header, *body)]
        at = _cut(body, rng)
        return [(*header, *body[:at]), (*header, *body[at:])]

    def header(self, columns: int, *, levels: int) -> list[SlotRow]:
        leaves = [Slot(self.label(column.label)) for column in self.table.rows[0].columns]
        if levels == 1:
            return [(Slot(_BALANCE, across=columns), *leaves)]
        group = self.label(self.table.rows[0].columns[1].groups[0])
        return [
            (Slot(_BALANCE, across=columns, down=3), Slot("申请人情况", across=7)),
            (replace(leaves[0], down=2), Slot(group, across=5), replace(leaves[6], down=2)),
            tuple(leaves[1:6]),
        ]

    def grouped(self, *, merged: bool) -> list[SlotRow]:
        """Group labels in columns of their own, over all their rows or on every row."""
        rows = self.table.rows
        lines: list[SlotRow] = []
        for index, row in enumerate(rows):
            slots: list[Slot] = []
            for depth, group in enumerate(row.groups):
                opens = index == 0 or rows[index - 1].groups[: depth + 1] != row.groups[: depth + 1]
                height = _height(rows, index, depth) if merged else 1
                if opens or not merged:
                    slots.append(Slot(self.label(group), down=height))
            slots.append(Slot(self.label(row.label), across=3 - len(row.groups)))
            lines.append((*slots, *self.cells(row)))
        return lines

    def compact(self) -> list[SlotRow]:
        """Group labels on rows of their own, without cells beside them."""
        lines: list[SlotRow] = []
        above: tuple[str, ...] = ()
        for row in self.table.rows:
            for depth, group in enumerate(row.groups):
                if above[: depth + 1] != row.groups[: depth + 1]:
                    lines.append((Slot(self.label(group), across=8),))
            lines.append((Slot(self.label(row.label)), *self.cells(row)))
            above = row.groups
        return lines

    def one_row(self, form: Form) -> list[SlotTable]:
        """Fifteen numbers under headings of three levels, or of two."""
        review, *litigation = self.table.rows
        leaves = [[Slot(self.label(column.label)) for column in row.columns] for row in self.table.rows]
        body = tuple(slot for row in self.table.rows for slot in self.cells(row))
        group = Slot(self.label(litigation[0].groups[0]), across=10)
        below = [Slot(self.label(row.label), across=5) for row in litigation]
        if form in ("compact", "repeated"):
            first = (Slot(self.label(review.label), across=5), *below)
            return [(first, (*leaves[0], *leaves[1], *leaves[2]), body)]
        return [
            (
                (Slot(self.label(review.label), across=5), group),
                (*(replace(leaf, down=2) for leaf in leaves[0]), *below),
                (*leaves[1], *leaves[2]),
                body,
            )
        ]


def _to_edge(slots: list[Slot], width: int) -> list[Slot]:
    return [*slots[:-1], replace(slots[-1], across=width - len(slots) + 1)]


def _height(rows: Sequence[Row], index: int, depth: int) -> int:
    """Rows from `index` on under the same groups down to `depth`."""
    groups = rows[index].groups[: depth + 1]
    height = 0
    while index + height < len(rows) and rows[index + height].groups[: depth + 1] == groups:
        height += 1
    return height


def _cut(body: Sequence[SlotRow], rng: Random) -> int:
    """A place between two rows that no merged cell reaches over; a merged group is cut with its rows elsewhere."""
    reach = 0
    places: list[int] = []
    for index, row in enumerate(body):
        if index >= max(1, reach):
            places.append(index)
        reach = max(reach, *(index + slot.down for slot in row))
    return rng.choice(places)
