"""Cells that a text leaves open: those that every reader must mark, or guess.

A cell is open if numbers as printed can be read, and placed if their places are lost, so that the cell holds something
else and every relation is kept that the truth keeps. All such ways are searched, as an integer programme that asks for
one in which the most cells differ that no earlier one changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from random import Random

import numpy

from evals.generator.drawn import DrawnReport
from evals.generator.generated_form import FORM, relations_in
from gkllm.checking.evaluate import counted, residual
from gkllm.checking.programme import new_solver
from gkllm.form import Column, Relation
from gkllm.reading.numerals import read_text
from gkllm.report import CellState

Held = tuple[CellState, int | float | None]
"""A cell's state and value."""
_FAR_FETCHED = 3.0
"""Accidents that a reading needs more than the likeliest one before no reader has to think of it."""
_MOST = 20_000
"""Ways to read a row before the second readings of its numbers are left out."""
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A printed row's cells, and all that they may hold together; first what they do hold."""

    cells: tuple[str, ...]
    options: tuple[tuple[Held, ...], ...]


def blanks_apart(report: DrawnReport) -> dict[str, str]:
    """The report's contents with the blank cells of each row at other places, all else in its order."""
    contents: dict[str, str] = {}
    rng = Random(f"{report.truth.seed}/apart")
    for cells in _rows_of(report):
        printed = [report.contents[cell] for cell in cells if report.contents[cell].strip()]
        places = sorted(rng.sample(range(len(cells)), len(printed)))
        moved = dict(zip(places, printed, strict=True))
        blank = next((text for cell in cells if not (text := report.contents[cell]).strip()), "")
        contents |= {cell: moved.get(index, blank) for index, cell in enumerate(cells)}
    return contents


def open_cells(report: DrawnReport, *, places_told: bool) -> frozenset[str]:
    """The cells whose value or state the text leaves open; `places_told` where blank cells show in it."""
    truth = {cell: (known.state, known.value) for cell, known in report.truth.cells.items()}
    relations = [relation for relation in relations_in(report.truth.editions) if relation.operator == "="]
    kept = [relation for relation in relations if _holds(relation, truth)]
    rows = [_row(report, truth, kept, cells, places_told) for cells in _rows_of(report)]
    unreadable = {cell for cell, (state, _) in truth.items() if state is CellState.UNREADABLE}
    return frozenset(unreadable | _differing(rows, kept, truth))


def _rows_of(report: DrawnReport) -> Iterator[tuple[str, ...]]:
    """The cells that are printed side by side."""
    for table_id in FORM.table_ids:
        table = FORM.table(table_id, report.truth.editions[table_id])
        rows = [tuple(f"{table_id}.{row.id}.{column.id}" for column in row.columns) for row in table.rows]
        yield from [tuple(cell for row in rows for cell in row)] if table.layout == "single_row" else rows


def _holds(relation: Relation, held: Mapping[str, Held]) -> bool:
    return residual(relation, {cell: counted(*held[cell]) for cell in relation.cells}).holds


def _row(
    report: DrawnReport,
    truth: Mapping[str, Held],
    relations: Sequence[Relation],
    cells: tuple[str, ...],
    places_told: bool,
) -> _Row:
    columns = _columns(report, cells)
    at = [index for index, cell in enumerate(cells) if report.contents[cell].strip()]
    pieces = [_readings(report.contents[cells[index]], columns[index], truth[cells[index]]) for index in at]
    places = [tuple(at)] if places_told else list(combinations(range(len(cells)), len(at)))
    if len(places) * prod(map(len, pieces)) > _MOST:
        pieces = [piece[:1] for piece in pieces]
    own = [relation for relation in relations if set(relation.cells) <= set(cells)]
    first = tuple(truth[cell] for cell in cells)
    options = {first: None}
    for place, values in product(places, product(*pieces)):
        stands = dict(zip(place, values, strict=True))
        held = tuple(stands.get(index, (CellState.BLANK, None)) for index in range(len(cells)))
        if all(_holds(relation, dict(zip(cells, held, strict=True))) for relation in own):
            options[held] = None
    return _Row(cells, tuple(options))


def _columns(report: DrawnReport, cells: Sequence[str]) -> list[Column]:
    known = {
        f"{table_id}.{row.id}.{column.id}": column
        for table_id in FORM.table_ids
        for row in FORM.table(table_id, report.truth.editions[table_id]).rows
        for column in row.columns
    }
    return [known[cell] for cell in cells]


def _readings(content: str, column: Column, truth: Held) -> list[Held]:
    """What is printed may mean this, the truth first."""
    text = read_text(content, column.kind, column.unit)
    if truth[1] is None or not text.readings:
        return [truth]
    likeliest = min(one.cost for one in text.readings)
    near = [one.value for one in text.readings if one.cost < likeliest + _FAR_FETCHED]
    return [truth, *((CellState.REPORTED, value) for value in near if value != truth[1])]


def _differing(rows: Sequence[_Row], relations: Sequence[Relation], truth: Mapping[str, Held]) -> set[str]:
    """The cells that differ from the truth in some choice of the rows' options in which every relation holds."""
    free = [row for row in rows if len(row.options) > 1]
    if not free:
        return set()
    columns = [(row, option) for row in free for option in row.options]
    solver = new_solver()
    solver.setOptionValue("time_limit", _SECONDS)
    number = len(columns)
    indices = numpy.arange(number, dtype=numpy.int32)
    solver.addVars(number, numpy.zeros(number), numpy.ones(number))
    solver.changeColsIntegrality(number, indices, numpy.ones(number, dtype=numpy.uint8))
    for row in free:
        own = [index for index, (other, _) in enumerate(columns) if other is row]
        solver.addRow(1.0, 1.0, len(own), numpy.array(own, dtype=numpy.int32), numpy.ones(len(own)))
    for relation in relations:
        _bind(solver, relation, columns, truth)
    found: set[str] = set()
    while True:
        gains = [
            float(
                sum(
                    cell not in found and held != truth[cell]
                    for cell, held in zip(row.cells, option, strict=True)
                )
            )
            for row, option in columns
        ]
        solver.changeColsCost(number, indices, -numpy.array(gains))
        solver.run()
        chosen = [index for index, value in enumerate(solver.getSolution().col_value) if value > 0.5]
        gained = {
            cell
            for row, option in (columns[index] for index in chosen)
            for cell, held in zip(row.cells, option, strict=True)
            if held != truth[cell]
        } - found
        if not gained:
            return found
        found |= gained


def _bind(
    solver: "object",
    relation: Relation,
    columns: Sequence[tuple[_Row, tuple[Held, ...]]],
    truth: Mapping[str, Held],
) -> None:
    """The relation as a row of the programme: its options' sums differ from the truth's by nothing."""
    signs = dict.fromkeys(relation.left, 1.0) | dict.fromkeys(relation.right, -1.0)
    terms: dict[int, float] = {}
    for index, (row, option) in enumerate(columns):
        change = sum(
            signs[cell] * (float(held[1] or 0) - float(truth[cell][1] or 0))
            for cell, held in zip(row.cells, option, strict=True)
            if cell in signs
        )
        if change:
            terms[index] = change
    if terms:
        indices = numpy.array(list(terms), dtype=numpy.int32)
        solver.addRow(0.0, 0.0, len(terms), indices, numpy.array(list(terms.values())))  # type: ignore[attr-defined]
