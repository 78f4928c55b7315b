"""A table in its document, and the ways of showing it to a language model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from gkllm.documents.document import Document, GridCell, collapse
from gkllm.form import CellId, Row, Table
from gkllm.reading.placed import PlacedCell, TableReading
from gkllm.reading.region import Extent, row_extent, section_of
from gkllm.reading.row_labels import normalise
from gkllm.reading.short_lines import BLANK, written
from gkllm.reading.table_lines import TableLine

LEFT_OUT = "…"
"""What stands for lines that need not be shown."""
_LONGEST_HEAD = 2000
"""Characters between a table's title and its first row, at most: its headings stand there."""


@dataclass(frozen=True, eq=False)
class PrintedTable:
    """What the rules reader made of a table and of those around it, and the document's lines."""

    document: Document
    lines: Sequence[TableLine]
    readings: Mapping[str, TableReading]
    table_id: str

    @property
    def reading(self) -> TableReading:
        return self.readings[self.table_id]

    @property
    def table(self) -> Table:
        return self.reading.table

    def numbered_lines(self, rows: Sequence[Row]) -> str:
        """The rows' own lines with their blank cells numbered; the table's, where some rows are not known.

        Where the table itself was not found, its section; empty where nothing of it is printed.
        """
        if not self.reading.found:
            return self.section_text(rows)
        known = self._extents(rows)
        if len(known) == len(rows):
            shown = sorted({index for first, last in known for index in range(first, last + 1)})
        else:
            first, last = _hull(self.reading.row_lines.values())
            shown = list(range(first, last + 1))
        return "\n".join(self.line_text(index) for index in shown)

    def raw_text(self, rows: Sequence[Row]) -> str:
        """The document's text from the first of the rows to the last, as it stands; the table's headings with it
        where its first row is among them. The whole table where some rows are not known, its section where the
        table was not found.
        """
        if not self.reading.found:
            return self.section_text(rows)
        known = self._extents(rows)
        whole = _hull(self.reading.row_lines.values())
        first, last = whole if len(known) < len(rows) else _hull(known)
        start, end = self._line_start(first), self._line_end(last)
        if first == whole[0]:
            start = self._title_before(start)
        return self.document.text[start:end].strip("\n")

    def line_text(self, index: int) -> str:
        """A line with its blank cells numbered, so that equal blanks need not be counted; layout text as it is."""
        line = self.lines[index]
        if line.layout == "fixed_width":
            return self._as_it_is(index)
        values = [cell.raw or f"{BLANK}{position}" for position, cell in enumerate(self._numbers(line), 1)]
        return " | ".join([label, *values] if (label := _label(line)) else values)

    def _short_text(self, index: int) -> str:
        """A line with its runs of like cells written short; layout text as it is."""
        line = self.lines[index]
        if line.layout == "fixed_width":
            return self._as_it_is(index)
        values = written(cell.raw for cell in self._numbers(line))
        return "|".join(filter(None, (_label(line), values)))

    def _as_it_is(self, index: int) -> str:
        return self.document.text[self._line_start(index) : self._line_end(index)].rstrip()

    def _numbers(self, line: TableLine) -> Sequence[GridCell]:
        """The cells after the line's label, without the blanks that merged cells of labels leave before the numbers."""
        surplus = len(line.values) - self._width(line.index)
        leading = next((place for place, cell in enumerate(line.values) if cell.raw), len(line.values))
        return line.values[max(0, min(surplus, leading)) :]

    def _width(self, index: int) -> int:
        """How many numbers the form prints on a line; where no row was found on it, as many as rows have most."""
        rows = [row for row in self.table.rows if index in range(*self._lines_of(row))]
        found, table = sum(len(row.columns) for row in rows), self.table
        if found or table.layout != "rows":
            return found or len(self.lines[index].values)
        return max(len(row.columns) for row in table.rows)

    def _lines_of(self, row: Row) -> tuple[int, int]:
        first, last = self.reading.row_lines.get(row.id, (0, -1))
        return first, last + 1

    def row_cells(self, row: Row) -> list[GridCell]:
        """The cells on the lines of a row that is known."""
        return [cell for index in range(*self._lines_of(row)) for cell in self.lines[index].cells]

    def _extents(self, rows: Sequence[Row]) -> list[tuple[int, int]]:
        return [self.reading.row_lines[row.id] for row in rows if row.id in self.reading.row_lines]

    def _line_start(self, index: int) -> int:
        return self.document.text.rfind("\n", 0, self.lines[index].row.cells[0].start) + 1

    def _line_end(self, index: int) -> int:
        end = self.document.text.find("\n", self.lines[index].row.cells[-1].end)
        return end if end >= 0 else len(self.document.text)

    def _title_before(self, start: int) -> int:
        """Where the line of the table's title starts, if it stands closely before."""
        title = normalise(self.table.title)
        position = start
        for line in reversed(self.document.text[max(0, start - _LONGEST_HEAD) : start].split("\n")[:-1]):
            position -= len(line) + 1
            if title in normalise(line):
                return position
        return start

    def section_text(self, rows: Sequence[Row]) -> str:
        """The section in reading order, its blank cells numbered; empty where nothing there can be the table's.

        Lines of rows that are known for sure and not asked for are left out, but for those beside others.
        """
        return self._section(rows, self.line_text, self.line_text)

    def sheet_text(self, rows: Sequence[Row]) -> str:
        """The same with runs of like cells written short; of a known row beside others the label alone."""
        return self._section(rows, self._short_text, lambda index: _label(self.lines[index]) + LEFT_OUT)

    def _section(
        self, rows: Sequence[Row], text_of: Callable[[int], str], known_text_of: Callable[[int], str]
    ) -> str:
        if self.extent is None:
            return ""
        asked = {row.id for row in rows}
        sure = {
            index
            for row in self.table.rows
            if row.id in self._sure and row.id not in asked
            for index in range(*self._lines_of(row))
        } - {index for row in rows for index in range(*self._lines_of(row))}
        shown: list[tuple[str, bool]] = []
        position, end = self.extent
        for line in (line for line in self.lines if line.cells and position <= line.cells[0].start < end):
            shown += self._plain(position, self._line_start(line.index))
            known = line.index in sure
            shown.append(((known_text_of if known else text_of)(line.index), known))
            position = max(position, self._line_end(line.index))
        shown += self._plain(position, end)
        around = [True, *(known for _, known in shown), True]
        texts = [
            LEFT_OUT if all(known) else text
            for (text, _), known in zip(shown, zip(around, around[1:], around[2:], strict=False), strict=True)
        ]
        return "\n".join(text for text, _ in groupby(texts))

    def _plain(self, start: int, end: int) -> list[tuple[str, bool]]:
        """The lines of a part of the text that is in no grid; none of them is a known row's."""
        return [
            (collapse(text), False) for text in self.document.text[start:end].splitlines() if text.strip()
        ]

    def _cells_of(self, row: Row) -> list[PlacedCell]:
        return [self.reading.cells[CellId.of(self.table.id, row.id, column.id)] for column in row.columns]

    @cached_property
    def extent(self) -> Extent | None:
        """Where the table's section stands in the text; null where nothing there can be the table's."""
        return section_of(self.document, self.lines, self.readings, self.table.id)

    @cached_property
    def _sure(self) -> Mapping[str, Extent]:
        """The parts of the text that those rows stand in which the rules know beyond doubt."""
        return {
            row.id: row_extent(self.lines, self.reading, row.id)
            for row in self.table.rows
            if row.id in self.reading.row_lines and not any(placed.doubts for placed in self._cells_of(row))
        }

    def room_of(self, row: Row) -> Extent:
        """The part of the text between the rows before and after that are known beyond doubt. Rows that stand on the
        same lines are in the same room.
        """
        own, (start, end) = self._sure.get(row.id), self.extent or (0, 0)
        order = [each.id for each in self.table.rows]
        others = {name: extent for name, extent in self._sure.items() if extent != own}
        before, after = order[: order.index(row.id)], order[order.index(row.id) :]
        start = max((others[name][1] for name in before if name in others), default=start)
        end = min((others[name][0] for name in after if name in others), default=end)
        return start, max(start, end)


def _label(line: TableLine) -> str:
    return " ".join(cell.raw for cell in line.cells[: line.label_end] if cell.raw)


def _hull(extents: Iterable[tuple[int, int]]) -> tuple[int, int]:
    firsts, lasts = zip(*extents, strict=True)
    return min(firsts), max(lasts)
