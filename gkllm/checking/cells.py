"""A cell as the checks see it, whether it was just read or stands in a finished report."""

from collections.abc import Mapping
from dataclasses import dataclass

from gkllm.checking.evaluate import Number
from gkllm.report import CellState

_UNKNOWN = frozenset({CellState.MISSING, CellState.UNREADABLE})


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """What a cell says and how sure that is.

    `value` is null unless the state is "reported"; `readings` are all values its text allows. `doubtful` where the
    text may belong to another cell. `certainty` is the probability that the value is what is printed, as far as
    it can be told without the relations. A `confirmed` cell was seen by a person: its value does not change.
    """

    state: CellState
    raw: str
    value: Number | None
    readings: tuple[Number, ...] = ()
    doubtful: bool = False
    certainty: float = 1.0
    confirmed: bool = False

    @property
    def counted(self) -> Number | None:
        """The number that relations count: 0 where nothing is printed, null where that is not known."""
        return counted(self.state, self.value)


Cells = Mapping[str, CheckedCell]


def counted(state: CellState, value: Number | None) -> Number | None:
    """The number that relations count: 0 where nothing is printed, null where that is not known."""
    return None if state in _UNKNOWN else (value or 0)
