"""`gkllm eval calibrate`: what it does."""

from dataclasses import dataclass
from pathlib import Path

import typer

from gkllm.cli.messages import Messages, complain
from gkllm.errors import ConfigurationError, FixtureError
from gkllm.evaluation.calibration.account import dump, render_markdown, render_table
from gkllm.evaluation.calibration.calibrate import Calibrated, calibrate, documents
from gkllm.evaluation.calibration.charts import reliability_chart, risk_coverage_chart
from gkllm.evaluation.calibration.plan import load_plan

INCOMPLETE, USAGE, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True, slots=True)
class Request:
    """The command line, taken apart. `results` is the path of the account without a suffix, `parameters` that of
    the shipped data file."""

    plan: Path
    results: Path
    parameters: Path
    quiet: bool


def run(request: Request) -> int:
    """Fit and measure, print the table, write the files, and return the exit status."""
    try:
        loaded = load_plan(request.plan)
    except (ConfigurationError, FixtureError) as error:
        complain(str(error))
        return USAGE
    messages = Messages(documents(loaded), quiet=request.quiet, doing="reading")
    messages.start()
    try:
        found = calibrate(loaded, messages.done)
    except KeyboardInterrupt:
        messages.close()
        complain("interrupted: nothing is written")
        return INTERRUPTED
    finally:
        messages.close()
    typer.echo(render_table(found))
    try:
        _write(request, found)
    except OSError as error:
        complain(
            f"cannot write {error.filename or request.results}: {(error.strerror or str(error)).lower()}"
        )
        return INCOMPLETE
    if not request.quiet:
        complain(f"parameters written to {request.parameters}, the account to {request.results}.md")
    return 0


def _write(request: Request, found: Calibrated) -> None:
    pictures = {
        "reliability": reliability_chart(found.held_out),
        "risk-coverage": risk_coverage_chart(found.held_out),
    }
    request.results.parent.mkdir(parents=True, exist_ok=True)
    written = {
        request.parameters: found.calibration.model_dump_json(indent=1) + "\n",
        _beside(request.results, ".md"): render_markdown(found, request.results.name, tuple(pictures)),
        _beside(request.results, ".json"): dump(found),
        **{_beside(request.results, f"-{name}.svg"): picture for name, picture in pictures.items()},
    }
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
