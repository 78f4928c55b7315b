"""What goes to standard error: failures, notes, and progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gkllm.terminal.words import printable

if TYPE_CHECKING:
    from rich.progress import Progress


def complain(message: str) -> None:
    """One line on standard error, whatever the message holds."""
    line = printable(" ".join(message.split()))
    sys.stderr.write(f"gkllm: {line}\n")
    sys.stderr.flush()


class Messages:
    """Progress over several files, and lines between which it stands; `doing` names what is done to them.

    Progress is shown on a terminal only. `quiet` leaves nothing but failures.
    """

    def __init__(self, total: int, *, quiet: bool, doing: str = "extracting") -> None:
        self._total = total
        self._quiet = quiet
        self._doing = doing
        self._warned: set[str] = set()
        self._progress: Progress | None = None

    def start(self) -> None:
        """Begin to show progress, where there is something to show and someone to see it."""
        if self._total > 1 and not self._quiet and sys.stderr.isatty():
            self._progress = _progress(self._total, self._doing)
            self._progress.start()

    def failure(self, message: str) -> None:
        """Say what went wrong."""
        with self.paused():
            complain(message)

    def note(self, message: str) -> None:
        """Say something worth knowing."""
        if not self._quiet:
            self.failure(message)

    def warning(self, name: str, warning: str) -> None:
        """Pass on a report's warning; one that many reports share is said for the first of them."""
        if warning not in self._warned:
            self._warned.add(warning)
            self.note(warning if warning.startswith(name) else f"{name}: {warning}")

    def done(self) -> None:
        """One more file is finished."""
        if self._progress:
            self._progress.advance(self._progress.task_ids[0])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take progress off the terminal while something else is written there."""
        if self._progress is None:
            yield
            return
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()

    def close(self) -> None:
        """Take progress off the terminal for good."""
        if self._progress:
            self._progress.stop()
            self._progress = None


def _progress(total: int, doing: str) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.add_task(doing, total=total)
    return progress
