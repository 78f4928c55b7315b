"""When an endpoint is given up, so that a whole batch does not wait for one that is dead."""

import asyncio
import time
from collections.abc import Callable

from gkllm.errors import ModelUnreachable

_FAILURES_BEFORE_ANY_ANSWER = 3
_FAILURES = 6
_PROBE_AFTER = 30.0
_LONGEST_PAUSE = 960.0


class Breaker:
    """Counts an endpoint's failures in a row; open, it lets no request through.

    Failures at the same moment count as one: with sixteen requests under way, one hiccup fails all sixteen. An open
    breaker lets one request through after 30 seconds, then after twice as long each time; an answer closes it. Where
    the key or the model's name was refused before there was any answer, it stays open.

    `probing` is how many requests may be under way before the first answer, so that a wrong key costs no more calls.
    """

    def __init__(self, host: str, probing: int = 2, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._clock = clock
        self._probing = probing
        self._under_way = 0
        self._answered = False
        self._failures = 0
        self._last_failure = float("-inf")
        self._reason = ""
        self._retry_at = 0.0
        self._pause = _PROBE_AFTER
        self._changed = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether the endpoint is given up for now."""
        return bool(self._reason)

    async def enter(self) -> float:
        """Wait for a turn, and return the moment it began, for `failed`. `leave` must follow.

        Raises ModelUnreachable where the endpoint is given up.
        """
        while not self._answered and self._under_way >= self._probing and not self._reason:
            await self._next_change()
        now = self._clock()
        if self._reason:
            if now < self._retry_at:
                raise ModelUnreachable("{host} was given up: {reason}", host=self._host, reason=self._reason)
            self._retry_at = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._under_way += 1
        return now

    def leave(self) -> None:
        """A request that entered is over, however it ended."""
        self._under_way -= 1
        self._tell()

    def answered(self) -> None:
        """The endpoint answered, whatever the answer is worth."""
        self._answered, self._failures, self._reason, self._pause = True, 0, "", _PROBE_AFTER
        self._tell()

    def failed(self, began: float, reason: str) -> None:
        """A request that began then has failed in a way that others may share."""
        if began < self._last_failure:
            return
        self._last_failure = self._clock()
        self._failures += 1
        if self._failures >= (_FAILURES if self._answered else _FAILURES_BEFORE_ANY_ANSWER):
            self._open(reason, self._last_failure + self._pause)

    def refused(self, reason: str) -> None:
        """The key or the model's name was refused: before any answer, every other request would be too."""
        if self._answered:
            self.failed(self._clock(), reason)
        else:
            self._open(reason, float("inf"))

    async def sleep(self, seconds: float) -> None:
        """Wait so long, or until the endpoint is given up."""
        until = self._clock() + seconds
        while not self._reason and (left := until - self._clock()) > 0:
            await self._next_change(left)

    def change_loop(self) -> None:
        """Nobody waits any more, and the next request may come from another loop; what is known stays."""
        self._under_way = 0
        self._tell()

    def _open(self, reason: str, retry_at: float) -> None:
        if not self._reason:
            self._reason, self._retry_at = reason, retry_at
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _next_change(self, seconds: float | None = None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
