"""Text dumps of Word documents.

A cell opens with a newline and a tab; lines without a tab continue it; an empty line ends the row. Cells may
hold empty lines themselves, and a value can be left behind after its row: it belongs to the row's last blank
cell.
"""

import re

from gkllm.documents.document import Grid, GridRow, cell_between
from gkllm.documents.lines import ENUMERATOR, Line

_VALUE = re.compile(
    r"(?:增加?|减少?|上升|下降)?[\s\d０-９.,，．+＋/／—－-]{1,20}(?:件|条|个|项|元|万元)?|暂?无"
)
_LONGEST_SPLIT_LABEL = 12
"""A label torn over an empty line is short (结果 | 维持); a longer text after an empty line is a paragraph."""


def is_word_dump_line(line: str) -> bool:
    """Whether the line opens exactly one cell."""
    return line.startswith("\t") and "\t" not in line[1:]


class _Builder:
    """Rows under construction: the cells of the open row as [start, end) ranges of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.cells: list[tuple[int, int]] = []
        self.rows: list[GridRow] = []
        self.grids: list[Grid] = []

    @property
    def ends_in_enumerator(self) -> bool:
        """Whether the open row's last cell holds nothing but an enumerator, which is no label: what comes after it
        belongs to it, however long."""
        return bool(self.cells) and bool(ENUMERATOR.fullmatch(self.text[slice(*self.cells[-1])].strip()))

    def end_row(self) -> None:
        if self.cells:
            self.rows.append(GridRow(tuple(cell_between(self.text, *cell) for cell in self.cells)))
            self.cells = []

    def end_grid(self) -> None:
        self.end_row()
        if self.rows:
            self.grids.append(Grid("word_dump", tuple(self.rows)))
            self.rows = []

    def adopt(self, start: int, end: int) -> bool:
        """Give a value left behind to the last blank cell of the row; false where there is none."""
        for index in range(len(self.cells) - 1, -1, -1):
            if not self.text[slice(*self.cells[index])].strip():
                self.cells[index] = (start, end)
                return True
        return False


def parse_word_dump(text: str, lines: list[Line]) -> list[Grid]:
    """The grids of a Word text dump; prose between tables separates them."""
    builder = _Builder(text)
    index, gap = 0, 0
    while index < len(lines):
        line = lines[index]
        if line.text.startswith("\t"):
            if gap:
                builder.end_row()
            builder.cells.append((line.start + 1, line.end))
            index, gap = index + 1, 0
        elif not line.text:
            index, gap = index + 1, gap + 1
        elif builder.cells and not gap:
            builder.cells[-1] = (builder.cells[-1][0], line.end)
            index += 1
        else:
            index, gap = _after_gap(builder, lines, index, gap)
    builder.end_grid()
    return builder.grids


def _after_gap(builder: _Builder, lines: list[Line], index: int, gap: int) -> tuple[int, int]:
    """Place the text that follows empty lines: in the row before it, or in no table at all."""
    stop = index
    while stop < len(lines) and lines[stop].text and not lines[stop].text.startswith("\t"):
        stop += 1
    start, end = lines[index].start, lines[stop - 1].end
    block = builder.text[start:end]
    row_goes_on = stop < len(lines) and lines[stop].text.startswith("\t")
    if builder.cells:
        if _VALUE.fullmatch(block.strip()) and builder.adopt(start, end):
            return stop, 0
        torn = len(block.strip()) <= _LONGEST_SPLIT_LABEL or builder.ends_in_enumerator
        if row_goes_on and gap == 1 and torn:
            builder.cells[-1] = (builder.cells[-1][0], end)
            return stop, 0
    builder.end_grid()
    return stop, 0
