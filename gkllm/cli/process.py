"""Standard output, which may be of any encoding, be full, or be read by nobody any more; and Ctrl-C.

Ctrl-C ends a run at once, in the middle of a document, but never in the middle of a line that is written.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Literal, NoReturn

BROKEN_PIPE = 141
"""The exit status where nobody reads on, as shells give it."""
STANDARD_OUTPUT = "-"


def take_any_text() -> None:
    """Let a terminal or a pipe of another encoding show what it can rather than fail."""
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="replace")


def print_data(text: str) -> None:
    """Write text that programs read: it is UTF-8 whatever the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="replace"))
    sys.stdout.buffer.flush()


def end_output() -> None:
    """Let nothing more be printed, not even at exit: nobody reads it, or it cannot be written."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def streamed_to(output: str | None) -> Literal["jsonl"] | None:
    """The format of data for standard output where none is named; null for any other output."""
    return "jsonl" if output == STANDARD_OUTPUT else None


def place_of(output: str | None) -> Path | None:
    """The file that an output names, null for standard output."""
    return None if output in (None, STANDARD_OUTPUT) else Path(str(output))


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
