"""What becomes of outcomes: put in the inputs' order, then data in a format, or a view for a person."""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Protocol

from gkllm.cli.messages import Messages
from gkllm.cli.request import Layout
from gkllm.errors import ConfigurationError
from gkllm.export import BINARY, Format, Wide, Writing, format_of
from gkllm.extraction import Outcome
from gkllm.form import Forms
from gkllm.language import said


class Sink(Protocol):
    """Takes outcomes in the order of the inputs."""

    @property
    def beside(self) -> tuple[str, ...]:
        """The names of the files that stand beside the output once it is finished."""

    def write(self, outcome: Outcome) -> None:
        """Take one outcome."""

    def finish(self) -> None:
        """No outcome follows; let what was written stand."""

    def discard(self) -> None:
        """No outcome follows, and what was written is not to stand."""


def choose_format(format_: Format | None, output: Path | None, *, resume: bool) -> Format | None:
    """The format asked for, else the one the output's suffix stands for; None for a view.

    Raises:
        ConfigurationError: the options contradict each other or leave the format open.
    """
    if format_ is None and output is not None:
        format_ = format_of(output)
    if resume and (format_ != "jsonl" or output is None):
        raise ConfigurationError(
            "--resume needs -o PATH with JSON lines, the one format that can be continued"
        )
    if output is None and format_ in BINARY and sys.stdout.isatty():
        raise ConfigurationError("--format {name} is not for a terminal: add -o PATH", name=format_)
    return format_


def choose_layout(format_: Format | None, forms: Callable[[], Forms], layout: Layout) -> Wide | None:
    """Wide data where that is asked for, and always in Stata's files; null for a row a cell.

    Raises:
        ConfigurationError: it is asked for, and no data; or labels of nothing wide.
    """
    if layout.wide and format_ is None:
        raise ConfigurationError("--wide is for data: add --format, or -o PATH")
    if layout.wide or format_ == "dta":
        return Wide(forms(), labels=layout.labels)
    if layout.labels:
        raise ConfigurationError("--labels is for wide data: add --wide")
    return None


def told_beside(names: Sequence[str]) -> str | None:
    """The files that stand beside an output, in a sentence; null where there are none."""
    return said("beside it: {files}", files=", ".join(names)) if names else None


class DataSink:
    """Reports as data."""

    def __init__(self, writing: Writing, messages: Messages, *, on_terminal: bool) -> None:
        self._writing = writing
        self._messages = messages
        self._on_terminal = on_terminal

    @property
    def beside(self) -> tuple[str, ...]:
        """The names of the files beside the output."""
        return self._writing.beside

    def write(self, outcome: Outcome) -> None:
        """Write the report, if there is one."""
        if outcome.report is None:
            return
        with self._messages.paused() if self._on_terminal else nullcontext():
            self._writing.write(outcome.report)
        for warning in outcome.report.warnings:
            self._messages.warning(outcome.source, warning)

    def finish(self) -> None:
        """Complete the file."""
        self._writing.finish()

    def discard(self) -> None:
        """Leave an earlier file as it was."""
        self._writing.discard()


class ViewSink:
    """Reports as tables for a person, and a line for each where there are several."""

    beside = ()

    def __init__(self, forms: Forms, messages: Messages) -> None:
        from rich.console import Console

        from gkllm.terminal.report import Summary

        self._console = Console(markup=False, highlight=False, emoji=False)
        self._forms = forms
        self._messages = messages
        self._summaries: list[Summary] = []

    def write(self, outcome: Outcome) -> None:
        """Show the report, if there is one."""
        from gkllm.terminal.report import Summary, render_report, summarise

        if outcome.report is None:
            self._summaries.append(Summary(outcome.source, failure=str(outcome.failure)))
            return
        self._summaries.append(summarise(outcome.report))
        with self._messages.paused():
            form = self._forms[outcome.report.form]
            self._console.print(render_report(outcome.report, form, outcome.text))
            self._console.print()

    def finish(self) -> None:
        """Show the lines of several reports."""
        from gkllm.terminal.report import render_summaries

        if len(self._summaries) > 1:
            self._console.print(render_summaries(self._summaries))

    def discard(self) -> None:
        """What a person has seen stands."""


class InputOrder:
    """Holds an outcome back until those of all earlier inputs have been handed on.

    `names` are the inputs' names, one of which each outcome carries as its source. The outcomes of an input that
    holds several reports leave together.
    """

    def __init__(self, names: Sequence[str], hand_on: Callable[[Outcome], None]) -> None:
        self._position = {name: index for index, name in enumerate(dict.fromkeys(names))}
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
