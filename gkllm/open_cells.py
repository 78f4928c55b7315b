"""What the rules reader left open: the cells worth a language model's tokens."""

from gkllm.confidence import settled
from gkllm.interpretation import Interpretation
from gkllm.report import CellState


def open_cells(interpretation: Interpretation) -> dict[str, tuple[str, ...]]:
    """The cells to ask about, by table: every cell of a table not found, and of the others those that are missing, that
    balances see but did not settle, or that a broken relation counts.

    Left out is what no second transcription could settle: a reading that no balance sees, a text that is no number,
    and a cell that may belong to another place, as under a damaged label. Whatever a model says, a person looks there.
    """
    seen = {
        cell
        for found in interpretation.residuals
        if found.relation.operator == "=" and len(found.relation.cells) > 1
        for cell in found.relation.cells
    }
    counted = {
        cell
        for found in interpretation.residuals
        if found.assessable and not found.holds and found.relation.severity == "error"
        for cell in found.relation.cells
        if interpretation.values.get(cell)
    }
    wanted: dict[str, tuple[str, ...]] = {}
    for table_id, reading in interpretation.readings.items():
        cells = tuple(
            cell
            for cell in reading.table.cell_ids()
            if not reading.found or _is_open(interpretation, cell, seen, counted)
        )
        if cells:
            wanted[table_id] = cells
    return wanted


def _is_open(interpretation: Interpretation, cell: str, seen: set[str], counted: set[str]) -> bool:
    state = interpretation.texts[cell].state
    decision = interpretation.decisions.get(cell)
    unsettled = decision is not None and not settled(decision.relations, decision.cost) and cell in seen
    return state is CellState.MISSING or unsettled or cell in counted
