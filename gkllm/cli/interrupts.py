"""Ctrl-C, which ends a run at once, in the middle of a document, but never in the middle of a line that is written."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
"""The exit status, as shells give it."""


class Interrupts:
    """While it is entered an interrupt is raised where the program is, and within `held` when that ends.

    asyncio's own handler only asks the running task to stop, which it does at its next pause; reading
    by rules has none.
    """

    def __init__(self) -> None:
        self._holding = self._arrived = False

    def __enter__(self) -> "Interrupts":
        # Python runs handlers in the main thread alone, and lets no other thread set one.
        self._previous = (
            signal.signal(signal.SIGINT, self._take)
            if threading.current_thread() is threading.main_thread()
            else None
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing within is interrupted."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._arrived:
            raise KeyboardInterrupt

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self._arrived = True
        if not self._holding:
            raise KeyboardInterrupt


def leave() -> NoReturn:
    """End the program as interrupted. Python would wait for a thread that computes, however long it takes."""
    from gkllm.confined import end_children

    end_children()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)
