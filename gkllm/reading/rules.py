"""The deterministic reader: lines matched to rows by label, cells to columns by order or place."""

from collections.abc import Sequence
from dataclasses import replace

from gkllm.documents.document import Document, GridCell
from gkllm.form import TABLE_IDS, Edition, Table, editions_of, load_table
from gkllm.reading.columns import Placement, ValueLine, place_by_order
from gkllm.reading.gaps import place_by_ruler
from gkllm.reading.headings import heading_ruler
from gkllm.reading.labels import normalise
from gkllm.reading.lines import TableLine, table_lines
from gkllm.reading.locate import RowMatch, TableMatch, match_rows
from gkllm.reading.placed import ABSENT, PlacedCell, TableReading, absent_table
from gkllm.reading.single_row import read_single_row
from gkllm.reading.unlabelled import rows_by_position

_MIN_ROWS = 0.3
"""Share of a table's rows that must be found before the table counts as printed in the document."""
_SURE_LABEL = 0.75
_CLEAR_LEAD = 0.15
"""A damaged label is sure when it is this like its row's, and leads the next row's likeness by this much."""


def read_by_rules(document: Document) -> dict[str, TableReading]:
    """Every table of the form as the document prints it, in the form's order; some may not be found.

    A table that is not found is given in the edition of the tables that are, else in the newest.
    """
    lines = table_lines(document)
    readings: dict[str, TableReading] = {}
    for table_id in TABLE_IDS:
        reading = _read_table(lines, table_id)
        if reading is not None:
            readings[table_id] = reading
    found = [reading.table.edition for reading in readings.values() if len(editions_of(reading.table.id)) > 1]
    for table_id in TABLE_IDS:
        editions = editions_of(table_id)
        likely = next((edition for edition in found if edition in editions), editions[-1])
        if table_id not in readings:
            readings[table_id] = absent_table(load_table(table_id, likely))
        elif load_table(table_id, editions[0]).layout == "single_row":
            readings[table_id] = replace(readings[table_id], table=load_table(table_id, likely))
    return {table_id: readings[table_id] for table_id in TABLE_IDS}


def _read_table(lines: Sequence[TableLine], table_id: str) -> TableReading | None:
    tables = [load_table(table_id, edition) for edition in editions_of(table_id)]
    if tables[0].layout == "single_row":
        return read_single_row(lines, tables[-1])
    matches = [(table, match_rows(lines, table_id, table.edition)) for table in tables]
    table, match = max(matches, key=lambda pair: (_fit(lines, *pair), pair[0].edition))
    if len(match.rows) < max(2, _MIN_ROWS * len(table.rows)):
        return None
    return _read_rows(lines, table, match)


def _fit(lines: Sequence[TableLine], table: Table, match: TableMatch) -> float:
    """How well an edition fits: its rows' labels, and the column headings that only it prints."""
    if not match.rows:
        return 0.0
    others = frozenset[str]().union(
        *(_headings(table.id, edition) for edition in editions_of(table.id) if edition != table.edition)
    )
    own = _headings(table.id, table.edition) - others
    first = max(0, match.rows[0].line - 6)
    printed = {normalise(cell.raw) for line in lines[first : match.rows[-1].line + 1] for cell in line.cells}
    widths = sum(
        1.0
        for found in match.rows
        if lines[found.line].has_values and _filled(lines[found.line]) == len(table.rows[found.row].columns)
    )
    return match.weight + 0.5 * sum(heading in printed for heading in own) + 0.3 * widths


def _filled(line: TableLine) -> int:
    return sum(1 for cell in line.values if cell.raw)


def _headings(table_id: str, edition: Edition) -> frozenset[str]:
    rows = load_table(table_id, edition).rows
    return frozenset(normalise(column.label) for row in rows for column in row.columns)


def _read_rows(lines: Sequence[TableLine], table: Table, match: TableMatch) -> TableReading:
    matches = rows_by_position(lines, table, match.rows)
    placements = _place(lines, table, matches)
    cells: dict[str, PlacedCell] = {}
    by_row = {found.row: (found, placements[index]) for index, found in enumerate(matches)}
    for index, row in enumerate(table.rows):
        for position, column in enumerate(row.columns):
            cell_id = f"{table.id}.{row.id}.{column.id}"
            if index not in by_row:
                cells[cell_id] = ABSENT
                continue
            found, placement = by_row[index]
            cells[cell_id] = placed(placement.cells[position], found.score, _doubts(found, placement))
    row_lines = {table.rows[found.row].id: found.line for found in matches}
    reading = TableReading(table, True, cells, (matches[0].first_line, matches[-1].last_line), row_lines)
    return _in_doubt(reading) if match.copies >= max(2, len(table.rows) // 4) else reading


def _in_doubt(reading: TableReading) -> TableReading:
    warning = f"table {reading.table.id!r} stands in the document more than once; the first is given"
    cells = {key: replace(cell, doubts=(*cell.doubts, warning)) for key, cell in reading.cells.items()}
    return replace(reading, cells=cells, warnings=(warning,))


def placed(cell: GridCell, label_score: float, doubts: tuple[str, ...]) -> PlacedCell:
    """A grid's cell in its place on the form."""
    return PlacedCell(cell.raw, (cell.start, cell.end) if cell.raw else None, label_score, doubts)


def _doubts(found: RowMatch, placement: Placement) -> tuple[str, ...]:
    doubts = [placement.doubt] if placement.doubt else []
    if found.score < _SURE_LABEL or (found.score < 1.0 and found.score - found.rival < _CLEAR_LEAD):
        doubts.append(f"the row's label is damaged (likeness {found.score:.2f})")
    return tuple(doubts)


def _place(lines: Sequence[TableLine], table: Table, matches: Sequence[RowMatch]) -> list[Placement]:
    """A placement for every matched row, in order; rows of one width are placed together."""
    entries = [
        ValueLine(lines[found.line], found.values_from, len(table.rows[found.row].columns)) for found in matches
    ]
    placements: dict[int, Placement] = {}
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, found in enumerate(matches):
        groups.setdefault(tuple(column.label for column in table.rows[found.row].columns), []).append(index)
    for labels, indices in groups.items():
        group = [entries[index] for index in indices]
        if any(entry.line.layout == "aligned" for entry in group):
            first = min(entry.line.index for entry in group)
            found_placements = place_by_ruler(group, heading_ruler(lines, first, labels))
        else:
            found_placements = place_by_order(group)
        placements.update(zip(indices, found_placements, strict=True))
    return [placements[index] for index in range(len(matches))]
