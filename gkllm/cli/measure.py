"""`gkllm eval SUITE`: what it does."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from gkllm.cli.messages import Messages, complain
from gkllm.cli.process import INTERRUPTED
from gkllm.errors import ConfigurationError, EvaluationStopped
from gkllm.evaluation.comparison import compare, render_comparison
from gkllm.evaluation.markdown import render_markdown, render_table
from gkllm.evaluation.results import Gate, SuiteResult, differences, load_result
from gkllm.evaluation.run import ProgressLog, run_suite
from gkllm.evaluation.suite import Suite, System, load_prices, load_suite
from gkllm.evaluation.summary import measurement, summarise
from gkllm.language import reason_of, said

INCOMPLETE, USAGE, GATE = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Request:
    """The command line, taken apart. `output` is the result's path without a suffix; with `overwrite` it was named."""

    suite: Path
    output: Path
    systems: tuple[str, ...]
    offline: bool
    concurrency: int | None
    prices: Path | None
    gate: Gate
    check: Path | None
    quiet: bool
    overwrite: bool = False

    def beside_output(self, suffix: str) -> Path:
        """The output's path with a suffix added to whatever it has."""
        return self.output.with_name(self.output.name + suffix)


def measure(request: Request) -> int:
    """Run the suite, print and write its result, and return the exit status."""
    try:
        expected = load_result(request.check) if request.check else None
        suite = _configured(load_suite(request.suite), request)
        systems = _chosen(suite, request)
        log = ProgressLog(
            request.beside_output(".partial.jsonl"), measurement(suite, [system.name for system in systems])
        )
        interrupted = _run(request, suite, systems, log)
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except EvaluationStopped as error:
        complain(
            said(
                "{error}; {count} readings are kept, run again to go on", error=error, count=len(log.records)
            )
        )
        return INCOMPLETE
    except OSError as error:
        complain(
            said(
                "cannot write {place}: {reason}",
                place=error.filename or request.output,
                reason=reason_of(error),
            )
        )
        return INCOMPLETE
    if interrupted:
        complain(
            said("interrupted: {count} readings are finished, run again to go on", count=len(log.records))
        )
        return INTERRUPTED
    return _conclude(request, suite, systems, log, expected)


def _configured(suite: Suite, request: Request) -> Suite:
    if request.prices:
        suite = replace(suite, prices=load_prices(request.prices))
    if request.concurrency:
        suite = replace(suite, concurrency=request.concurrency)
    if request.offline:
        systems = tuple(
            replace(system, model=system.model.model_copy(update={"offline": True}))
            if system.model
            else system
            for system in suite.systems
        )
        suite = replace(suite, systems=systems)
    return suite


def _chosen(suite: Suite, request: Request) -> tuple[System, ...]:
    if not request.systems:
        return suite.systems
    known = {system.name: system for system in suite.systems}
    for name in request.systems:
        if name not in known:
            raise ConfigurationError(
                "{path}: no system {name!r}; there are {known}",
                path=suite.path,
                name=name,
                known=", ".join(known),
            )
    return tuple(known[name] for name in request.systems)


def _run(request: Request, suite: Suite, systems: Sequence[System], log: ProgressLog) -> bool:
    """Whether it was interrupted."""
    total = len(suite.documents) * sum(system.repeats for system in systems)
    messages = Messages(total, quiet=request.quiet, doing=said("measuring"))
    messages.start()
    for _ in log.records:
        messages.done()
    try:
        asyncio.run(
            run_suite(
                suite,
                systems,
                log,
                api_key=os.environ.get("OPENAI_API_KEY"),
                recordings=request.beside_output(".answers"),
                told=lambda _: messages.done(),
            )
        )
    except KeyboardInterrupt:
        return True
    finally:
        messages.close()
    return False


def _conclude(
    request: Request,
    suite: Suite,
    systems: Sequence[System],
    log: ProgressLog,
    expected: SuiteResult | None,
) -> int:
    result = summarise(suite, systems, log.records)
    typer.echo(render_table(result))
    for line in _pairwise(result):
        typer.echo("\n" + line)
    _write(request, result)
    log.remove()
    for line in suite.invalid:
        complain(said("left out: {line}", line=line))
    failures = list(_failures(request, suite, result, expected))
    for line in failures:
        complain(line)
    return GATE if failures else INCOMPLETE if suite.invalid else 0


def _write(request: Request, result: SuiteResult) -> None:
    """Write the result; where one stands that nobody said to write over, it is left as it is, and that is told."""
    data, page = request.beside_output(".json"), request.beside_output(".md")
    texts = {data: result.to_json(), page: _with_comparisons(result)}
    stands = [path for path in texts if not request.overwrite and path.exists()]
    if stands:
        complain(
            said(
                "{data} stands already and is left as it is: -o {output} writes over it",
                data=stands[0],
                output=request.output,
            )
        )
        return
    request.output.parent.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    if not request.quiet:
        complain(said("result written to {data} and {page}", data=data, page=page))


def _pairwise(result: SuiteResult) -> Iterator[str]:
    """Every system against the first."""
    first, *others = (system.name for system in result.systems)
    for name in others:
        found = compare(result, first, result, name, seed=result.seed)
        yield render_comparison(found, cells=False)


def _with_comparisons(result: SuiteResult) -> str:
    compared = "\n\n".join(_pairwise(result))
    section = f"\n## Paired comparisons\n\n```text\n{compared}\n```\n" if compared else ""
    return render_markdown(result) + section


def _failures(
    request: Request, suite: Suite, result: SuiteResult, expected: SuiteResult | None
) -> Iterator[str]:
    for system in result.systems:
        yield from request.gate.failures(system.name, system.counts)
        if system.name in suite.gates:
            yield from suite.gates[system.name].failures(system.name, system.counts)
    if expected is not None:
        for line in differences(expected, result):
            yield said("not as in {check}: {line}", check=request.check, line=line)
