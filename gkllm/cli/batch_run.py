"""`gkllm extract -o` of a store: what it does."""

import os
import time
from dataclasses import dataclass, field

from gkllm.batch import Batch, Finished, Limits
from gkllm.cli.messages import Messages, complain
from gkllm.cli.process import INTERRUPTED, Interrupts
from gkllm.cli.request import Request
from gkllm.cli.run import FINDINGS, UNANSWERED, UNREAD, USAGE
from gkllm.documents.source import discover
from gkllm.errors import ConfigurationError, StoreUnusable
from gkllm.language import said
from gkllm.settings import Settings
from gkllm.store import Counts


def run_batch(request: Request, store: str, settings: Settings) -> int:
    """Read what the store does not hold yet, and return the exit status.

    Raises:
        ConfigurationError: the settings cannot be used.
    """
    try:
        batch = Batch(
            store,
            settings,
            jobs=request.batch.jobs or cores(),
            limits=Limits.given(request.batch.seconds, request.batch.memory),
        )
    except StoreUnusable as error:
        complain(str(error))
        return USAGE
    try:
        return _Run(request, settings, batch).status()
    finally:
        batch.close()


@dataclass(slots=True)
class _Tally:
    """Counts of inputs that are done: read now or standing before, and what they came to."""

    began: float = field(default_factory=time.monotonic)
    written: int = 0
    standing: int = 0
    counts: Counts = Counts()  # noqa: RUF009 - frozen
    unanswered: int = 0
    why: str = ""

    @property
    def done(self) -> int:
        return self.written + self.standing

    def add(self, finished: Finished) -> None:
        self.written += finished.state == "written"
        self.standing += finished.state == "standing"
        self.counts += finished.counts
        self.unanswered += finished.unanswered
        self.why = finished.why or self.why

    def rate(self) -> float:
        """Inputs read a second."""
        return self.written / max(time.monotonic() - self.began, 1e-9)

    def remaining(self, total: int) -> float | None:
        """Seconds that the rest will take at this rate; null before there is one."""
        return (total - self.done) / self.rate() if self.written else None


class _Run:
    def __init__(self, request: Request, settings: Settings, batch: Batch) -> None:
        self._request = request
        self._needs_model = settings.reader in ("model", "both")
        self._batch = batch
        self._inputs = list(discover(request.files))
        self._messages = Messages(len(self._inputs), quiet=request.quiet, json_log=request.json_log)
        self._tally = _Tally()

    def status(self) -> int:
        interrupted = False
        if self._batch.asks_a_model and self._request.batch.jobs:
            self._messages.note(
                said("a model is asked: documents are read in one process, and --jobs says nothing")
            )
        self._messages.start()
        try:
            with Interrupts():
                self._batch.run(self._inputs, self._finished)
        except KeyboardInterrupt:
            interrupted = True
        except (StoreUnusable, ConfigurationError) as error:
            self._messages.failure(str(error))
            return UNREAD
        finally:
            self._messages.close()
        self._say_what_was_written(interrupted)
        return INTERRUPTED if interrupted else self._status()

    def _finished(self, finished: Finished) -> None:
        tally, total = self._tally, len(self._inputs)
        tally.add(finished)
        for failure in finished.failures:
            self._messages.failure(failure.message, source=finished.source, kind=failure.kind)
        for warning in finished.warnings:
            self._messages.warning(finished.source, warning)
        left = tally.remaining(total)
        self._messages.done(
            said(
                "{rate:.1f}/s, {failures} failed, {to_review} cells to review",
                rate=tally.rate(),
                failures=tally.counts.failures,
                to_review=tally.counts.to_review,
            ),
            source=finished.source,
            state=finished.state,
            reports=finished.counts.reports,
            to_review=finished.counts.to_review,
            seconds=round(finished.seconds, 4),
            finished=tally.done,
            total=total,
            rate=round(tally.rate(), 2),
            remaining_seconds=None if left is None else round(left, 1),
            failures=tally.counts.failures,
            cells_to_review=tally.counts.to_review,
        )

    def _status(self) -> int:
        counts, fail_on = self._tally.counts, self._request.fail_on
        if counts.failures:
            return UNREAD
        if self._needs_model and self._tally.unanswered:
            return UNANSWERED
        if (fail_on and counts.broken) or (fail_on == "review" and counts.to_review):
            return FINDINGS
        return 0

    def _say_what_was_written(self, interrupted: bool) -> None:
        tally, place = self._tally, self._batch.store.address
        if tally.unanswered:
            self._messages.failure(
                said(
                    "the model gave no usable answer for {unanswered} reports, which were read by the rules "
                    "alone; last: {why}",
                    unanswered=tally.unanswered,
                    why=tally.why,
                )
            )
        if interrupted:
            self._messages.failure(
                said(
                    "interrupted: {done} of {count} inputs are finished and kept in {place}; the same command "
                    "reads the rest",
                    done=tally.done,
                    count=len(self._inputs),
                    place=place,
                )
            )
            return
        self._messages.note(
            said(
                "{written} inputs read into {place} at {rate:.1f}/s, {standing} stood there before, "
                "{failures} failed; of all their {reports} reports {broken} have broken relations, and "
                "{to_review} cells need review",
                written=tally.written,
                place=place,
                rate=tally.rate(),
                standing=tally.standing,
                failures=tally.counts.failures,
                reports=tally.counts.reports,
                broken=tally.counts.broken,
                to_review=tally.counts.to_review,
            )
        )


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
