"""Blocks of labels with numbers behind them, as programs write a table that follow a page's columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from gkllm.documents.document import GridCell
from gkllm.form import Form, Row, Table
from gkllm.reading.edition import locate_rows
from gkllm.reading.locate import match_rows
from gkllm.reading.row_labels import normalise, row_labels
from gkllm.reading.table_lines import Extent, TableLine

_TORN = 5
"""A heading stands on at most so many lines, one under another."""
_LABEL_COLUMNS = 3
"""The form prints labels, and those of groups before them, in so many columns."""
_COPIED = 0.3
"""Share of a table's labels that makes a second copy of it."""
_MIN_ROWS = 3
"""Two labels without a number may be of rows that are blank."""

Cells = Sequence[GridCell]


class Piece(NamedTuple):
    """The numbers behind the labels, or under a heading, those of each line together; no heading where it is none."""

    heading: str
    lines: Sequence[Cells]


@dataclass(frozen=True, slots=True)
class LabelBlock:
    """Rows of a table from the first to the last of labels that follow one another, with the numbers behind them.

    `labels` are each row's cells, none where the label is lost. All of it stands on the lines of `extent`.
    """

    table: Table
    rows: Sequence[Row]
    labels: Sequence[Cells]
    pieces: Sequence[Piece]
    extent: range

    @property
    def evident(self) -> bool:
        """Whether the numbers can be of no single row."""
        numbers = sum(len(piece.lines) for piece in self.pieces)
        return len(self.rows) >= _MIN_ROWS and numbers >= max(_MIN_ROWS, 2 * len(self.rows[0].columns))


def column_names(row: Row) -> set[str]:
    """The headings over a row's numbers, normalised."""
    return {normalise(name) for column in row.columns for name in (column.label, *column.groups)}


def whole_headings(lines: Sequence[TableLine], form: Form) -> Iterator[TableLine]:
    """The lines, those that print one of the form's headings together made one."""
    names = {name for table in form.all_tables() for row in table.rows for name in column_names(row)}
    start = number = 0
    while start < len(lines):
        ends = range(min(len(lines), start + _TORN), start, -1)
        end = next((end for end in ends if _is_heading(lines[start:end], names)), None)
        row = lines[start].row
        if end is not None:
            label = [cell for line in lines[start:end] for cell in line.cells[: line.label_end]]
            raw = "".join("".join(cell.raw for cell in label).split())
            row = replace(row, cells=(replace(label[0], raw=raw, end=label[-1].end), *lines[end - 1].values))
        yield TableLine(number, "sequential", row)
        start, number = end or start + 1, number + 1


def _is_heading(lines: Sequence[TableLine], names: set[str]) -> bool:
    """Whether the lines are one heading, with numbers behind the last of them alone."""
    return not any(line.values for line in lines[:-1]) and normalise("".join(map(_label, lines))) in names


def _label(line: TableLine) -> str:
    return "".join(cell.raw for cell in line.cells[: line.label_end])


def label_blocks(text: str, lines: Sequence[TableLine], editions: Sequence[Table]) -> Iterator[LabelBlock]:
    """The blocks of one table, up to the next label with a number before it."""
    table, extents = _located(lines, editions)
    groups: list[dict[int, Extent]] = []
    start = 0
    for row, extent in sorted(extents.items(), key=itemgetter(1)):
        if not groups or any(line.values for line in lines[start : extent[0]]):
            groups.append({})
        groups[-1][row] = extent
        start = extent[0]
    starts = [min(group.values())[0] for group in groups]
    for group, (first, end) in zip(groups, pairwise((*starts, len(lines))), strict=True):
        numbers = range(min(group), max(group) + 1)
        labels = [_cells(lines, *group.get(number, (0, -1))) for number in numbers]
        within = {index for start, stop in group.values() for index in range(start, stop + 1)}
        pieces, last = _pieces(text, lines[first:end], within, table)
        yield LabelBlock(
            table, [table.rows[number] for number in numbers], labels, pieces, range(first, last + 1)
        )


def _cells(lines: Sequence[TableLine], first: int, last: int) -> Cells:
    return [cell for line in lines[first : last + 1] for cell in line.cells[: line.label_end]]


def _located(lines: Sequence[TableLine], editions: Sequence[Table]) -> tuple[Table, dict[int, Extent]]:
    """The table in the edition whose labels are all found, or most of them; and where that of each row stands, from its
    first line to its last. Nowhere where they are printed more than once.
    """
    bare = [_only(line, line.cells[: line.label_end]) for line in lines]
    located = locate_rows(bare, editions)
    if located is None:
        return editions[0], {}
    likeliest = sorted(editions, key=lambda table: table is not located.table)
    found = [(table, _labels(bare, table)) for table in likeliest]
    return min(found, key=lambda each: len(each[0].rows) - len(each[1]))


def _labels(lines: Sequence[TableLine], table: Table) -> dict[int, Extent]:
    """Where the label of each row stands, by its number: all in order, or those of each depth in their own column."""
    names = {name for row in table.rows for name in column_names(row)}
    rest = [_only(line, ()) if normalise(_label(line)) in names else line for line in lines]
    extents: dict[int, Extent] = {}
    for _ in range(_LABEL_COLUMNS + 1):
        found = {
            match.row: (match.first_line, match.last_line)
            for match in match_rows(rest, table).rows
            if match.score == 1.0 or not extents
        }
        if len(found.keys() & extents.keys()) >= _COPIED * len(table.rows):
            return {}
        taken = {index for first, last in found.values() for index in range(first, last + 1)}
        rest = [_only(line, ()) if line.index in taken else line for line in rest]
        extents = found | extents
    return extents


def _only(line: TableLine, cells: tuple[GridCell, ...]) -> TableLine:
    """The line with some of its cells, as one whose label may be wrapped."""
    return TableLine(line.index, "fixed_width", replace(line.row, cells=cells))


def _pieces(text: str, lines: Sequence[TableLine], within: set[int], table: Table) -> tuple[list[Piece], int]:
    """The numbers behind the labels on the lines `within`, and the last line with one: up to a text that is none of the
    table's headings, nor, before the first number, a part of its labels.
    """
    names = {name for row in table.rows for name in column_names(row)}
    is_fragment = row_labels(table).is_fragment
    pieces: list[Piece] = []
    end = max(within)
    for line in lines:
        name = normalise(_label(line))
        headed = line.index not in within and name in names
        apart = line.index > max(within) and not (headed or is_fragment(name))
        if apart or (pieces and not headed):
            break
        if line.values:
            pieces.append(Piece(name if headed else "", list(_by_line(text, line))))
            end = line.index
    return pieces, end


def _by_line(text: str, line: TableLine) -> Iterator[Cells]:
    """The line's numbers, those that stand on one line of the text together."""
    first = 0
    for number, (cell, after) in enumerate(pairwise(line.values), 1):
        if "\n" in text[cell.end : after.start]:
            yield line.values[first:number]
            first = number
    yield line.values[first:]
