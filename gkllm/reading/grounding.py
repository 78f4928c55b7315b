"""Strings a model returned, looked up in the document: what is not there never becomes a value."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gkllm.documents.document import GridCell
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Row
from gkllm.reading.excerpt import PrintedTable
from gkllm.reading.placed import PlacedCell
from gkllm.report import ReaderView

_NOT_FOUND = Doubt(DoubtKind.NOT_IN_ROW)
_DISPLACED = Doubt(DoubtKind.DISPLACED)
_UNLOCATED = Doubt(DoubtKind.ROW_BY_MODEL)
_OVERLOOKED = Doubt(DoubtKind.OVERLOOKED)


def ground_row(
    printed: PrintedTable, row: Row, strings: Sequence[str], view: ReaderView
) -> dict[str, PlacedCell]:
    """The row's cells as the model read them, each at its place in the document.

    `view` names the model and the prompt. See `ground_cell`; a row that only the model found is in doubt.
    """
    reading = printed.reading
    known = row.id in reading.row_lines
    cells = printed.row_cells(row)
    found: dict[str, PlacedCell] = {}
    for column, string in zip(row.columns, strings, strict=True):
        cell_id = CellId.of(reading.table.id, row.id, column.id)
        placed = ground_cell(string, reading.cells[cell_id] if known else None, cells, view)
        if not known and placed.legible:
            placed = replace(placed, doubts=(*placed.doubts, _UNLOCATED))
        found[cell_id] = placed
    return found


def ground_cell(
    string: str, own: PlacedCell | None, printed: Iterable[GridCell], view: ReaderView
) -> PlacedCell:
    """A string the model read, at its place: `own` is the cell in its place by the rules, null where its row is not
    known, and `printed` the cells on its row's lines.

    A string equal to the text in the cell's own place is grounded there; one that stands elsewhere on the row's
    lines is placed with a doubt; any other is kept out.
    """
    placed = _ground(string, own, [cell for cell in printed if cell.raw])
    return replace(placed, views={"model": view.model_copy(update={"raw": string})})


def _ground(string: str, own: PlacedCell | None, printed: Sequence[GridCell]) -> PlacedCell:
    if own is not None and same_text(string, own.raw):
        return own
    label_score = own.label_score if own is not None else 0.0
    if not string:
        doubts = (_OVERLOOKED,) if own is not None else ()
        return PlacedCell("", None, label_score, doubts)
    for cell in printed:
        if same_text(string, cell.raw):
            doubts = (_DISPLACED,) if own is not None else ()
            doubts = (cell.doubt, *doubts) if cell.doubt else doubts
            return PlacedCell(cell.raw, (cell.start, cell.end), label_score, doubts, place=cell.place)
    return PlacedCell("", None, label_score, (_NOT_FOUND,), legible=False)


def same_text(left: str, right: str) -> bool:
    """Whether two strings print the same characters, white space and width aside."""
    return _solid(left) == _solid(right)


def _solid(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def merge_views(rules: Mapping[str, PlacedCell], model: Mapping[str, PlacedCell]) -> dict[str, PlacedCell]:
    """The rules reader's cells, with the model's beside them: the model's own where the rules found none."""
    merged: dict[str, PlacedCell] = {}
    for cell_id, placed in rules.items():
        views = {"rules": ReaderView(raw=placed.raw if placed.present else None)}
        second = model.get(cell_id)
        if second is None:
            merged[cell_id] = replace(placed, views=views)
        elif placed.present:
            merged[cell_id] = replace(placed, views={**views, **second.views})
        else:
            merged[cell_id] = replace(second, views={**views, **second.views})
    return merged
