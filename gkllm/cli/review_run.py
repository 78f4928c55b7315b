"""`gkllm review`: what it does."""

import gc
import getpass
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gkllm.cli.configuration import configure
from gkllm.cli.messages import Messages, complain, complain_unwritable
from gkllm.cli.output import choose_format, choose_layout, told_beside
from gkllm.cli.process import BROKEN_PIPE, INTERRUPTED, end_output, place_of, streamed_to
from gkllm.cli.program import configuration_files
from gkllm.cli.request import Layout
from gkllm.cli.review_text import left_out, print_queue, print_stats
from gkllm.errors import ConfigurationError, GkllmError
from gkllm.export import Writing
from gkllm.form import Forms, load_forms
from gkllm.language import counted, said
from gkllm.results import Results, read_results
from gkllm.review.corrected import apply_decisions
from gkllm.review.log import Log
from gkllm.review.session import Choices, Session
from gkllm.review.source_lines import describe_sources, find_sources
from gkllm.review.standing import Ledger, compute_stats, fold, stale_decisions
from gkllm.review.stored_log import open_log

UNUSABLE, USAGE = 1, 2


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """The command's options, as they were given."""

    results: str
    apply: bool = False
    output: Path | None = None
    stats: bool = False
    list_: bool = False
    plain: bool = False
    sample: int = 0
    seed: int = 0
    independent: bool = False
    reviewer: str | None = None
    log: Path | None = None
    rules: Path | None = None
    form: Path | None = None


def run_review(request: ReviewRequest) -> int:
    """Do what was asked, and return the exit status."""
    try:
        _require_sense(request)
        results = read_results(request.results, in_review=not request.apply and not request.sample)
        # The reports stay to the end; searching them for garbage would hold up the start, and a key now and then.
        gc.freeze()
        log = open_log(request.results, request.log)
        for warning in results.warnings:
            complain(warning)
        if request.stats:
            return _stats(log)
        if request.apply:
            return _apply(request, results, log)
        return _review(request, results, log)
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except GkllmError as error:
        complain(str(error))
        return UNUSABLE
    except BrokenPipeError:
        end_output()
        return BROKEN_PIPE
    except OSError as error:
        complain_unwritable(request.output, error)
        return UNUSABLE
    except KeyboardInterrupt:
        complain(said("interrupted: every decision made is kept"))
        return INTERRUPTED


def _require_sense(request: ReviewRequest) -> None:
    if sum((request.apply, request.stats, request.list_)) > 1:
        raise ConfigurationError("--apply, --stats and --list are three different things: choose one")
    if request.apply and request.output is None:
        raise ConfigurationError("--apply needs --output PATH: the results themselves are never changed")
    if request.output is not None and not request.apply:
        raise ConfigurationError("--output is where --apply writes: add --apply")


def _review(request: ReviewRequest, results: Results, log: Log) -> int:
    if not request.list_:
        log.require_writable()
    ledger = Ledger(log)
    choices = Choices(_reviewer(request), request.sample, request.seed, request.independent)
    session = Session(results, ledger, choices, _forms(request))
    if request.list_:
        _say_all(ledger.warnings)
        print_queue(session)
        return 0
    standing = ledger.everything()
    sources = find_sources(results)
    messages = [*ledger.warnings, *left_out(standing, stale_decisions(standing, results), log.place)]
    if about := describe_sources(list(sources.values())):
        messages.append(about)
    _say_all(messages)
    if not session.queue:
        complain(said("nothing in {place} is open", place=results.place))
        return 0
    if request.plain or not _has_screen():
        from gkllm.review.plain import PlainReview

        PlainReview(session, sys.stdin, sys.stdout).run()
    else:
        from gkllm.review.screen.app import ReviewApp

        ReviewApp(session, sources, messages, light=_is_light()).run()
    told = counted("{count} cell is open", "{count} cells are open", len(session.queue))
    complain(said("{told}; decisions are in {place}", told=told, place=log.place))
    return 0


def _apply(request: ReviewRequest, results: Results, log: Log) -> int:
    assert request.output is not None, "required before"
    place = place_of(str(request.output))
    format_ = streamed_to(str(request.output)) or choose_format(None, place, resume=False)
    assert format_ is not None, "an output names a format"
    inputs = {stored.file.resolve() for stored in results.reports} | {Path(log.place).resolve()}
    if request.output.resolve() in inputs:
        raise ConfigurationError("cannot write {output}: it is one of the inputs", output=request.output)
    content = log.read()
    _say_all(content.warnings)
    standing, forms = fold(content.entries), _forms(request)
    wide = choose_layout(format_, lambda: forms, Layout())
    writing = Writing(place, format_, single=results.single, wide=wide)
    messages = Messages(len(results.reports), quiet=False, doing=said("correcting"))
    messages.start()
    decided = still_open = 0
    try:
        with writing:
            for applied in apply_decisions(results, standing, forms):
                writing.write(applied.report)
                decided += applied.decided
                still_open += applied.open
                messages.done()
    finally:
        messages.close()
    _say_all(left_out(standing, stale_decisions(standing, results), log.place))
    if told := told_beside(writing.beside):
        complain(told)
    complain(
        said(
            "{written} to {output}: {decided}, {still_open}",
            written=counted("{count} report written", "{count} reports written", len(results.reports)),
            output=place or said("standard output"),
            decided=counted("{count} cell decided", "{count} cells decided", decided),
            still_open=counted("{count} still needs review", "{count} still need review", still_open),
        )
    )
    return 0


def _stats(log: Log) -> int:
    content = log.read()
    _say_all(content.warnings)
    if content.entries:
        print_stats(compute_stats(fold(content.entries)))
    else:
        complain(said("no decision is in {place} yet", place=log.place))
    return 0


def _forms(request: ReviewRequest) -> Forms:
    """The forms that extraction would read by here, with the rules of a file that is configured."""
    given = {"rules": request.rules, "form": request.form}
    options = {"reader": "rules", **{name: path for name, path in given.items() if path}}
    settings = configure(options, os.environ, configuration_files())
    return load_forms(settings.rules, settings.form)


def _reviewer(request: ReviewRequest) -> str:
    if request.reviewer is not None and request.reviewer.strip():
        return request.reviewer.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise ConfigurationError("the user's name is not known: add --reviewer NAME") from None


def _has_screen() -> bool:
    dumb = os.environ.get("TERM", "") in ("", "dumb", "unknown")
    # The screen is drawn on standard error.
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)) and not dumb


def _is_light() -> bool:
    """Whether the terminal says that its background is light (the variable rxvt and many others set)."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return background in ("7", "15")


def _say_all(messages: Iterable[str]) -> None:
    for message in messages:
        complain(message)
