"""What the rules reader left open: the rows worth a language model's tokens."""

from gkllm.confidence import settled
from gkllm.form import Row
from gkllm.interpretation import Interpretation
from gkllm.report import CellState


def open_rows(interpretation: Interpretation) -> dict[str, tuple[Row, ...]]:
    """The rows to ask about, by table: every row of a table not found, and of the others those with a cell that is
    missing, unreadable or doubtful, that relations see but did not settle, or that a broken relation counts.

    A reading that no relation sees is left out: a second transcription could not settle it.
    """
    seen = {cell for found in interpretation.residuals for cell in _several(found.relation.cells)}
    counted = {
        cell
        for found in interpretation.residuals
        if found.assessable and not found.holds and found.relation.severity == "error"
        for cell in found.relation.cells
        if interpretation.values.get(cell)
    }
    wanted: dict[str, tuple[Row, ...]] = {}
    for table_id, reading in interpretation.readings.items():
        rows = tuple(
            row
            for row in reading.table.rows
            if not reading.found
            or any(
                _is_open(interpretation, f"{table_id}.{row.id}.{column.id}", seen, counted)
                for column in row.columns
            )
        )
        if rows:
            wanted[table_id] = rows
    return wanted


def _several(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells if len(cells) > 1 else ()


def _is_open(interpretation: Interpretation, cell: str, seen: set[str], counted: set[str]) -> bool:
    placed = interpretation.readings[cell.split(".")[0]].cells[cell]
    state = interpretation.texts[cell].state
    decision = interpretation.decisions.get(cell)
    unsettled = decision is not None and not settled(decision.relations, decision.cost) and cell in seen
    return (
        bool(placed.doubts)
        or state in (CellState.MISSING, CellState.UNREADABLE)
        or unsettled
        or cell in counted
    )
