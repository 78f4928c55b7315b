"""Real tables laid out: text is written in reading order, and every cell remembers its place in it.

Formats that have tables of their own (web pages, Word files) hand their content to a `Composer` as it comes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gkllm.documents.document import MAX_CELLS, MAX_TEXT, Grid, GridCell, GridRow, cell_between
from gkllm.documents.joining import join_pieces
from gkllm.errors import DocumentTooLarge
from gkllm.facts import Doubt, DoubtKind, Scalar

MAX_ROWS = 5_000
_MAX_COLUMNS = 1000
"""HTML's own bound on the columns a cell may span."""
_MAX_REACHING = 50
"""Cells of earlier rows that may reach down over a row; the form has three columns of merged labels."""
_LONGEST_BESIDE_TABLE = 100
"""A cell that holds a table holds a label beside it at most; longer text is prose around the table."""
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class _OpenCell:
    start: int
    left: int
    right: int
    doubt: Doubt | None = None
    drawn: bool = False
    """Whether something is drawn in the cell, so that it prints something even without text."""
    cut: bool = False
    """Whether a table stands in the cell, so that its text lies beside a table."""


@dataclass(frozen=True, slots=True)
class _ClosedRow:
    """(start, end, cell) of each cell, and the columns that earlier rows reach down over."""

    cells: tuple[tuple[int, int, _OpenCell], ...]
    covered: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _OpenTable:
    """A table under construction. `above` are (left, right, rows still covered) of cells that span rows."""

    rows: list[_ClosedRow] = field(default_factory=list)
    cells: list[tuple[int, int, _OpenCell]] = field(default_factory=list)
    above: list[tuple[int, int, int]] = field(default_factory=list)
    column: int = 0
    covered: list[tuple[int, int]] = field(default_factory=list)
    cell: _OpenCell | None = None
    spliced: bool = False
    in_row: bool = False


class Composer:
    """Builds a document's text and its ruled grids. `name` is the file's, for errors."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parts: list[str] = []
        self._length = 0
        self._last = "\n"
        self._tables: list[_OpenTable] = []
        self._grids: list[list[_ClosedRow]] = []
        self._inserted: list[tuple[int, Sequence[Grid]]] = []
        self._count = 0
        self._rows = 0

    @property
    def in_cell(self) -> bool:
        """Whether a cell is open."""
        return bool(self._tables) and self._tables[-1].cell is not None

    @property
    def length(self) -> int:
        """Code points written so far."""
        return self._length

    def write(self, text: str) -> None:
        """Add running text. White space collapses as on a web page; no-break and wide spaces stay."""
        text = _SPACE.sub(" ", text)
        if self._last in " \n\t":
            text = text.lstrip(" ")
        if text:
            self._add(text)

    def write_lines(self, text: str) -> None:
        """Add text whose white space and line ends are meant."""
        if text:
            self._add(text)

    def break_line(self) -> None:
        """End the line, even an empty one."""
        self._add("\n")

    def end_line(self) -> None:
        """End the line if anything is on it."""
        if self._last not in "\n\t":
            self._add("\n")

    def doubt(self, kind: DoubtKind, **detail: Scalar) -> None:
        """Say why the text of the open cell may not be what it means to print."""
        if self.in_cell:
            cell = self._tables[-1].cell
            assert cell is not None
            cell.doubt = cell.doubt or Doubt.of(kind, **detail)
            cell.drawn = cell.drawn or kind is DoubtKind.PICTURE

    def open_table(self, *, spliced: bool = False) -> None:
        """Begin a table. A `spliced` one is the single row of a table inside a cell: its cells join the row."""
        if self.in_cell:
            self._cut(flush=not spliced)
        if spliced:
            self._tables[-1].spliced = True
            return
        self.end_line()
        self._tables.append(_OpenTable())

    def close_table(self) -> None:
        """End the table, or the spliced row."""
        table = self._tables[-1]
        if table.spliced:
            table.spliced = False
            self._reopen()
            return
        self.close_row()
        self._tables.pop()
        self._close_grid(table)
        self.end_line()
        if self._tables:
            self._reopen()

    def open_row(self) -> None:
        """Begin a row."""
        table = self._tables[-1]
        if not table.spliced:
            self.close_row()
            self._rows += 1
            if self._rows > MAX_ROWS:
                raise DocumentTooLarge(f"{self._name}: more than {MAX_ROWS} table rows, which no report has")
            table.in_row = True
            self.end_line()

    def close_row(self) -> None:
        """End the row; one without cells ends the row spans above it by one all the same."""
        table = self._tables[-1]
        if table.spliced or not table.in_row:
            return
        self.close_cell()
        self._flush(table)
        table.in_row = False
        table.above = [(left, right, rows - 1) for left, right, rows in table.above if rows > 1]
        table.column = 0
        if self._last != "\n":
            # A row whose last cell is blank ends too.
            self._add("\n")

    def open_cell(self, across: int = 1, down: int = 1) -> None:
        """Begin a cell that spans so many columns and rows."""
        self._count += 1
        if self._count > MAX_CELLS:
            raise DocumentTooLarge(f"{self._name}: more than {MAX_CELLS} table cells, which no report has")
        table = self._tables[-1]
        self.close_cell()
        if table.cells:
            self._add("\t")
        if table.spliced:
            table.cell = _OpenCell(self._length, 0, 0)
            return
        table.in_row = True
        left = table.column
        for start, end, _ in table.above:
            if start <= left < end:
                left = end
        right = left + min(max(across, 1), _MAX_COLUMNS)
        table.column = right
        table.cell = _OpenCell(self._length, left, right)
        if down > 1 and len(table.above) < _MAX_REACHING:
            table.above.append((left, right, down))
            table.above.sort()

    def pass_columns(self, across: int, *, covered: bool) -> None:
        """Leave columns of the row without a cell; `covered` where a cell of an earlier row reaches down over them."""
        table = self._tables[-1]
        self.close_cell()
        left, table.column = table.column, table.column + min(max(across, 0), _MAX_COLUMNS)
        if covered and not table.spliced:
            table.covered.append((left, table.column))

    def widen_cell(self, across: int) -> None:
        """Let the last cell of the row reach over further columns, as a cell merged into it shows nothing."""
        table = self._tables[-1]
        self.close_cell()
        table.column += min(max(across, 0), _MAX_COLUMNS)
        if table.cells and not table.spliced:
            table.cells[-1][2].right = table.column

    def close_cell(self) -> None:
        """End the cell, if one is open."""
        table = self._tables[-1]
        if table.cell is not None:
            table.cells.append((table.cell.start, self._length, table.cell))
            table.cell = None

    def insert(self, text: str, grids: Sequence[Grid]) -> None:
        """Put in a document that was composed already."""
        self.end_line()
        self._inserted.append((self._length, grids))
        self.write_lines(text)
        self.end_line()

    def compose(self) -> tuple[str, list[Grid]]:
        """The text, and the grids in text order."""
        while self._tables:
            self.close_table()
        text = "".join(self._parts)
        grids: list[Grid] = []
        for closed in self._grids:
            rows = [GridRow(cells, covered=row.covered) for row in closed if (cells := _cells(text, row))]
            if rows:
                grids.append(Grid("lattice", tuple(rows)))
        for start, inserted in self._inserted:
            grids += [_moved(grid, start) for grid in inserted]
        return text, join_pieces(sorted(grids, key=lambda grid: grid.rows[0].cells[0].start))

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise DocumentTooLarge(
                f"{self._name}: more than {MAX_TEXT} characters of text, which no report has"
            )
        self._last = text[-1]

    def _cut(self, *, flush: bool) -> None:
        """End the open cell where a table begins in it; with `flush` the row so far stands as a row."""
        table = self._tables[-1]
        assert table.cell is not None
        table.cell.cut = True
        self.close_cell()
        if flush:
            self._flush(table)
            self._close_grid(table)

    def _close_grid(self, table: _OpenTable) -> None:
        """Let the rows so far stand as a grid: what follows them in the text is another table's."""
        if table.rows:
            self._grids.append(table.rows)
            table.rows = []

    def _reopen(self) -> None:
        """Go on with the cell that a table stood in."""
        table = self._tables[-1]
        self.close_cell()
        if table.cells:
            self._add("\t")
        table.cell = _OpenCell(self._length, 0, 0, cut=True)

    def _flush(self, table: _OpenTable) -> None:
        if table.cells:
            above = ((left, right) for left, right, _ in table.above if not _opened(table, left))
            table.rows.append(_ClosedRow(tuple(table.cells), (*above, *table.covered)))
        table.cells = []
        table.covered = []


def _opened(table: _OpenTable, left: int) -> bool:
    """Whether a cell of the row under construction starts at the column."""
    return any(cell.left == left and cell.right > left for _, _, cell in table.cells)


def _cells(text: str, row: _ClosedRow) -> tuple[GridCell, ...]:
    cells: list[GridCell] = []
    for start, end, opened in row.cells:
        cell = cell_between(text, start, end)
        if opened.cut and (not cell.raw or len(cell.raw) > _LONGEST_BESIDE_TABLE):
            continue
        legible = bool(cell.raw) or not opened.drawn
        columns = (opened.left, opened.right)
        cells.append(GridCell(cell.raw, cell.start, cell.end, *columns, doubt=opened.doubt, legible=legible))
    return tuple(cells)


def _moved(grid: Grid, by: int) -> Grid:
    """The grid where the text it stands in begins later."""
    rows = (
        replace(
            row, cells=tuple(replace(cell, start=cell.start + by, end=cell.end + by) for cell in row.cells)
        )
        for row in grid.rows
    )
    return Grid(grid.layout, tuple(rows))
