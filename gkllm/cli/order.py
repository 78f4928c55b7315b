"""Outcomes come as they complete and leave in the order of the inputs."""

from collections.abc import Callable, Sequence

from gkllm.extraction import Outcome


class InputOrder:
    """Holds an outcome back until those of all earlier inputs have been handed on.

    `names` are the inputs' names, each of which one outcome carries as its source.
    """

    def __init__(self, names: Sequence[str], hand_on: Callable[[Outcome], None]) -> None:
        self._position = {name: index for index, name in enumerate(names)}
        self._hand_on = hand_on
        self._waiting: dict[int, Outcome] = {}
        self._next = 0

    def add(self, outcome: Outcome) -> None:
        """Take an outcome, and hand on what is no longer held back."""
        self._waiting[self._position[outcome.source]] = outcome
        while self._next in self._waiting:
            self._next += 1
            self._hand_on(self._waiting.pop(self._next - 1))

    def flush(self) -> None:
        """Hand on what waits for outcomes that will not come."""
        for index in sorted(self._waiting):
            self._hand_on(self._waiting.pop(index))
