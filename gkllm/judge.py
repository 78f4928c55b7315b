"""A record becomes the report's cell: nothing else says its value and state, how sure they are, and who should look."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel

from gkllm.confidence import Evidence, confidence, review_threshold
from gkllm.facts import ABOUT_PLACE, NOTES, Doubt, DoubtKind
from gkllm.language import Language
from gkllm.reading.numerals import NumeralReading
from gkllm.record import CellRecord, Known
from gkllm.report import Candidate, Cell, CellState, ReaderView, Report, Span
from gkllm.wording import sentences

_P = TypeVar("_P", bound=BaseModel)
_CERTAIN = 1.0
_UNCONFIRMED = {"misread_character": DoubtKind.LOOK_ALIKE, "chinese_numeral": DoubtKind.CHINESE_NUMERAL}
"""Readings that stand only where a relation over numbers other than zero confirms them."""
_REPAIRS = frozenset({"duplicated_run", "split_run", "leading_zero", "misread_character", "revised"})


def judge(record: CellRecord, threshold: float, language: Language = "en") -> Cell:
    """The cell as its record has it.

    A person should look where a doubt asks for it, or where the confidence is under `threshold`. What a person has
    confirmed is certain, whatever else is known. The reasons are told in `language`.
    """
    placed = record.placed
    return _trusted(
        Cell,
        {
            **_judgement(record.known, threshold, language),
            "id": str(record.id),
            "label": record.label,
            "span": _trusted(Span, {"start": placed.span[0], "end": placed.span[1]}) if placed.span else None,
            "page": placed.place.page if placed.place else None,
            "box": placed.place.box if placed.place else None,
            "readers": dict(placed.views) or {"rules": _rules_view(placed.raw if placed.present else None)},
        },
    )


def _trusted(model: type[_P], values: dict[str, Any]) -> _P:
    """A part of a report with values that are known to be valid: all of them, in their order. Nothing is checked.

    As `model_construct` does it, which is slower than validation, and a report has hundreds of cells.
    """
    part = model.__new__(model)
    _set(part, "__dict__", values)
    _set(part, "__pydantic_fields_set__", _fields(model))
    _set(part, "__pydantic_extra__", None)
    _set(part, "__pydantic_private__", None)
    return part


_set = object.__setattr__


@cache
def _fields(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


@lru_cache(maxsize=1024)
def _judgement(known: Known, threshold: float, language: Language) -> dict[str, Any]:
    """The fields of the report's cell, in its order; those of its name and place are still empty.

    Most cells of most reports are alike, and judging each anew was a quarter of the work.
    """
    evidence, chosen = known.evidence, known.chosen
    confirmed = any(fact.kind is DoubtKind.REVIEWED for fact in known.facts)
    sure = confidence(known.form, evidence)
    probability = _CERTAIN if confirmed else round(sure, 6)
    doubts = known.facts if confirmed else tuple(_doubts(known, evidence))
    answered = NOTES | ABOUT_PLACE if evidence.confirmed else NOTES
    asking = not confirmed and any(doubt.kind not in answered for doubt in doubts)
    if not confirmed and not asking and sure < threshold:
        asking, doubts = True, (*doubts, Doubt.of(DoubtKind.LOW_CONFIDENCE, confidence=probability))
    return Cell(
        id="",
        label="",
        raw=known.raw,
        value=chosen.value if chosen else None,
        state=known.text.state,
        reading=chosen.reading if chosen else None,
        candidates=_candidates(known.text.readings, known.decision.choice if known.decision else 0),
        confidence=probability,
        needs_review=asking,
        doubts=doubts,
        reasons=sentences(doubts, language),
        span=None,
        page=None,
        readers={},
        evidence=evidence.as_dict(),
    ).__dict__


def judge_again(record: CellRecord, report: Report) -> Cell:
    """The cell of a finished report after its record changed, by the report's own target and in its language."""
    return judge(record, review_threshold(record.form, report.review_risk), report.language)


def _candidates(readings: tuple[NumeralReading, ...], chosen: int) -> tuple[Candidate, ...]:
    """The readings, the chosen one first."""
    ordered = (*readings[chosen : chosen + 1], *readings[:chosen], *readings[chosen + 1 :])
    return tuple(Candidate(value=reading.value, reading=reading.reading) for reading in ordered)


@lru_cache(maxsize=1024)
def _rules_view(raw: str | None) -> ReaderView:
    return ReaderView(raw=raw)


def _doubts(known: Known, evidence: Evidence) -> Iterator[Doubt]:
    """Everything that is to be said of the cell: how it was mended, what readers stated, what follows from the rest."""
    text, chosen = known.text, known.chosen
    if chosen is not None and chosen.reading in _REPAIRS:
        yield Doubt.of(DoubtKind.REPAIRED, raw=known.raw, value=chosen.value, reading=chosen.reading)
    yield from known.doubts
    if text.state is CellState.MISSING:
        yield Doubt(DoubtKind.MISSING)
    if text.state is CellState.UNREADABLE and known.legible:
        yield Doubt.of(DoubtKind.NO_NUMBER, raw=known.raw)
    if evidence.reading in _UNCONFIRMED and not evidence.supported:
        yield Doubt(_UNCONFIRMED[evidence.reading])
    if not evidence.decided:
        yield Doubt.of(
            DoubtKind.UNSETTLED, **{str(reading.value): reading.reading for reading in text.readings}
        )
    elif len(text.readings) > 1 and evidence.broken:
        # What supports the reading may be wrong itself, as long as the cell's relations do not all agree.
        yield Doubt(DoubtKind.AMBIGUOUS)
    if evidence.blamed:
        yield Doubt(DoubtKind.BLAMED)
    if evidence.confirmed and evidence.standing != evidence.doubts:
        yield Doubt(DoubtKind.SECONDED)
    if evidence.contested:
        seen = {who: view.raw if view.picked is None else view.picked for who, view in known.views}
        yield Doubt.of(
            DoubtKind.READERS_DISAGREE, **{who: "" if it is None else it for who, it in seen.items()}
        )
    yield from known.facts
