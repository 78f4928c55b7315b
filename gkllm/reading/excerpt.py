"""A table in its document, and the ways of showing it to a language model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gkllm.documents.document import Document, GridCell
from gkllm.form import Form, Row, Table
from gkllm.reading.locate import label_lines
from gkllm.reading.placed import TableReading
from gkllm.reading.row_labels import bare_label, normalise
from gkllm.reading.table_lines import TableLine

BLANK = "空"
"""How a blank cell is written in what a model is shown."""
_LONGEST_PART = 8000
"""Characters of a document shown where a table could not be found in it."""
_LONGEST_HEAD = 2000
"""Characters between a table's title and its first row, at most: its headings stand there."""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """What the rules reader made of a table, and the document's lines."""

    document: Document
    lines: Sequence[TableLine]
    reading: TableReading
    form: Form

    @property
    def table(self) -> Table:
        return self.reading.table

    def numbered_lines(self, rows: Sequence[Row]) -> str:
        """The rows' own lines with their blank cells numbered; the table's, where some rows are not known.

        Where the table itself was not found, its section; empty where nothing of it is printed.
        """
        if not self.reading.found:
            return self._section()
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
            return self._section()
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
            return self.document.text[self._line_start(index) : self._line_end(index)].rstrip()
        label = " ".join(cell.raw for cell in line.cells[: line.label_end] if cell.raw)
        values = [cell.raw or f"{BLANK}{position}" for position, cell in enumerate(self._numbers(line), 1)]
        return " | ".join([label, *values] if label else values)

    def _numbers(self, line: TableLine) -> Sequence[GridCell]:
        """The cells after the line's label, without the blanks that merged cells of labels leave before the numbers."""
        surplus = len(line.values) - self._width(line.index)
        leading = next((place for place, cell in enumerate(line.values) if cell.raw), 0)
        return line.values[max(0, min(surplus, leading)) :]

    def _width(self, index: int) -> int:
        """How many numbers the form prints on a line; where no row was found on it, as many as stand there."""
        rows = [row for row in self.table.rows if index in range(*self._lines_of(row))]
        return sum(len(row.columns) for row in rows) or len(self.lines[index].values)

    def _lines_of(self, row: Row) -> tuple[int, int]:
        first, last = self.reading.row_lines.get(row.id, (0, -1))
        return first, last + 1

    def row_cells(self, row: Row) -> list[GridCell]:
        """The cells on a row's lines; on those labelled like it, where its own are not known."""
        if row.id in self.reading.row_lines:
            first, last = self.reading.row_lines[row.id]
            indices: Iterable[int] = range(first, last + 1)
        else:
            indices = label_lines(self.lines, self.table, row)
        return [cell for index in indices for cell in self.lines[index].cells]

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

    def _section(self) -> str:
        """The text from the table's title to the next table's, or to a longest extent.

        Of several places with the title (a list of contents has them too) the one that names most of its rows.
        Nothing where no line is labelled like any of them: what a model read there could not be grounded.
        """
        if not any(
            self._is_row_line(i) for row in self.table.rows for i in label_lines(self.lines, self.table, row)
        ):
            return ""
        titles = {name: normalise(self.form.untold(name).title) for name in self.form.table_ids}
        marks: list[tuple[int, str]] = []
        position = 0
        for line in self.document.own_text.split("\n"):
            found = normalise(line)
            marks += [(position, table_id) for table_id, title in titles.items() if title in found]
            position += len(line) + 1
        # The text's end closes the last table's section, as the next title does any other's.
        sections = [
            self.document.own_text[start : min(end, start + _LONGEST_PART)].strip("\n")
            for (start, table_id), (end, _) in pairwise([*marks, (len(self.document.own_text), "")])
            if table_id == self.table.id
        ]
        return max(reversed(sections), key=self._rows_named, default="")

    def _is_row_line(self, index: int) -> bool:
        """Whether a line labelled like a row is not the table's title, whose wording is much the same."""
        return normalise(self.table.title) not in normalise(self.line_text(index))

    def _rows_named(self, text: str) -> int:
        printed = normalise(text)
        return sum(bare_label(row.label) in printed for row in self.table.rows)


def _hull(extents: Iterable[tuple[int, int]]) -> tuple[int, int]:
    firsts, lasts = zip(*extents, strict=True)
    return min(firsts), max(lasts)


def unnumbered(printed: str) -> str:
    """A copied string with a numbered blank turned back into nothing."""
    text = " ".join(printed.split())
    return "" if text.startswith(BLANK) and (text[1:].isdigit() or text == BLANK) else text
