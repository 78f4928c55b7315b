"""Cells that a broken relation can be blamed on.

A cell is to blame if giving it another value mends broken relations and breaks few others: the broken row and the
broken column that cross point at their common cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gkllm.checking.evaluate import Number, Residual, satisfied


def blamed_cells(found: Iterable[Residual], values: Mapping[str, Number | None]) -> frozenset[str]:
    """For every broken balance, the cells whose change alone would mend the most.

    A cell's gain is the number of broken relations that one new value of it satisfies, less the number of
    satisfied ones it breaks. Values stay non-negative. Of each broken relation the cells of the highest gain are
    blamed; all of them, where no single cell mends it.
    """
    balances = [
        r for r in found if r.relation.operator == "=" and r.assessable and r.relation.severity == "error"
    ]
    broken = [residual for residual in balances if not residual.holds]
    if not broken:
        return frozenset()
    by_cell: defaultdict[str, list[Residual]] = defaultdict(list)
    for residual in balances:
        for cell in residual.relation.cells:
            by_cell[cell].append(residual)
    suspects = {cell for residual in broken for cell in residual.relation.cells}
    gains = {cell: _gain(cell, by_cell[cell], values) for cell in suspects}
    blamed: set[str] = set()
    for residual in broken:
        best = max(gains[cell] for cell in residual.relation.cells)
        blamed.update(cell for cell in residual.relation.cells if gains[cell] == best)
    return frozenset(blamed)


def _gain(cell: str, relations: Sequence[Residual], values: Mapping[str, Number | None]) -> int:
    """The best gain over the values that would mend one of the cell's broken relations; 0 if there is none."""
    value = values.get(cell) or 0
    changes = {_needed(cell, residual) for residual in relations if not residual.holds}
    best = 0
    for change in changes:
        if value + change < 0:
            continue
        gain = 0
        for residual in relations:
            mended = satisfied(residual.relation, *_sides(cell, residual, change))
            gain += int(mended) - int(residual.holds)
        best = max(best, gain)
    return best


def _needed(cell: str, residual: Residual) -> Number:
    """What must be added to the cell for the relation to hold."""
    assert residual.difference is not None, "only assessable relations are asked"
    return -residual.difference if cell in residual.relation.left else residual.difference


def _sides(cell: str, residual: Residual, change: Number) -> tuple[Number, Number]:
    assert residual.left is not None and residual.right is not None, "only assessable relations are asked"
    if cell in residual.relation.left:
        return residual.left + change, residual.right
    return residual.left, residual.right + change
