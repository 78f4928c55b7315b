"""An interpretation becomes the report's cells and violations: judged, explained, in printed order."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from gkllm.checking.evaluate import Residual, residual
from gkllm.confidence import Evidence, confidence
from gkllm.interpretation import Interpretation
from gkllm.reading.numerals import NumeralReading
from gkllm.reading.placed import PlacedCell
from gkllm.report import Candidate, Cell, CellState, ReaderView, Span, Verdict, Violation


def report_cells(interpretation: Interpretation, threshold: float) -> Iterator[Cell]:
    """Every cell of every table, in the form's order. A confidence under `threshold` sends a cell to review."""
    supported, broken = _relation_counts(interpretation)
    for reading in interpretation.readings.values():
        for row in reading.table.rows:
            row_label = " / ".join((*row.groups, row.label))
            for column in row.columns:
                cell_id = f"{reading.table.id}.{row.id}.{column.id}"
                placed = reading.cells[cell_id]
                evidence = _evidence(interpretation, cell_id, placed, supported[cell_id], broken[cell_id])
                yield _cell(
                    interpretation, cell_id, f"{row_label} / {column.label}", placed, evidence, threshold
                )


def report_violations(interpretation: Interpretation) -> tuple[Violation, ...]:
    """Every relation that is broken, or that needs a cell which is missing or unreadable."""
    return tuple(
        _violation(interpretation, found)
        for found in interpretation.residuals
        if not found.holds and (found.assessable or len(found.relation.cells) > 1)
    )


# Most cells of most reports are alike, and building their parts anew is a good part of the work.
@lru_cache(maxsize=4096)
def _candidates(readings: tuple[NumeralReading, ...]) -> tuple[Candidate, ...]:
    return tuple(Candidate(value=reading.value, reading=reading.reading) for reading in readings)


@lru_cache(maxsize=4096)
def _rules_view(raw: str | None) -> ReaderView:
    return ReaderView(raw=raw)


@lru_cache(maxsize=4096)
def _named(evidence: Evidence) -> dict[str, float]:
    return evidence.as_dict()


def _relation_counts(interpretation: Interpretation) -> tuple[Counter[str], Counter[str]]:
    """For each cell, the relations over it that hold with a number other than zero, and those that are broken."""
    supported: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    for found in interpretation.residuals:
        if len(found.relation.cells) == 1 or not found.assessable:
            continue
        if not found.holds:
            broken.update(found.relation.cells)
        elif found.left:
            supported.update(found.relation.cells)
    return supported, broken


def _evidence(
    interpretation: Interpretation, cell: str, placed: PlacedCell, supported: int, broken: int
) -> Evidence:
    text = interpretation.texts[cell]
    decision = interpretation.decisions.get(cell)
    return Evidence(
        label=placed.label_score,
        doubts=len(placed.doubts),
        candidates=max(1, len(text.readings)),
        margin_relations=decision.relations if decision else 0,
        margin_cost=decision.cost if decision else 0.0,
        supported=supported,
        broken=broken,
        blamed=int(cell in interpretation.blamed),
        legible=int(text.state not in (CellState.UNREADABLE, CellState.MISSING)),
        agreement=_agreement(placed, interpretation.values[cell]) if len(placed.views) > 1 else 0,
    )


def _agreement(placed: PlacedCell, value: int | float | None) -> int:
    """1 if all readers saw the same characters, else -1.

    A reader that only picked among the readings of one text transcribed nothing: it can contradict the value, and
    not confirm it.
    """
    picked = {view.picked for view in placed.views.values() if view.picked is not None}
    if picked:
        return 0 if picked == {value} else -1
    raws = [view.raw for view in placed.views.values()]
    solid = {None if raw is None else "".join(raw.split()) for raw in raws}
    return 1 if len(solid) == 1 else -1


def _cell(
    interpretation: Interpretation,
    cell_id: str,
    label: str,
    placed: PlacedCell,
    evidence: Evidence,
    threshold: float,
) -> Cell:
    text = interpretation.texts[cell_id]
    chosen = interpretation.chosen(cell_id)
    probability = confidence(evidence)
    reasons = list(_review_reasons(interpretation, cell_id, placed, evidence))
    if not reasons and probability < threshold:
        reasons.append(f"confidence {probability:.2f} is under the review threshold {threshold:g}")
    needs_review = bool(reasons)
    ordered = (*text.readings[chosen : chosen + 1], *text.readings[:chosen], *text.readings[chosen + 1 :])
    repair = _repair(placed.raw, ordered[0].value, ordered[0].reading) if ordered else None
    return Cell(
        id=cell_id,
        label=label,
        raw=placed.raw,
        value=ordered[0].value if ordered else None,
        state=text.state,
        reading=ordered[0].reading if ordered else None,
        candidates=_candidates(ordered),
        confidence=round(probability, 4),
        needs_review=needs_review,
        reasons=tuple([repair, *reasons] if repair else reasons),
        span=Span(start=placed.span[0], end=placed.span[1]) if placed.span else None,
        page=None,
        readers=dict(placed.views) or {"rules": _rules_view(placed.raw if placed.present else None)},
        evidence=_named(evidence),
    )


_REPAIRS = {
    "duplicated_run": "the digits are printed twice",
    "split_run": "the digits are printed apart",
    "leading_zero": "a zero is printed before the number",
    "revised": "an older content is printed before the number",
}


def _repair(raw: str, value: float, reading: str) -> str | None:
    return f"printed {raw!r}, read as {value}: {_REPAIRS[reading]}" if reading in _REPAIRS else None


def _review_reasons(
    interpretation: Interpretation, cell_id: str, placed: PlacedCell, evidence: Evidence
) -> Iterator[str]:
    text = interpretation.texts[cell_id]
    yield from placed.doubts
    if text.state is CellState.MISSING:
        yield "the document does not print this cell, or its row could not be found"
    if text.state is CellState.UNREADABLE and placed.legible:
        yield f"the printed text {placed.raw!r} is no number"
    if not evidence.decided:
        others = ", ".join(f"{reading.value} ({reading.reading})" for reading in text.readings)
        yield f"the relations do not settle which reading holds: {others}"
    elif len(text.readings) > 1 and evidence.broken:
        # What supports the reading may be wrong itself, as long as the cell's relations do not all agree.
        yield "the text can be read in several ways, and a relation over the cell is broken"
    if evidence.blamed:
        yield "a broken relation can be blamed on this cell"
    if evidence.agreement < 0:
        yield "the readers disagree: " + ", ".join(
            f"{who} {view.raw!r}" if view.picked is None else f"{who} {view.picked}"
            for who, view in placed.views.items()
        )


def _violation(interpretation: Interpretation, found: Residual) -> Violation:
    relation = found.relation
    return Violation(
        rule=relation.rule,
        scope=relation.scope,
        severity=relation.severity,
        left=found.left,
        right=found.right,
        difference=found.difference,
        cells=relation.cells,
        verdict=_verdict(interpretation, found),
    )


def _verdict(interpretation: Interpretation, found: Residual) -> Verdict:
    relation, texts = found.relation, interpretation.texts
    if not found.assessable:
        return Verdict.NOT_ASSESSABLE
    if relation.total is not None and texts[relation.total].state is CellState.BLANK:
        return Verdict.BLANK_TOTAL
    cells = {
        cell: placed for reading in interpretation.readings.values() for cell, placed in reading.cells.items()
    }
    if any(cells[cell].doubts for cell in relation.cells):
        return Verdict.SUSPECT_READING
    for cell in relation.cells:
        for reading in texts[cell].readings:
            if residual(relation, {**interpretation.values, cell: reading.value}).holds:
                return Verdict.SUSPECT_READING
    return Verdict.SOURCE_INCONSISTENCY
