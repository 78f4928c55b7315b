"""What a report and a run may spend on a model: tokens, seconds and money."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gkllm.errors import BudgetSpent
from gkllm.llm.question import TokenUsage

_LEAST_ANSWER = 64
"""Tokens of an answer that are worth a question: a row of seven cells takes some 40."""
_UNLIMITED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Money for a million tokens, in whatever currency."""

    prompt: float
    completion: float

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be spent; null is no limit. Seconds are those since the first question."""

    tokens: int | None = None
    seconds: float | None = None
    cost: float | None = None


class Budget:
    """What is left of some limits, and of those of what it is a part of (`whole`): a report's, of the run's.

    A question reserves its prompt's tokens and the answer's longest before it is asked, so that questions asked at
    once do not exceed the limits together; what it did cost takes the reservation's place.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        price: Price | None = None,
        whole: "Budget | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._limits = limits
        self._price = price
        self._whole = whole
        self._clock = clock
        self._began: float | None = None
        self._tokens = 0
        self._cost = 0.0

    def reserve(self, prompt_tokens: int, answer_tokens: int) -> int:
        """How many tokens an answer may have, no more than `answer_tokens`; they and the prompt's are reserved.

        Raises BudgetSpent where too little is left for the question.
        """
        scarcest = min(self._chain(), key=lambda budget: budget._affordable(prompt_tokens))
        allowed = min(answer_tokens, scarcest._affordable(prompt_tokens))
        if allowed < min(_LEAST_ANSWER, answer_tokens):
            raise BudgetSpent("the tokens or the money that {name} may cost are spent", name=scarcest._name)
        left = self.seconds_left()
        if left is not None and left <= 0:
            raise BudgetSpent("the seconds that {name} may take are over", name=self._name)
        self._spend(prompt_tokens, allowed)
        return allowed

    def settle(self, prompt_tokens: int, reserved: int, usage: TokenUsage) -> None:
        """Put what a question cost in the place of what was reserved for it."""
        self._spend(-prompt_tokens, -reserved)
        self._spend(usage.prompt_tokens, usage.completion_tokens)

    def seconds_left(self) -> float | None:
        """Seconds left from now; null where there is no limit."""
        left = [
            each._limits.seconds - (self._clock() - (each._began or self._clock()))
            for each in self._chain()
            if each._limits.seconds is not None
        ]
        return min(left) if left else None

    def _chain(self) -> Iterable["Budget"]:
        yield self
        if self._whole is not None:
            yield from self._whole._chain()

    def _affordable(self, prompt_tokens: int) -> int:
        """Tokens of an answer that the limits leave room for."""
        room = _UNLIMITED
        if self._limits.tokens is not None:
            room = self._limits.tokens - self._tokens - prompt_tokens
        if self._limits.cost is not None and self._price is not None:
            money = self._limits.cost - self._cost - self._price.cost(prompt_tokens, 0)
            each = self._price.cost(0, 1)
            room = min(room, int(money / each) if each else (_UNLIMITED if money > 0 else 0))
        return max(0, room)

    def _spend(self, prompt_tokens: int, completion_tokens: int) -> None:
        for budget in self._chain():
            budget._began = budget._began if budget._began is not None else self._clock()
            budget._tokens += prompt_tokens + completion_tokens
            if budget._price is not None:
                budget._cost += budget._price.cost(prompt_tokens, completion_tokens)
