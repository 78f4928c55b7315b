"""The deterministic reader: lines matched to rows by label, cells to columns by order or place."""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace

from gkllm.documents.document import GridCell, collapse
from gkllm.documents.values import unit_of
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Form, Table
from gkllm.reading.edition import locate_rows
from gkllm.reading.locate import is_heading
from gkllm.reading.numerals import MONEY_UNITS
from gkllm.reading.place.manner import Manner, in_words, manner_of
from gkllm.reading.place.rows import place_rows
from gkllm.reading.placed import (
    ABSENT,
    LocatedRow,
    LocatedTable,
    OpenRow,
    PlacedCell,
    TableReading,
    absent_table,
)
from gkllm.reading.row_labels import row_labels
from gkllm.reading.single_row import locate_single_row
from gkllm.reading.table_lines import TableLine

_SURE_LABEL = 0.75
_CLEAR_LEAD = 0.15
"""A damaged label is sure when it is this like its row's, and leads the next row's likeness by this much."""


_LINES_ABOVE = 12
"""A block's headings stand right over its rows; in layout text they may be wrapped."""
_UNITS = "|".join(sorted(MONEY_UNITS, key=len, reverse=True))
_UNIT = re.compile(
    rf"(?:[(（\[【]\s*(?:单位\s*[:：]?)?|单位\s*[:：]?|[/／,，])\s*(?:人民币)?\s*({_UNITS})(?![\u3400-\u9fff])"
)
_SHARED = Doubt(DoubtKind.LABEL_SHARED)


def read_by_rules(text: str, lines: Sequence[TableLine], form: Form) -> dict[str, TableReading]:
    """Every table of the form as the document of that text prints it, in the form's order; some may not be found.

    A table that has no edition of its own to show is given in that of the tables that do, else in the untold
    one.
    """
    located = {table_id: _locate(text, lines, form.in_all_editions(table_id)) for table_id in form.table_ids}
    printed = [found for found in located.values() if found is not None]
    shown = [found.table.edition for found in printed if found.table.layout == "rows"]
    manner = manner_of(lines, printed)
    claims = Counter(row.line.index for found in printed for row in found.rows)
    shared = {index for index, count in claims.items() if count > 1}
    readings: dict[str, TableReading] = {}
    for table_id, found in located.items():
        likely = _likely(form, table_id, shown)
        if found is None:
            readings[table_id] = absent_table(likely)
            continue
        if found.table.layout == "single_row" and found.table.rows == likely.rows:
            found = replace(found, table=likely)
        readings[table_id] = _read(text, lines, found, manner, shared)
    return readings


def _likely(form: Form, table_id: str, shown: Sequence[str]) -> Table:
    """The table in the first of the editions that others show which it has, else in the untold one."""
    editions = form.editions_of(table_id)
    edition = next((edition for edition in shown if edition in editions), None)
    return form.table(table_id, edition) if edition else form.untold(table_id)


def _locate(text: str, lines: Sequence[TableLine], editions: Sequence[Table]) -> LocatedTable | None:
    if editions[0].layout == "rows":
        rows = locate_rows(lines, editions)
        return in_words(rows) if rows else None
    # Most editions of such a table print the same; of those that fit alike the first is taken, which is the oldest.
    distinct = {table.rows: table for table in reversed(editions)}
    located = [found for table in distinct.values() if (found := locate_single_row(text, lines, table))]
    return max(reversed(located), key=_shape, default=None)


def _shape(located: LocatedTable) -> tuple[bool, float]:
    """How well an edition's numbers fit their lines: whether there are as many, and how its headings were found."""
    return all(len(row.values) == row.width for row in located.rows), located.rows[0].score


def _read(
    text: str, lines: Sequence[TableLine], located: LocatedTable, manner: Manner, several: Set[int]
) -> TableReading:
    """The table's cells. One of the lines that are of `several` tables may be none of its own where it does not fit."""
    table = located.table
    repeated = (Doubt.of(DoubtKind.TABLE_REPEATED, table=table.id),) if located.repeated else ()
    cells = dict.fromkeys(table.cell_ids(), ABSENT)
    open_rows: list[OpenRow] = []
    for found, placement in zip(located.rows, place_rows(lines, located, manner), strict=True):
        ids = tuple(CellId.of(table.id, row.id, column.id) for row, column in found.columns)
        foreign = found.line.index in several and len(found.values) != found.width
        shared = (_SHARED,) if foreign else ()
        doubts = (*_doubts(found), *_between(lines, located, found), *shared, *repeated)
        if placement.candidates and placement.doubt:
            candidates = tuple(_placed(text, lines, found, one.cells, doubts) for one in placement.candidates)
            costs = tuple(one.cost for one in placement.candidates)
            open_rows.append(OpenRow(ids, candidates, costs, placement.doubt, placement.if_broken))
        own = (placement.doubt, *doubts) if placement.doubt and not placement.if_broken else doubts
        cells.update(zip(ids, _placed(text, lines, found, placement.cells, own), strict=True))
    row_lines = {row.id: (found.first_line, found.last_line) for found in located.rows for row in found.rows}
    return TableReading(table, True, cells, row_lines, repeated, tuple(open_rows))


def _placed(
    text: str,
    lines: Sequence[TableLine],
    found: LocatedRow,
    cells: Sequence[GridCell],
    doubts: tuple[Doubt, ...],
) -> tuple[PlacedCell, ...]:
    """The row's cells as a reader sees them; `doubts` are those about all of them."""
    gaps = found.line.layout == "fixed_width"
    return tuple(
        PlacedCell(
            cell.raw,
            (cell.start, cell.end) if cell.raw else None,
            found.score,
            (cell.doubt, *doubts) if cell.doubt else doubts,
            legible=cell.legible,
            place=cell.place,
            gaps=gaps,
            headed=_unit(text, lines, found) if column.kind == "money" else None,
        )
        for (_, column), cell in zip(found.columns, cells, strict=True)
    )


def _unit(text: str, lines: Sequence[TableLine], found: LocatedRow) -> str | None:
    """The unit of money printed beside a number, else in its row's label or over it; null where none is."""
    beside = unit_of(found.line.unit.raw) if found.line.unit else None
    return beside if beside in MONEY_UNITS else _headed_unit(text, lines, found)


def _headed_unit(text: str, lines: Sequence[TableLine], found: LocatedRow) -> str | None:
    """The unit of the money in a row: as its label says, else as the nearest heading or caption over it does, up to the
    numbers of another row; null where none.
    """
    own = lines[found.first_line : found.last_line + 1]
    labels = "".join(collapse(cell.raw) for line in own for cell in line.cells[: line.label_end])
    if unit := _UNIT.search(labels.replace(" ", "")):
        return unit[1]
    above = lines[max(0, found.first_line - _LINES_ABOVE) : found.first_line]
    before = next((line for line in reversed(above) if line.has_values), None)
    start = before.row.cells[-1].end if before else above[0].row.cells[0].start if above else 0
    over = text[start : own[0].row.cells[0].start].split("\n")
    units = (_UNIT.search("".join(line.split())) for line in reversed(over))
    return next((unit[1] for unit in units if unit), None)


def _between(lines: Sequence[TableLine], located: LocatedTable, found: LocatedRow) -> tuple[Doubt, ...]:
    """A line of numbers alone, with a row's whole label over it and another's under it, may be either's. Where its
    label stands on a line that may be a row of blank cells, it may be another's that was lost.
    """
    index = found.line.index
    if found.line.layout in ("sequential", "stream") or found.last_line - found.first_line != 1:
        return ()
    away = 1 if found.first_line < index else -1
    other = index + away
    alone = not found.line.label_end
    label = alone and 0 <= other < len(lines) and not lines[other].has_values and _text(lines[other])
    told = not label or not row_labels(located.table).is_label(label)
    if told and not ((alone or lines[index - away].values) and _next_is_lost(lines, located, found, away)):
        return ()
    return (Doubt(DoubtKind.BETWEEN_LABELS),)


def _next_is_lost(lines: Sequence[TableLine], located: LocatedTable, found: LocatedRow, away: int) -> bool:
    """Whether the form's next row, or where `away` is -1 the one before, was not found, or not next to this one."""
    rows = located.table.rows
    beside = rows.index(found.rows[0]) + away
    if not 0 <= beside < len(rows):
        return False
    near = next((one for one in located.rows if rows[beside] in one.rows), None)
    if near is None:
        return True
    first, last = (found, near) if away > 0 else (near, found)
    between = lines[first.last_line + 1 : last.first_line]
    return any(line.values and not is_heading(line, row_labels(located.table)) for line in between)


def _text(line: TableLine) -> str:
    return "".join(cell.raw for cell in line.cells)


def _doubts(found: LocatedRow) -> tuple[Doubt, ...]:
    doubts: list[Doubt] = []
    if found.score == found.rival == 1.0:
        doubts.append(Doubt(DoubtKind.LABEL_SHARED))
    elif found.score < _SURE_LABEL or found.score - found.rival < _CLEAR_LEAD:
        doubts.append(Doubt.of(DoubtKind.LABEL_DAMAGED, likeness=round(found.score, 2)))
    if found.edition_untold:
        doubts.append(Doubt(DoubtKind.EDITION_UNTOLD))
    if found.beside_stray:
        doubts.append(Doubt(DoubtKind.STRAY_NUMBERS))
    return tuple(doubts)
