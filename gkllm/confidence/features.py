"""Evidence as the features that the calibration has weights for."""

from collections.abc import Iterator, Mapping

from gkllm.confidence.evidence import MIN_COST_MARGIN, Evidence
from gkllm.facts import DoubtKind

_MOST = 3
"""Counts are told apart up to here; more of the same says little."""

_GROUPS: Mapping[str, tuple[DoubtKind, ...]] = {
    "column": (
        DoubtKind.OVERFLOWS,
        DoubtKind.OPEN_FRAME,
        DoubtKind.MERGED_DOWN,
        DoubtKind.MERGED_ACROSS,
        DoubtKind.HEADINGS_REORDERED,
        DoubtKind.OFF_COLUMN,
        DoubtKind.BLANKS_VANISH,
        DoubtKind.MISCOUNTED,
        DoubtKind.NO_COLUMNS,
        DoubtKind.BETWEEN_COLUMNS,
    ),
    "row": (DoubtKind.LABEL_DAMAGED, DoubtKind.STRAY_NUMBERS, DoubtKind.BETWEEN_LABELS),
    "table": (DoubtKind.TABLE_EMPTY, DoubtKind.TABLE_REPEATED),
    "sentence": (DoubtKind.FROM_SENTENCE,),
    "model": (DoubtKind.NOT_IN_ROW, DoubtKind.DISPLACED, DoubtKind.ROW_BY_MODEL, DoubtKind.OVERLOOKED),
}
_ABOUT = {kind: about for about, kinds in _GROUPS.items() for kind in kinds}
"""What a doubt is about, if not the printed text. Kinds about one thing share a weight: of most of them the data
holds too few cells for one of their own, and with one for each the calibration error of held-out reports rose."""


def features(evidence: Evidence) -> dict[str, float]:
    """The features that are not 0, by name; a cell with nothing to say about it has none but its support."""
    return {name: value for name, value in _features(evidence) if value}


def _features(evidence: Evidence) -> Iterator[tuple[str, float]]:
    # Cells with a reason for review are another population, whose errors say little about the cells without.
    yield "spoken_against", float(_spoken_against(evidence))
    if evidence.state != "missing":
        yield "label.damaged", float(evidence.label < 1.0)
        yield "label.damage", 1.0 - evidence.label
    yield "gaps", float(evidence.gaps)
    yield "places", float(evidence.places)
    yield "place.relations", float(min(evidence.place_relations, _MOST))
    yield "state." + evidence.state, float(evidence.state != "reported")
    yield "broken", float(min(evidence.broken, _MOST))
    yield "blamed", float(evidence.blamed)
    yield "contradicted", float(evidence.contradicted)
    yield "supported", float(evidence.supported > 0)
    yield "supports", float(min(evidence.supported, _MOST))
    yield "agreement", float(evidence.agreement > 0)
    yield "disagreement", float(evidence.agreement < 0)
    yield from _of_doubts(evidence)
    yield from _of_readings(evidence)


def _spoken_against(evidence: Evidence) -> bool:
    return bool(
        evidence.doubts
        or evidence.blamed
        or evidence.contradicted
        or not evidence.legible
        or not evidence.decided
        or evidence.agreement < 0
        or (evidence.candidates > 1 and evidence.broken)
    )


def _of_doubts(evidence: Evidence) -> Iterator[tuple[str, float]]:
    if evidence.doubts:
        yield "doubted", 1.0
        yield from (
            (f"doubted.{about}", 1.0)
            for about in dict.fromkeys(_ABOUT.get(kind, "text") for kind in evidence.doubts)
        )
        yield "doubted.gaps", float(evidence.gaps)
        yield "doubted.broken", float(evidence.broken > 0)
        yield "doubted.state." + evidence.state, float(evidence.state != "reported")
    elif evidence.gaps:
        yield "gaps.state." + evidence.state, float(evidence.state != "reported")


def _of_readings(evidence: Evidence) -> Iterator[tuple[str, float]]:
    """How the text was read, and how clearly that reading leads where there are others."""
    if evidence.reading is not None:
        yield "reading." + evidence.reading, float(evidence.reading != "as_printed")
    if evidence.candidates > 1:
        yield "rivals", float(min(evidence.candidates - 1, _MOST))
        yield "lead.relations", float(min(evidence.margin_relations, _MOST))
        yield "lead.cost", max(0.0, min(evidence.margin_cost, MIN_COST_MARGIN)) / MIN_COST_MARGIN
        yield "rivals.broken", float(evidence.broken > 0)
        if not evidence.decided:
            yield "open", 1.0
            yield f"open.reading.{evidence.reading}", 1.0
