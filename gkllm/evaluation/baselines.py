"""Readers that do not read: what a figure is worth is seen beside theirs."""

from collections.abc import Mapping
from types import MappingProxyType

from gkllm.evaluation.scoring import CellScore, Got, ReportScore
from gkllm.evaluation.truth import TrueCell, TrueReport
from gkllm.report import CellState

NOTHING, ALL_ZERO = "answers nothing", "answers 0 everywhere"

_ANSWERS: Mapping[str, tuple[Got, bool]] = MappingProxyType(
    {NOTHING: (Got(None, CellState.MISSING, ""), True), ALL_ZERO: (Got(0, CellState.REPORTED, "0"), False)}
)
"""What each says of every cell, and whether it marks the cell for review."""

BASELINES = tuple(_ANSWERS)


def score_baseline(name: str, truth: TrueReport) -> ReportScore:
    """The score of a baseline: it places nothing, and sees no relation."""
    got, flagged = _ANSWERS[name]
    return ReportScore(
        cells=tuple(_score(cell_id, cell, got, flagged) for cell_id, cell in truth.cells.items()),
        broken_missed=tuple(sorted(truth.broken)),
        particulars=tuple(type(truth.report).model_fields),
        tables=tuple(table_id for table_id, table in truth.tables.items() if table.found),
    )


def _score(cell_id: str, truth: TrueCell, got: Got, flagged: bool) -> CellScore:
    right = (got.value, got.state) == (truth.value, truth.state)
    grounded = None if truth.raw and not truth.span else truth.span is None
    return CellScore(
        cell=cell_id,
        right=right,
        raw_right=got.raw == truth.raw,
        grounded=grounded,
        flagged=flagged,
        silent=not right and not flagged,
        truth=truth,
        got=got,
    )
