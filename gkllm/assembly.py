"""An interpretation becomes the report's cells: judged, explained, in printed order."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from gkllm.confidence import Evidence, confidence, review_threshold
from gkllm.form import Form
from gkllm.interpretation import Interpretation, evidence
from gkllm.reading.numerals import NumeralReading
from gkllm.reading.placed import PlacedCell
from gkllm.report import Candidate, Cell, CellState, ReaderView, Span


def report_cells(interpretation: Interpretation, form: Form, review_risk: float | None) -> Iterator[Cell]:
    """Every cell of every table, in the form's order.

    A confidence under the threshold that keeps to `review_risk` (the calibration's own, if null) sends a cell to
    review.
    """
    threshold = review_threshold(form, review_risk)
    supported, broken = _relation_counts(interpretation)
    for reading in interpretation.readings.values():
        for row in reading.table.rows:
            row_label = " / ".join((*row.groups, row.label))
            for column in row.columns:
                cell_id = f"{reading.table.id}.{row.id}.{column.id}"
                placed = reading.cells[cell_id]
                known = evidence(
                    placed,
                    interpretation.texts[cell_id],
                    interpretation.decisions.get(cell_id),
                    supported=supported[cell_id],
                    broken=broken[cell_id],
                    blamed=int(cell_id in interpretation.findings.blamed),
                )
                label, sure = f"{row_label} / {column.label}", confidence(form, known)
                yield _cell(interpretation, cell_id, label, placed, known, sure, threshold)


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


def _cell(
    interpretation: Interpretation,
    cell_id: str,
    label: str,
    placed: PlacedCell,
    known: Evidence,
    probability: float,
    threshold: float,
) -> Cell:
    text = interpretation.texts[cell_id]
    chosen = interpretation.chosen(cell_id)
    reasons = list(_review_reasons(interpretation, cell_id, placed, known))
    if not reasons and probability < threshold:
        reasons.append(f"confidence {probability:.3%} is under the review threshold")
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
        confidence=round(probability, 6),
        needs_review=needs_review,
        reasons=tuple([repair, *reasons] if repair else reasons),
        span=Span(start=placed.span[0], end=placed.span[1]) if placed.span else None,
        page=placed.place.page if placed.place else None,
        box=placed.place.box if placed.place else None,
        readers=dict(placed.views) or {"rules": _rules_view(placed.raw if placed.present else None)},
        evidence=_named(known),
    )


_REPAIRS = {
    "duplicated_run": "the digits are printed twice",
    "split_run": "the digits are printed apart",
    "leading_zero": "a zero is printed before the number",
    "misread_character": "characters stand for digits they look like",
    "revised": "an older content is printed before the number",
}


def _repair(raw: str, value: float, reading: str) -> str | None:
    return f"printed {raw!r}, read as {value}: {_REPAIRS[reading]}" if reading in _REPAIRS else None


def _review_reasons(
    interpretation: Interpretation, cell_id: str, placed: PlacedCell, known: Evidence
) -> Iterator[str]:
    text = interpretation.texts[cell_id]
    yield from placed.doubts
    if text.state is CellState.MISSING:
        yield "the document does not print this cell, or its row could not be found"
    if text.state is CellState.UNREADABLE and placed.legible:
        yield f"the printed text {placed.raw!r} is no number"
    if interpretation.reading_of(cell_id) == "misread_character" and not known.supported:
        yield "no relation confirms what the characters stand for"
    if not known.decided:
        others = ", ".join(f"{reading.value} ({reading.reading})" for reading in text.readings)
        yield f"the relations do not settle which reading holds: {others}"
    elif len(text.readings) > 1 and known.broken:
        # What supports the reading may be wrong itself, as long as the cell's relations do not all agree.
        yield "the text can be read in several ways, and a relation over the cell is broken"
    if known.blamed:
        yield "a broken relation can be blamed on this cell"
    if known.agreement < 0:
        yield "the readers disagree: " + ", ".join(
            f"{who} {view.raw!r}" if view.picked is None else f"{who} {view.picked}"
            for who, view in placed.views.items()
        )
