"""What is known of a cell's reading, by name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gkllm.facts import DoubtKind

MIN_COST_MARGIN = 3.0
"""Readings that relations do not tell apart are told apart by how far-fetched they are only where the rival needs
about three independent accidents more."""

_STATE, _READING, _DOUBT = "state.", "reading.", "doubt."


class Evidence(NamedTuple):
    """What is known of a cell's reading. Flags are 0 or 1.

    `label`: likeness of the row's printed label to the form's. `doubts`: kinds of what makes it doubtful that the
    text is what the cell prints, in alphabetical order. `candidates`: readings the text allows. `margin_relations` and
    `margin_cost`: by how many relations, then by how much cost, the chosen reading leads. `supported` and `broken`:
    relations over the cell that hold (and have a number to speak of) or do not. `blamed`: a broken relation can be
    blamed on the cell. `contradicted`: an explicit sentence states another number. `legible`: the cell has a text that
    can be read. `agreement`: 1 if a second reader saw the same, -1 if it saw another text, 0 if there was none. `gaps`:
    the row's blank cells are mere gaps between positions of a line. `places`: the row's numbers could stand in several
    columns, and `place_relations` and `place_cost` are by what this place leads. `state` is the cell's state, and
    `reading` the kind of the chosen reading, null where there is none.
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


def settled(margin_relations: int, margin_cost: float) -> bool:
    """Whether a lead of so many relations, or else of so much cost, settles a cell's reading."""
    return margin_relations >= 1 or (margin_relations == 0 and margin_cost >= MIN_COST_MARGIN)
