"""Outcomes come as they complete and leave in the order of the inputs."""

from collections.abc import Callable, Sequence

from gkllm.extraction import Outcome


class InputOrder:
    """Holds an outcome back until those of all earlier inputs have been handed on.

    `names` are the inputs' names, one of which each outcome carries as its source. The outcomes of an input that
    holds several reports leave together.
    """

    def __init__(self, names: Sequence[str], hand_on: Callable[[Outcome], None]) -> None:
        self._position = {name: index for index, name in enumerate(names)}
        self._hand_on = hand_on
        self._waiting: dict[int, list[Outcome]] = {}
        self._next = 0

    def add(self, outcome: Outcome) -> None:
        """Take an outcome, and hand on what is no longer held back."""
        self._waiting.setdefault(self._position[outcome.source], []).append(outcome)
        while self._next in self._waiting:
            ready = self._waiting[self._next]
            if len(ready) < ready[0].siblings:
                return
            self._next += 1
            self._hand_on_all(self._next - 1)

    def flush(self) -> None:
        """Hand on what waits for outcomes that will not come."""
        for index in sorted(self._waiting):
            self._hand_on_all(index)

    def _hand_on_all(self, index: int) -> None:
        for outcome in self._waiting.pop(index):
            self._hand_on(outcome)
