"""A model's answers beside what the rules read: candidates where a place is open, elsewhere a second look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from gkllm.facts import MAY_STAND_ELSEWHERE, Doubt, DoubtKind
from gkllm.form import CellId, Form, Row
from gkllm.reading.place.settle import settle_places
from gkllm.reading.placed import OpenRow, PlacedCell, TableReading
from gkllm.report import ReaderView

_DEARER = 0.5
"""What a model's row costs against the rules', in accidents: of two that the relations do not tell apart the rules'
stands."""
_ELSEWHERE = Doubt(DoubtKind.DISPLACED)


def with_answers(
    readings: Mapping[str, TableReading],
    answers: Mapping[str, PlacedCell],
    wanted: Collection[str],
    form: Form,
) -> dict[str, TableReading]:
    """The readings with a model's cells, by id, as far as they were `wanted`.

    A cell that the rules found none for holds the model's, if that is in the document. Of a row whose places the rules
    doubt the relations choose between theirs and the model's. Elsewhere the model's is a second reader's view.
    """
    merged = {table_id: _merged(reading, answers, wanted) for table_id, reading in readings.items()}
    return {
        table_id: replace(reading, cells=_unharmed(merged[table_id].cells, reading.cells))
        for table_id, reading in settle_places(merged, form).items()
    }


def _unharmed(before: Mapping[str, PlacedCell], after: Mapping[str, PlacedCell]) -> dict[str, PlacedCell]:
    """The cells that were chosen; one that holds what it held before is in no more doubt for a model's row."""
    return {
        cell: before[cell] if (placed.raw, placed.span) == (before[cell].raw, before[cell].span) else placed
        for cell, placed in after.items()
    }


def _merged(
    reading: TableReading, answers: Mapping[str, PlacedCell], wanted: Collection[str]
) -> TableReading:
    if not reading.found and not any(answers[cell].span for cell in reading.cells if cell in answers):
        return reading
    cells = dict(reading.cells)
    open_rows: list[OpenRow] = []
    for row in reading.table.rows:
        ids = _ids(reading, row)
        if not any(cell in answers for cell in ids):
            continue
        own = [reading.cells[cell] for cell in ids]
        seen = [answers.get(cell) for cell in ids]
        beside = [
            _beside(first, second, cell in wanted) for first, second, cell in zip(own, seen, ids, strict=True)
        ]
        cells.update(zip(ids, beside, strict=True))
        if rival := _rival(own, seen, beside):
            open_rows.append(OpenRow(ids, (tuple(beside), rival), (0.0, _DEARER), _ELSEWHERE))
    return replace(reading, found=True, cells=cells, open_rows=tuple(open_rows))


def _ids(reading: TableReading, row: Row) -> tuple[str, ...]:
    return tuple(CellId.of(reading.table.id, row.id, column.id) for column in row.columns)


def _beside(own: PlacedCell, second: PlacedCell | None, wanted: bool) -> PlacedCell:
    """The rules' cell with the model's view of it; the model's where the rules found none."""
    if second is None or not wanted:
        return own
    views = {"rules": ReaderView(raw=own.raw if own.present else None), **second.views}
    return replace(own if own.present or not second.legible else second, views=views)


def is_refused(placed: PlacedCell) -> bool:
    """Whether what the model read was not found where the cell can stand."""
    return any(doubt.kind is DoubtKind.NOT_IN_ROW for doubt in placed.doubts)


def _rival(
    own: Sequence[PlacedCell], seen: Sequence[PlacedCell | None], beside: Sequence[PlacedCell]
) -> tuple[PlacedCell, ...]:
    """The row as the model read it, where the rules doubt the row's places and the whole of it is in the document."""
    doubted = any(doubt.kind in MAY_STAND_ELSEWHERE for placed in own for doubt in placed.doubts)
    if not doubted or not all(placed.present for placed in own):
        return ()
    second = tuple(
        replace(placed, views=merged.views)
        for placed, merged in zip(seen, beside, strict=True)
        if placed is not None and not is_refused(placed)
    )
    differs = [placed.raw for placed in second] != [placed.raw for placed in own]
    return second if len(second) == len(own) and differs else ()
