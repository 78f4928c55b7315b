"""What is known of a cell's reading, by name, and as the features that the calibration has weights for."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gkllm.checking.decoding import MIN_COST_MARGIN, settled
from gkllm.facts import ABOUT_PLACE, BY_MODEL, DoubtKind

_STATE, _READING, _DOUBT = "state.", "reading.", "doubt."


class Evidence(NamedTuple):
    """What is known of a cell's reading. Flags are 0 or 1.

    `label`: likeness of the row's printed label to the form's. `doubts`: kinds of what makes it doubtful that the
    text is what the cell prints, in alphabetical order. `candidates`: readings the text allows. `margin_relations` and
    `margin_cost`: by how many relations, then by how much cost, the chosen reading leads. `supported` and `broken`:
    relations over the cell that hold (and have a number to speak of) or do not. `blamed`: a broken relation can be
    blamed on the cell. `contradicted`: an explicit sentence states another number. `legible`: the cell has a text that
    can be read. `agreement`: 1 if a second reader saw the same, -1 if it saw another text, 0 if there was none. Where
    there is one, `holding` counts the equations over the cell, if all of them hold, and `anchored` says that they do
    so with a number other than zero that stands in its place beyond doubt. `gaps`: the row's blank cells are mere gaps
    between positions of a line. `places`: the row's numbers could stand in several columns, and `place_relations` and
    `place_cost` are by what this place leads. `state` is the cell's state, and `reading` the kind of the chosen
    reading, null where there is none.
    """

    label: float = 1.0
    doubts: tuple[DoubtKind, ...] = ()
    candidates: int = 1
    margin_relations: int = 0
    margin_cost: float = 0.0
    supported: int = 0
    broken: int = 0
    blamed: int = 0
    contradicted: int = 0
    legible: int = 1
    agreement: int = 0
    holding: int = 0
    anchored: int = 0
    gaps: int = 0
    places: int = 0
    place_relations: int = 0
    place_cost: float = 0.0
    state: str = "reported"
    reading: str | None = "as_printed"

    @property
    def decided(self) -> bool:
        """Whether one reading leads clearly."""
        return self.candidates <= 1 or settled(self.margin_relations, self.margin_cost)

    @property
    def contested(self) -> bool:
        """Whether a second reader contradicts the cell, and no relation speaks for it."""
        told = self.candidates <= 1 or self.margin_relations >= 1
        return self.agreement < 0 and not (self.holding and told and not self.broken)

    @property
    def confirmed(self) -> bool:
        """Whether a second reader saw the same here, and the relations hold with it."""
        return (
            self.agreement > 0
            and bool(self.anchored)
            and not (self.broken or self.blamed or self.contradicted)
        )

    @property
    def standing(self) -> tuple[DoubtKind, ...]:
        """The doubts that no second reader has answered."""
        return (
            tuple(kind for kind in self.doubts if kind not in ABOUT_PLACE) if self.confirmed else self.doubts
        )

    @classmethod
    def of(cls, named: Mapping[str, float]) -> "Evidence":
        """The evidence that `as_dict` gave; what it does not name is as in a cell with nothing against it.

        Results written before doubts had kinds name their number alone.
        """
        known: dict[str, Any] = {name: named[name] for name in _NUMBERS if name in named}
        kinds = [DoubtKind(name.removeprefix(_DOUBT)) for name in named if name.startswith(_DOUBT)]
        known["doubts"] = tuple(kinds or ([DoubtKind.TOLD] if named.get("doubts") else ()))
        states = [name.removeprefix(_STATE) for name in named if name.startswith(_STATE)]
        if states:
            readings = [name.removeprefix(_READING) for name in named if name.startswith(_READING)]
            known |= {"state": states[0], "reading": readings[0] if readings else None}
        return cls(**known)

    def as_dict(self) -> dict[str, float]:
        """The evidence by name; each doubt, the state and the kind of reading as a name of their own, at 1."""
        named = {name: float(getattr(self, name)) for name in _NUMBERS}
        named |= {_DOUBT + kind: 1.0 for kind in self.doubts}
        named[_STATE + self.state] = 1.0
        if self.reading is not None:
            named[_READING + self.reading] = 1.0
        return named


_NUMBERS = tuple(name for name in Evidence._fields if name not in ("doubts", "state", "reading"))


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
        DoubtKind.TAKEN_APART_OTHERWISE,
        DoubtKind.NO_COLUMNS,
        DoubtKind.BETWEEN_COLUMNS,
    ),
    "row": (DoubtKind.LABEL_DAMAGED, DoubtKind.STRAY_NUMBERS, DoubtKind.BETWEEN_LABELS),
    "table": (DoubtKind.TABLE_EMPTY, DoubtKind.TABLE_REPEATED),
    "sentence": (DoubtKind.FROM_SENTENCE,),
    "model": tuple(BY_MODEL),
}
_ABOUT = {kind: about for about, kinds in _GROUPS.items() for kind in kinds}
"""What a doubt is about, if not the printed text. Kinds about one thing share a weight: of most of them the data
holds too few cells for one of their own, and with one for each the calibration error of held-out reports rose."""


def features(evidence: Evidence) -> dict[str, float]:
    """The features that are not 0, by name; a cell with nothing to say about it has none but its support."""
    if evidence.confirmed:
        # Where it stands is settled, however the row's label is printed and its blank cells are.
        evidence = evidence._replace(doubts=evidence.standing, label=1.0, gaps=0, places=0)
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
    yield "disagreement", float(evidence.contested)
    yield from _of_doubts(evidence)
    yield from _of_readings(evidence)


def _spoken_against(evidence: Evidence) -> bool:
    return bool(
        evidence.doubts
        or evidence.blamed
        or evidence.contradicted
        or not evidence.legible
        or not evidence.decided
        or evidence.contested
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
