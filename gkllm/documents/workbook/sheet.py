"""A workbook's visible sheets become a document: every sheet a text with tables, in the order of their tabs."""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gkllm.documents.composing import Composer
from gkllm.documents.document import MAX_CELLS, Document
from gkllm.documents.text import rebuild_grids
from gkllm.documents.values import has_figures
from gkllm.documents.workbook.number_format import plain, shown
from gkllm.errors import DocumentTooLarge, EmptyDocument
from gkllm.facts import Doubt, DoubtKind

_YEAR = re.compile(r"20\d\d")
Area = tuple[int, int, int, int]
"""A merged area: first row, first column, last row and last column, counted from 0."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows, and why that may not be what it means to print."""

    text: str
    doubt: Doubt | None = None


@dataclass(slots=True)
class Sheet:
    """A sheet as it is seen. `cells` are by (row, column), counted from 0; hidden rows and columns are not shown."""

    name: str
    cells: dict[tuple[int, int], Shown] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def shown_number(value: float, code: str | None, *, since_1904: bool) -> Shown:
    """A number in a format, which is null where nothing is known of it; other digits than are held are doubted."""
    text = shown(value, code, since_1904=since_1904) if code is not None else None
    if text is None:
        return Shown(plain(value), _differs(value, code or "?"))
    try:
        same = abs(float(text.replace(",", "")) - value) <= 1e-9 * abs(value)
    except ValueError:
        # Words stand with the number, and what it is read as is told from them.
        same = plain(abs(value)) in text.replace(",", "")
    return Shown(text, None if same else _differs(value, text))


def _differs(value: float, text: str) -> Doubt:
    return Doubt.of(DoubtKind.SHOWN_OTHERWISE, held=plain(value), shown=text)


def document_of(
    sheets: Iterable[Sheet], content: bytes, name: str, media_type: str, *doubts: Doubt
) -> Document:
    """The document in what the sheets show.

    Raises:
        EmptyDocument: they show nothing.
        DocumentTooLarge: they have more cells than any report.
    """
    composer = Composer(name)
    for sheet in sheets:
        # Tabs are mostly named after nothing; one with a year names the report in it.
        if _YEAR.search(sheet.name):
            composer.write_lines(sheet.name)
            composer.end_line()
        _compose(sheet, composer, name)
    text, grids = composer.compose()
    if not text.strip():
        raise EmptyDocument("{name}: the workbook shows nothing", name=name)
    if not has_figures(grids):
        grids = rebuild_grids(text)
    return Document(name, media_type, hashlib.sha256(content).hexdigest(), None, text, tuple(grids), doubts)


def _compose(sheet: Sheet, composer: Composer, name: str) -> None:
    anchors = _visible_areas(sheet, name)
    covered = {
        (row, column)
        for (top, left), (_, _, bottom, right) in anchors.items()
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    cells = {
        place: cell
        for place, cell in sheet.cells.items()
        if place[0] not in sheet.hidden_rows and place[1] not in sheet.hidden_columns and place not in covered
    }
    cells |= {anchor: sheet.cells[area[:2]] for anchor, area in anchors.items() if area[:2] in sheet.cells}
    printed = {place: cell for place, cell in cells.items() if cell.text or cell.doubt}
    rows: dict[int, list[int]] = {}
    for row, column in sorted(printed):
        rows.setdefault(row, []).append(column)
    for row, _ in covered:
        rows.setdefault(row, [])
    for block in _blocks(sorted(rows), sheet.hidden_rows):
        _compose_block(sheet, block, printed, anchors, covered, composer)


def _visible_areas(sheet: Sheet, name: str) -> dict[tuple[int, int], Area]:
    """The merged areas by the first of their cells that is seen; their content stands there.

    An area that shows nothing is none: it would be blank cells, drawn as one.
    """
    found: dict[tuple[int, int], Area] = {}
    last_row, last_column = (max((place[axis] for place in sheet.cells), default=0) for axis in (0, 1))
    total = 0
    for top, left, bottom, right in sheet.merged:
        # Beyond the last cell that shows something there is nothing to cover.
        area = (top, left, min(bottom, last_row), min(right, last_column))
        bottom, right = area[2:]
        total += max(0, bottom - top + 1) * max(0, right - left + 1)
        if total > MAX_CELLS:
            raise DocumentTooLarge(
                "{name}: more than {max_cells} table cells, which no report has",
                name=name,
                max_cells=MAX_CELLS,
            )
        row = next((row for row in range(top, bottom + 1) if row not in sheet.hidden_rows), None)
        column = next(
            (column for column in range(left, right + 1) if column not in sheet.hidden_columns), None
        )
        if row is not None and column is not None and area[:2] in sheet.cells:
            found[row, column] = area
    return found


def _blocks(rows: Sequence[int], hidden: set[int]) -> Iterable[list[int]]:
    """Rows that stand together, parted by rows that are seen and show nothing."""
    block: list[int] = []
    for row in rows:
        if block and any(
            between not in hidden for between in range(block[-1] + 1, min(row, block[-1] + 1000))
        ):
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _compose_block(
    sheet: Sheet,
    block: Sequence[int],
    printed: Mapping[tuple[int, int], Shown],
    anchors: Mapping[tuple[int, int], Area],
    covered: set[tuple[int, int]],
    composer: Composer,
) -> None:
    inside = set(block)
    used = sorted({column for row, column in (*printed, *covered) if row in inside})
    columns = [column for column in range(used[0], used[-1] + 1) if column not in sheet.hidden_columns]
    composer.open_table()
    for row in block:
        composer.open_row()
        for column in columns:
            if (row, column) in covered:
                continue
            area = anchors.get((row, column))
            if area is None:
                composer.open_cell()
            else:
                across = bisect_left(columns, area[3] + 1) - bisect_left(columns, column)
                composer.open_cell(across, sum(line <= area[2] for line in block if line >= row))
            cell = printed.get((row, column))
            if cell is not None:
                composer.write_lines(cell.text)
                if cell.doubt is not None:
                    composer.doubt(cell.doubt.kind, **dict(cell.doubt.detail))
        composer.close_row()
    composer.close_table()
