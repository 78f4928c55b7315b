"""The three tables as grids of merged cells, before any layout prints them."""

from dataclasses import dataclass, field, replace
from itertools import groupby
from random import Random
from typing import Literal

from evals.generator.labels import LabelPrinter
from gkllm.form import Row, Table

BALANCE_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
APPLICANTS = "申请人情况"
CONTENT = "信息内容"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a grid: a label's text, or a cell, or (`covered`) the rest of a merged area.

    `text` of a covered slot is the merged area's label.
    """

    text: str = ""
    cell: str | None = None
    covered: Literal["", "across", "down"] = ""


GridRow = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle of slots.

    `header_rows` are indices into `rows`; `repeated` asks for merged labels on every row.
    """

    table: str
    rows: tuple[GridRow, ...]
    header_rows: frozenset[int] = field(default=frozenset())
    repeated: bool = False


def _across(text: str, width: int) -> list[Slot]:
    return [Slot(text), *[Slot(text, covered="across")] * (width - 1)]


def _under(slot: Slot) -> Slot:
    return replace(slot, covered="down")


def _cells(table: Table, row: Row) -> list[Slot]:
    return [Slot(cell=f"{table.id}.{row.id}.{column.id}") for column in row.columns]


def _without(rng: Random, rows: list[GridRow], candidates: list[int], *, lost: bool) -> tuple[GridRow, ...]:
    """The rows, but one of the candidate header rows if it was lost."""
    gone = rng.choice(candidates) if lost else -1
    return tuple(row for index, row in enumerate(rows) if index != gone)


def grids_of(rng: Random, table: Table, labels: LabelPrinter, *, compact: bool = False) -> list[Grid]:
    """The table's grids in printed order; `compact` gives the requests table a single label column."""
    if table.id == "disclosure":
        return _disclosure_grids(rng, table, labels)
    if table.id == "requests":
        return [_requests_grid(rng, table, labels, compact=compact)]
    return [_proceedings_grid(rng, table, labels)]


def unmerged_label(slot: Slot, *, repeated: bool) -> str:
    """A label slot's text where every place of a merged area is printed: blank, or `repeated`."""
    return "" if slot.covered and not repeated else slot.text


def _disclosure_grids(rng: Random, table: Table, labels: LabelPrinter) -> list[Grid]:
    """One grid a block, each 4 wide: its title, its headings, its rows."""
    grids: list[Grid] = []
    lost = labels.damages_table(table.id, "header_lost")
    blocks = [list(rows) for _, rows in groupby(table.rows, key=lambda row: row.groups)]
    headless = rng.randrange(len(blocks)) if lost else -1
    for index, rows in enumerate(blocks):
        title = tuple(_across(labels.label(rows[0].groups[0]), 4))
        headings = [Slot(labels.label(column.label)) for column in rows[0].columns]
        grid_rows = [title, _padded([Slot(CONTENT), *headings])]
        grid_rows += [_padded([Slot(labels.label(row.label)), *_cells(table, row)]) for row in rows]
        kept = _without(rng, grid_rows, [1], lost=index == headless)
        heads = len(kept) - len(rows)
        grids.append(Grid(table.id, kept, frozenset(range(heads))))
    return grids


def _padded(slots: list[Slot]) -> GridRow:
    return (*slots, *[Slot(covered="across")] * (4 - len(slots)))


def _requests_grid(rng: Random, table: Table, labels: LabelPrinter, *, compact: bool) -> Grid:
    """Three label columns and seven of numbers; one label column where compact."""
    header = _requests_header(table, labels, 1 if compact else 3)
    lost = labels.damages_table(table.id, "header_lost")
    repeated = labels.damages_table(table.id, "group_repeated")
    kept = _without(rng, header, [0, len(header) - 1], lost=lost)
    if compact and not lost and rng.random() < 0.6:
        kept = (_single_header(header),)
    body = _compact_rows(rng, table, labels) if compact else _merged_rows(table, labels)
    return Grid(table.id, (*kept, *body), frozenset(range(len(kept))), repeated)


def _requests_header(table: Table, labels: LabelPrinter, label_columns: int) -> list[GridRow]:
    columns = table.rows[0].columns
    leaves = [Slot(labels.label(column.label)) for column in columns]
    group = labels.label(columns[1].groups[0])
    first = [*_across(BALANCE_NOTE, label_columns), *_across(labels.label(APPLICANTS), 7)]
    corner = [
        _under(slot) if index == 0 else slot
        for index, slot in enumerate(_across(BALANCE_NOTE, label_columns))
    ]
    second = [*corner, leaves[0], *_across(group, 5), leaves[6]]
    third = [*corner, _under(leaves[0]), *leaves[1:6], _under(leaves[6])]
    return [tuple(first), tuple(second), tuple(third)]


def _single_header(header: list[GridRow]) -> GridRow:
    """The lowest heading of each column, on one row."""
    return tuple(replace(slot, covered="") if slot.covered == "down" else slot for slot in header[-1])


def _merged_rows(table: Table, labels: LabelPrinter) -> list[GridRow]:
    rows: list[GridRow] = []
    above: tuple[str, ...] = ()
    texts: list[str] = []
    for row in table.rows:
        same = [known == group for known, group in zip(above, row.groups, strict=False)]
        kept = same.index(False) if False in same else len(same)
        texts = texts[:kept] + [labels.group(group) for group in row.groups[kept:]]
        slots = [Slot(text, covered="down" if index < kept else "") for index, text in enumerate(texts)]
        slots += _across(labels.label(row.label), 3 - len(slots))
        rows.append((*slots, *_cells(table, row)))
        above = row.groups
    return rows


def _compact_rows(rng: Random, table: Table, labels: LabelPrinter) -> list[GridRow]:
    """Groups have rows of their own, or stand before the row's label, or are left out."""
    style = rng.choice(("own_row", "joined", "absent"))
    rows: list[GridRow] = []
    above: tuple[str, ...] = ()
    for row in table.rows:
        new = [group for index, group in enumerate(row.groups) if above[index : index + 1] != (group,)]
        if style == "own_row":
            rows += [(Slot(text), *[Slot()] * 7) for group in new if (text := labels.group(group))]
        label = labels.label(row.label)
        if style == "joined" and row.groups:
            label = f"{row.groups[-1]}{rng.choice((' ', '-', ''))}{label}"
        rows.append((Slot(label), *_cells(table, row)))
        above = row.groups
    return rows


def _proceedings_grid(rng: Random, table: Table, labels: LabelPrinter) -> Grid:
    """Fifteen columns under a header of three rows."""
    review, *litigation = table.rows
    leaves = [[Slot(labels.label(column.label)) for column in row.columns] for row in table.rows]
    first = [*_across(labels.label(review.label), 5), *_across(labels.label(litigation[0].groups[0]), 10)]
    second = [*leaves[0], *(slot for row in litigation for slot in _across(labels.label(row.label), 5))]
    third = [*map(_under, leaves[0]), *leaves[1], *leaves[2]]
    header: list[GridRow] = [tuple(first), tuple(second), tuple(third)]
    kept = _without(rng, header, [0, 2], lost=labels.damages_table(table.id, "header_lost"))
    body = tuple(slot for row in table.rows for slot in _cells(table, row))
    return Grid(table.id, (*kept, body), frozenset(range(len(kept))))
