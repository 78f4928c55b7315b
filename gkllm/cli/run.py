"""`gkllm extract`: what it does."""

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gkllm.cli.configuration import configure
from gkllm.cli.messages import Messages, complain, complain_unwritable
from gkllm.cli.output import DataSink, InputOrder, Sink, ViewSink, choose_format, choose_layout, told_beside
from gkllm.cli.process import BROKEN_PIPE, INTERRUPTED, Interrupts, end_output
from gkllm.cli.program import configuration_files
from gkllm.cli.request import BatchOptions, FailOn, Layout, Request, not_standing, without_output
from gkllm.documents.source import Refused, Source, discover
from gkllm.errors import UNWRITABLE, ConfigurationError, GkllmError, as_failure
from gkllm.export import Format, Standing, Writing, resume
from gkllm.extraction import Extractor, Outcome
from gkllm.form import Forms
from gkllm.language import counted, named, reason_of, said
from gkllm.settings import Settings

UNREAD, USAGE, FINDINGS, UNANSWERED = 1, 2, 3, 4


@dataclass(slots=True)
class Tally:
    """Counts of reports written, of reports with broken relations and of cells to review, and the names of the inputs
    that are finished and of those in which something was not read.

    `unanswered` counts reports about which a model was asked and gave no usable answer, `why` is what befell the last.
    """

    written: int = 0
    broken: int = 0
    to_review: int = 0
    finished: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    unanswered: int = 0
    why: str = ""

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.finished.add(outcome.source)
        if outcome.report is None:
            self.unread.add(outcome.source)
            return
        self.written += 1
        self.broken += any(violation.is_broken for violation in outcome.report.violations)
        self.to_review += sum(cell.needs_review for cell in outcome.report.cells)
        if outcome.unanswered:
            self.unanswered += 1
            self.why = outcome.exchanges[-1].error or ""

    def told(self) -> Iterator[str]:
        """The counts in words."""
        yield counted("{count} report written", "{count} reports written", self.written)
        yield counted("{count} input not read", "{count} inputs not read", len(self.unread))
        yield counted(
            "{count} report there has broken relations",
            "{count} reports there have broken relations",
            self.broken,
        )
        yield counted("{count} cell needs review", "{count} cells need review", self.to_review)

    def status(self, fail_on: FailOn | None, *, needs_model: bool) -> int:
        """The exit status the counts amount to; an unread input outweighs a silent model, and that findings."""
        if self.unread:
            return UNREAD
        if needs_model and self.unanswered:
            return UNANSWERED
        if (fail_on and self.broken) or (fail_on == "review" and self.to_review):
            return FINDINGS
        return 0


def run(request: Request) -> int:
    """Extract what was asked for, write it, and return the exit status."""
    try:
        format_ = choose_format(request.format_, request.output, resume=request.resume)
        settings = configure(request.options, os.environ, configuration_files(), use_cache=request.use_cache)
        if request.store is not None:
            return _into_store(request, request.store, settings)
        if request.batch != BatchOptions():
            raise ConfigurationError("--jobs and the limits of a document are for a store: add -o NAME.db")
        extractor = Extractor(settings)
        standing = resume(request.output) if request.resume and request.output else Standing()
        inputs = list(
            not_standing(without_output(discover(request.files), request, extractor.forms), standing)
        )
        if request.explain and len(inputs) != 1:
            raise ConfigurationError(
                "--explain shows one report, and {count} files were given", count=len(inputs)
            )
        messages = Messages(len(inputs), quiet=request.quiet, json_log=request.json_log)
        sink = _open_sink(request, format_, inputs, extractor.forms, messages)
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except OSError as error:
        complain_unwritable(request.output, error)
        return UNREAD
    except KeyboardInterrupt:
        complain(said("interrupted: no input is finished"))
        return INTERRUPTED
    tally = Tally(broken=standing.broken, to_review=standing.to_review)
    return _Run(request, settings, extractor, inputs, sink, messages, tally, standing).status()


def _into_store(request: Request, store: str, settings: Settings) -> int:
    # What a store is made of is loaded for no other output.
    from gkllm.cli.batch_run import run_batch

    if request.format_ is not None or request.layout != Layout() or request.explain:
        raise ConfigurationError(
            "--format, --wide and --explain are not for a store: gkllm export writes what it holds"
        )
    return run_batch(request, store, settings)


def _open_sink(
    request: Request,
    format_: Format | None,
    inputs: Sequence[Source | Refused],
    forms: Forms,
    messages: Messages,
) -> Sink:
    wide = choose_layout(format_, lambda: forms, request.layout)
    if format_ is None:
        return ViewSink(forms, messages)
    single = len(request.files) == 1 and len(inputs) == 1 and not Path(request.files[0]).is_dir()
    writing = Writing(request.output, format_, single=single, append=request.resume, wide=wide)
    return DataSink(writing, messages, on_terminal=request.output is None and sys.stdout.isatty())


class _Run:
    """One run over its inputs, from the first file to the exit status."""

    def __init__(
        self,
        request: Request,
        settings: Settings,
        extractor: Extractor,
        inputs: list[Source | Refused],
        sink: Sink,
        messages: Messages,
        tally: Tally,
        standing: Standing,
    ) -> None:
        self._request = request
        self._needs_model = settings.reader in ("model", "both")
        self._extractor = extractor
        self._inputs = inputs
        self._sink = sink
        self._messages = messages
        self._tally = tally
        self._standing = standing
        self._interrupts = Interrupts()
        self._order = InputOrder([source.name for source in inputs], self._hand_on)
        # Rules alone finish in the order of the inputs by themselves; a slow answer must not hold a thousand back.
        in_order = request.in_order or settings.model is None or settings.reader == "rules"
        self._take = self._order.add if in_order else self._hand_on

    def status(self) -> int:
        finished = False
        self._messages.start()
        try:
            status = self._extract()
            finished = True
        except BrokenPipeError:
            end_output()
            return BROKEN_PIPE
        except ConfigurationError as error:
            self._messages.failure(str(error))
            return USAGE
        except OSError as error:
            place = self._request.output or said("standard output")
            self._messages.failure(
                said("cannot write {place}: {reason}", place=place, reason=reason_of(error))
            )
            return UNREAD
        finally:
            self._messages.close()
            if not finished:
                self._sink.discard()
        return status

    def _extract(self) -> int:
        interrupted = False
        try:
            with self._interrupts:
                asyncio.run(self._extract_all())
        except KeyboardInterrupt:
            interrupted = True
        self._order.flush()
        self._messages.close()
        if interrupted and not self._tally.written:
            self._sink.discard()
        else:
            self._sink.finish()
        self._say_what_was_written(interrupted)
        if interrupted:
            return INTERRUPTED
        return self._tally.status(self._request.fail_on, needs_model=self._needs_model)

    async def _extract_all(self) -> None:
        for source in self._inputs:
            if isinstance(source, Refused):
                self._finished(Outcome(source.name, report=None, failure=source.error, exchanges=()))
        sources = (source for source in self._inputs if isinstance(source, Source))
        try:
            async for outcome in self._extractor.extract_all(sources):
                self._finished(outcome)
        finally:
            await self._extractor.aclose()

    def _finished(self, outcome: Outcome) -> None:
        with self._interrupts.held():
            self._take(outcome)
            self._messages.done()

    def _hand_on(self, outcome: Outcome) -> None:
        if outcome.report is not None and self._standing.holds(outcome.report.source):
            return
        try:
            self._sink.write(outcome)
            if self._request.explain:
                self._explain(outcome)
        except (GkllmError, OSError):
            raise
        except Exception as error:
            outcome = replace(outcome, report=None, failure=as_failure(error, outcome.source, UNWRITABLE))
        self._tally.add(outcome)
        if outcome.failure is not None and outcome.report is None:
            self._messages.failure(named(outcome.source, str(outcome.failure)))

    def _explain(self, outcome: Outcome) -> None:
        from rich.console import Console

        from gkllm.terminal.explain import render_explanation

        # Beside data, standard output is the data's alone.
        view = isinstance(self._sink, ViewSink)
        console = Console(stderr=not view, markup=False, highlight=False, emoji=False)
        forms = self._extractor.forms
        form = forms[outcome.report.form] if outcome.report else forms.first
        console.print(render_explanation(outcome.exchanges, outcome.report, form))

    def _say_what_was_written(self, interrupted: bool) -> None:
        tally = self._tally
        if tally.unanswered:
            self._messages.failure(
                said(
                    "the model gave no usable answer for {unanswered} of {written} reports, which were read by "
                    "the rules alone; last: {why}",
                    unanswered=tally.unanswered,
                    written=tally.written,
                    why=tally.why,
                )
            )
        if interrupted:
            self._messages.failure(
                said(
                    "interrupted: {count} of {total} inputs are finished",
                    count=len(tally.finished),
                    total=len(self._inputs),
                )
            )
        elif self._request.output is not None:
            self._messages.note(named(self._request.output, "; ".join(tally.told())))
            if told := told_beside(self._sink.beside):
                self._messages.note(told)
