"""An interpretation becomes the report's cells: judged, explained, in printed order."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from gkllm.confidence import Evidence, confidence
from gkllm.facts import Doubt, DoubtKind
from gkllm.interpretation import Interpretation, evidence
from gkllm.reading.numerals import NumeralReading
from gkllm.reading.placed import PlacedCell
from gkllm.report import Candidate, Cell, CellState, ReaderView, Span
from gkllm.wording import sentences


def report_cells(interpretation: Interpretation, threshold: float) -> Iterator[Cell]:
    """Every cell of every table, in the form's order. A confidence under `threshold` sends a cell to review."""
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
                yield _cell(
                    interpretation, cell_id, f"{row_label} / {column.label}", placed, known, threshold
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


def _cell(
    interpretation: Interpretation,
    cell_id: str,
    label: str,
    placed: PlacedCell,
    known: Evidence,
    threshold: float,
) -> Cell:
    text = interpretation.texts[cell_id]
    chosen = interpretation.chosen(cell_id)
    probability = confidence(known)
    doubts = list(_doubts(interpretation, cell_id, placed, known))
    if not doubts and probability < threshold:
        doubts.append(Doubt.of(DoubtKind.LOW_CONFIDENCE, confidence=round(probability, 6)))
    needs_review = bool(doubts)
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
        reasons=sentences(tuple([repair, *doubts] if repair else doubts)),
        span=Span(start=placed.span[0], end=placed.span[1]) if placed.span else None,
        page=placed.place.page if placed.place else None,
        box=placed.place.box if placed.place else None,
        readers=dict(placed.views) or {"rules": _rules_view(placed.raw if placed.present else None)},
        evidence=_named(known),
    )


_REPAIRS = frozenset({"duplicated_run", "split_run", "leading_zero", "misread_character", "revised"})


def _repair(raw: str, value: float, reading: str) -> Doubt | None:
    if reading not in _REPAIRS:
        return None
    return Doubt.of(DoubtKind.REPAIRED, raw=raw, value=value, reading=reading)


def _doubts(
    interpretation: Interpretation, cell_id: str, placed: PlacedCell, known: Evidence
) -> Iterator[Doubt]:
    text = interpretation.texts[cell_id]
    yield from placed.doubts
    if text.state is CellState.MISSING:
        yield Doubt(DoubtKind.MISSING)
    if text.state is CellState.UNREADABLE and placed.legible:
        yield Doubt.of(DoubtKind.NO_NUMBER, raw=placed.raw)
    if interpretation.reading_of(cell_id) == "misread_character" and not known.supported:
        yield Doubt(DoubtKind.LOOK_ALIKE)
    if not known.decided:
        yield Doubt.of(
            DoubtKind.UNSETTLED, **{str(reading.value): reading.reading for reading in text.readings}
        )
    elif len(text.readings) > 1 and known.broken:
        # What supports the reading may be wrong itself, as long as the cell's relations do not all agree.
        yield Doubt(DoubtKind.AMBIGUOUS)
    if known.blamed:
        yield Doubt(DoubtKind.BLAMED)
    if known.agreement < 0:
        seen = {who: view.raw if view.picked is None else view.picked for who, view in placed.views.items()}
        yield Doubt.of(
            DoubtKind.READERS_DISAGREE, **{who: "" if it is None else it for who, it in seen.items()}
        )
