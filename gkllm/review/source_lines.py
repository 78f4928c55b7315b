"""The file a report was read from, and what it prints, in lines whose pieces know their place in the text."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from rich.cells import cell_len

from gkllm.documents.document import Document, GridRow, Layout, collapse
from gkllm.documents.formats import open_document
from gkllm.documents.source import Source
from gkllm.errors import GkllmError
from gkllm.form import CellId, Form
from gkllm.report import Cell, CellState, Report, Span
from gkllm.results import Results, StoredReport
from gkllm.review.describe import row_label
from gkllm.terminal.words import printable

_JOINED: frozenset[Layout] = frozenset({"word_dump", "delimited", "lattice"})
"""Layouts whose text does not look like a table: a row's cells are put on one line."""

_BETWEEN = " | "
_BLANK = "_"
_WIDEST = 30
"""Terminal cells to which a column is padded: a label that is longer does not push all others aside."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and its range of the document's text; `cell` names it where there is no document."""

    text: str
    start: int
    end: int
    cell: str | None = None


PrintedLine = tuple[Piece, ...]


def printed_lines(document: Document) -> list[PrintedLine]:
    """The document's lines in text order; of tables that stand a cell a line, a line for each row."""
    rows = sorted(
        ((_extent(row), row) for grid in document.grids if grid.layout in _JOINED for row in grid.rows),
        key=lambda entry: entry[0],
    )
    lines: list[PrintedLine] = []
    position = 0
    for count, block in groupby(rows, key=lambda entry: len(entry[1].cells)):
        found = list(block)
        widths = [max(cell_len(row.cells[n].raw) for _, row in found) for n in range(count)]
        for (start, end), row in found:
            lines += _text_lines(document.text, position, start)
            pieces = [Piece(printable(cell.raw) or _BLANK, cell.start, cell.end) for cell in row.cells]
            lines.append(_aligned(pieces, widths))
            position = max(position, end)
    lines += _text_lines(document.text, position, len(document.text))
    return lines


def stored_lines(report: Report, form: Form, table: str) -> list[PrintedLine]:
    """A table's printed strings as the report keeps them, a line for each row of the form."""
    rows: list[list[Piece]] = []
    cells = (cell for cell in report.cells if CellId(cell.id).table == table)
    for _, members in groupby(cells, key=lambda cell: CellId(cell.id).row):
        found = list(members)
        label = Piece(row_label(report, form, found[0].id)[0], 0, 0)
        rows.append([label, *(Piece(_stored(cell), 0, 0, cell.id) for cell in found)])
    most = max((len(row) for row in rows), default=0)
    widths = [max(cell_len(row[n].text) for row in rows if n < len(row)) for n in range(most)]
    return [_aligned(row, widths) for row in rows]


@dataclass(frozen=True, slots=True)
class Marks:
    """What to highlight: the cell, the other cells of its row, and the range its table takes.

    The cell and its row are ranges of the text, or ids where there is no document.
    """

    cell: Span | None = None
    row: tuple[Span, ...] = ()
    table: Span | None = None
    cell_id: str | None = None

    def on_cell(self, piece: Piece) -> bool:
        """Whether a piece is, or has in it, the cell."""
        if self.cell is None:
            return piece.cell is not None and piece.cell == self.cell_id
        return piece.cell is None and _overlap(piece, self.cell)

    def on_row(self, line: PrintedLine) -> bool:
        """Whether a line prints a part of the cell's row."""
        return any(self.on_cell(piece) or any(_overlap(piece, span) for span in self.row) for piece in line)

    def in_table(self, line: PrintedLine) -> bool:
        """Whether a line is of the cell's table; every line is where the table's range is not known."""
        return self.table is None or any(_overlap(piece, self.table) for piece in line)


def marks_of(report: Report, cell: Cell) -> Marks:
    """What to highlight for a cell; for a blank one its row, told by the row's other cells."""
    name = CellId(cell.id)
    spans = {
        CellId(c.id): c.span for c in report.cells if c.span is not None and CellId(c.id).table == name.table
    }
    if not spans:
        return Marks(cell_id=cell.id)
    own_row = tuple(span for other, span in spans.items() if other.row == name.row)
    whole = Span(start=min(s.start for s in spans.values()), end=max(s.end for s in spans.values()))
    return Marks(cell.span, own_row, whole, cell.id)


def _extent(row: GridRow) -> tuple[int, int]:
    return min(cell.start for cell in row.cells), max(cell.end for cell in row.cells)


def _aligned(pieces: list[Piece], widths: list[int]) -> PrintedLine:
    """The pieces in columns of these widths, in terminal cells; only the widest labels stand out of theirs."""
    line: list[Piece] = []
    for index, piece in enumerate(pieces):
        if index:
            line.append(Piece(_BETWEEN, piece.start, piece.start))
        line.append(piece)
        padding = min(widths[index], _WIDEST) - cell_len(piece.text)
        if padding > 0:
            line.append(Piece(" " * padding, piece.end, piece.end))
    return tuple(line)


def _text_lines(text: str, start: int, end: int) -> Iterator[PrintedLine]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop].rstrip()
        if collapse(line):
            yield (Piece(printable(line), start, start + len(line)),)
        start = stop + 1


def _stored(cell: Cell) -> str:
    return "缺" if cell.state is CellState.MISSING else printable(cell.raw) or _BLANK


def _overlap(piece: Piece, span: Span) -> bool:
    return piece.start < span.end and span.start < piece.end


@dataclass(frozen=True, slots=True)
class FoundSource:
    """Where a report's document is; `path` is null where it is gone or no longer the same."""

    state: Literal["same", "changed", "gone"]
    path: Path | None = None


def find_sources(results: Results) -> dict[str, FoundSource]:
    """Where each document of the results is, by its hash; the reports of one file are of one document."""
    documents = {report_id.sha256: stored for report_id, stored in results.by_id().items()}
    return {sha256: _find(stored) for sha256, stored in documents.items()}


def _find(stored: StoredReport) -> FoundSource:
    """Look for the document where its name says, and beside the results; only its hash decides that it is it."""
    name = Path(stored.report.source.file)
    changed = False
    for place in dict.fromkeys((name, stored.file.parent / name, stored.file.parent / name.name)):
        try:
            content = Source(str(place), place).load() if place.is_file() else None
        except (GkllmError, OSError, ValueError):
            continue
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() == stored.id.sha256:
            return FoundSource("same", place)
        changed = True
    return FoundSource("changed" if changed else "gone")


def open_source(path: Path, sha256: str) -> Document | None:
    """The document, or null where it cannot be opened or is no longer the one with this hash."""
    try:
        content = Source(str(path), path).load()
        if hashlib.sha256(content).hexdigest() != sha256:
            return None
        return open_document(content, str(path))
    except GkllmError:
        return None


def describe_sources(found: list[FoundSource]) -> str | None:
    """One sentence on documents that are not at hand; null where all are."""
    gone = sum(source.state == "gone" for source in found)
    changed = sum(source.state == "changed" for source in found)
    if not gone and not changed:
        return None
    parts = [
        f"{count} of {len(found)} documents {word}"
        for count, word in ((gone, "cannot be found"), (changed, "changed since they were read"))
        if count
    ]
    return f"{' and '.join(parts)}: their cells are reviewed from the printed strings kept in the results"
