"""What goes to standard error: failures, notes, and progress."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gkllm.language import named, reason_of, said
from gkllm.terminal.words import printable

if TYPE_CHECKING:
    from rich.progress import Progress


_EVERY: Final = 10.0
"""Seconds from one line of progress to the next where there is no terminal."""


def complain(message: str) -> None:
    """One line on standard error, whatever the message holds."""
    line = printable(" ".join(message.split()))
    sys.stderr.write(f"gkllm: {line}\n")
    sys.stderr.flush()


def complain_unwritable(place: str | Path | None, error: OSError) -> None:
    """One line on an output that cannot be written; null is standard output."""
    where = place or said("standard output")
    complain(said("cannot write {place}: {reason}", place=where, reason=reason_of(error)))


class Messages:
    """Progress over several files, and lines between which it stands; `doing` names what is done to them.

    On a terminal progress stands below them; elsewhere what is said of it is a line now and then. `quiet` leaves
    nothing but failures. With `json_log` each message, and each file that is done, is a line of JSON for a program.
    """

    def __init__(self, total: int, *, quiet: bool, doing: str = "", json_log: bool = False) -> None:
        self._total = total
        self._done = 0
        self._said_at = time.monotonic()
        self._quiet = quiet
        self._json = json_log
        self._doing = doing or said("extracting")
        self._warned: set[str] = set()
        self._progress: Progress | None = None

    def start(self) -> None:
        """Begin to show progress, where there is something to show and someone to see it."""
        if self._total > 1 and not self._quiet and not self._json and sys.stderr.isatty():
            self._progress = _progress(self._total, self._doing)
            self._progress.start()

    def failure(self, message: str, **facts: object) -> None:
        """Say what went wrong; the facts are for programs alone."""
        self._say("failure", message, facts)

    def note(self, message: str) -> None:
        """Say something worth knowing."""
        if not self._quiet:
            self._say("note", message, {})

    def _say(self, event: str, message: str, facts: Mapping[str, object]) -> None:
        if self._json:
            _log(event, {"message": message, **facts})
            return
        with self.paused():
            complain(message)

    def warning(self, name: str, warning: str) -> None:
        """Pass on a report's warning; one that many reports share is said for the first of them."""
        if warning not in self._warned:
            self._warned.add(warning)
            self.note(named(name, warning))

    def done(self, detail: str = "", **facts: object) -> None:
        """One more file is finished. `detail` says how it goes, and the facts the same for programs."""
        self._done += 1
        if self._progress:
            task = self._progress.task_ids[0]
            self._progress.update(task, advance=1, description=f"{self._doing} {detail}".strip())
        elif self._json and not self._quiet:
            _log("done", facts)
        elif detail and time.monotonic() - self._said_at > _EVERY:
            self._said_at = time.monotonic()
            self.note(
                said("{done} of {total} done, {detail}", done=self._done, total=self._total, detail=detail)
            )

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


def _log(event: str, facts: Mapping[str, object]) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(
        json.dumps({"time": at, "event": event, **facts}, ensure_ascii=False, default=str) + "\n"
    )
    sys.stderr.flush()


def _progress(total: int, doing: str) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
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
