"""Placements for the lines of a table: what its layouts know of places, then what the headings over the rows say."""

from collections.abc import Sequence
from dataclasses import replace

from gkllm.documents.document import Layout
from gkllm.facts import Doubt, DoubtKind
from gkllm.reading.place.candidates import Placement
from gkllm.reading.place.counted import place_by_order, place_in_stream
from gkllm.reading.place.gaps import place_by_ruler
from gkllm.reading.place.heading_order import follow_headings
from gkllm.reading.place.lattice import place_by_columns
from gkllm.reading.place.manner import Manner
from gkllm.reading.place.single_column import place_in_one_column
from gkllm.reading.place.stream_rows import place_behind_labels
from gkllm.reading.placed import LocatedRow, LocatedTable
from gkllm.reading.table_lines import TableLine

_BY_GROUP: tuple[Layout, ...] = ("fixed_width", "lattice", "stream")
"""Layouts whose rows are placed with those under the same headings."""

_UNREPEATED = Doubt(DoubtKind.BLANKS_VANISH)


def place_rows(lines: Sequence[TableLine], located: LocatedTable, manner: Manner) -> list[Placement]:
    """Placements for the table's lines, in their order; one document may print a table in more than one layout."""
    placed: dict[int, Placement] = {}
    one_number = located.table.one_number_a_row
    for layout in dict.fromkeys(found.line.layout for found in located.rows):
        grouped = layout in _BY_GROUP and not one_number
        for group in located.groups() if grouped else (located.rows,):
            if rows := _of_layout(group, layout):
                placed |= _by_line(rows, _by_layout(lines, rows, manner, one_number))
    for group in located.groups() if not one_number else ():
        rows = _of_layout(group, group[0].line.layout)
        followed = follow_headings(lines, rows, [placed[found.line.index] for found in rows])
        placed |= _by_line(rows, followed)
    if manner.unrepeated:
        placed |= {
            found.line.index: replace(placed[found.line.index], doubt=_UNREPEATED)
            for found in located.rows
            if not found.values
        }
    return [placed[found.line.index] for found in located.rows]


def _by_line(rows: Sequence[LocatedRow], placements: Sequence[Placement]) -> dict[int, Placement]:
    return dict(zip((found.line.index for found in rows), placements, strict=True))


def _of_layout(rows: Sequence[LocatedRow], layout: str) -> list[LocatedRow]:
    return [found for found in rows if found.line.layout == layout]


def _by_layout(
    lines: Sequence[TableLine], rows: Sequence[LocatedRow], manner: Manner, one_number: bool
) -> list[Placement]:
    layout = rows[0].line.layout
    if one_number:
        return place_in_one_column(lines, rows)
    if layout == "lattice":
        return place_by_columns(lines, rows)
    if layout == "stream":
        return place_behind_labels(rows, vanishing=manner.vanishing)
    if layout == "fixed_width" and manner.rulers is not None:
        return place_by_ruler(rows, manner.rulers)
    if layout in ("fixed_width", "sequential"):
        return place_in_stream(rows, careless=manner.careless, vanishing=manner.vanishing)
    return place_by_order(rows)
