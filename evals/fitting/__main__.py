"""Fit the confidence and measure it: python -m evals.fitting --help."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from evals.fitting.account import dump, render_markdown, render_table
from evals.fitting.calibrate import Calibrated, calibrate, measure
from evals.fitting.charts import reliability_chart, risk_coverage_chart
from evals.fitting.plan import load_plan
from gkllm.cli.messages import Messages, complain
from gkllm.confidence import Calibration, calibration
from gkllm.errors import ConfigurationError, FixtureError
from gkllm.form import load_forms

INCOMPLETE, USAGE, INTERRUPTED = 1, 2, 130
_T = TypeVar("_T")

Plan = Annotated[Path, typer.Option(metavar="PLAN", help="What to fit and to measure on: a TOML file.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="Where PATH.md, PATH.json and the pictures are written; by default results/NAME beside the plan.",
    ),
]
Parameters = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Where the parameters are written; by default into this checkout."),
]
Shipped = Annotated[
    bool,
    typer.Option(
        "--shipped",
        help="Fit and write nothing: measure the parameters that are shipped on the reports held out.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no messages besides failures.")]

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def fitting(
    plan: Plan = Path("evals/calibration.toml"),
    output: Output = None,
    parameters: Parameters = None,
    shipped: Shipped = False,
    quiet: Quiet = False,
) -> None:
    """Fit the confidence on labelled and generated reports, and measure it on reports held out.

    Exit status: 0 done; 1 a file could not be written; 2 wrong usage; 130 interrupted (nothing is written).
    """
    try:
        loaded = load_plan(plan)
        form = load_forms()[loaded.plan.form]
    except (ConfigurationError, FixtureError) as error:
        complain(str(error))
        raise typer.Exit(USAGE) from error
    held_out = loaded.held_out_documents
    if shipped:
        model = calibration(form)
        measured = _told(held_out, quiet, partial(measure, model, loaded))
        typer.echo(render_table(model, (), measured))
        return
    found = _told(loaded.documents + held_out, quiet, partial(calibrate, loaded))
    typer.echo(render_table(found.calibration, (found.cross_validated,), found.held_out))
    results = output or plan.parent / "results" / plan.stem
    kept = parameters or form.own_calibration_file
    try:
        _write(found, results, kept)
    except OSError as error:
        complain(f"cannot write {error.filename or results}: {(error.strerror or str(error)).lower()}")
        raise typer.Exit(INCOMPLETE) from error
    if not quiet:
        complain(f"parameters written to {kept}, the account to {results}.md")


def _told(read: int, quiet: bool, work: Callable[[Callable[[], None]], _T]) -> _T:
    """What the work gives, with its progress over so many documents."""
    messages = Messages(read, quiet=quiet, doing="reading")
    messages.start()
    try:
        return work(messages.done)
    except KeyboardInterrupt as interrupt:
        messages.close()
        complain("interrupted: nothing is written")
        raise typer.Exit(INTERRUPTED) from interrupt
    finally:
        messages.close()


def _write(found: Calibrated, results: Path, parameters: Path) -> None:
    pictures = {
        "reliability": reliability_chart(found.held_out.mixes),
        "risk-coverage": risk_coverage_chart(found.held_out.mixes),
    }
    results.parent.mkdir(parents=True, exist_ok=True)
    written = {
        parameters: _written(found.calibration),
        _beside(results, ".md"): render_markdown(found, results.name, tuple(pictures)),
        _beside(results, ".json"): dump(found),
        **{_beside(results, f"-{name}.svg"): picture for name, picture in pictures.items()},
    }
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")


def _written(calibration: Calibration) -> str:
    """The parameters as JSON, one weight and one point of the curve a line."""
    content = calibration.model_dump(mode="json")
    parts = []
    for name, value in content.items():
        if isinstance(value, dict):
            lines = [f"{json.dumps(key)}: {json.dumps(one)}" for key, one in value.items()]
            shown = "{\n  " + ",\n  ".join(lines) + "\n }"
        elif isinstance(value, list):
            shown = "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]"
        else:
            shown = json.dumps(value)
        parts.append(f" {json.dumps(name)}: {shown}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


if __name__ == "__main__":
    app(prog_name="python -m evals.fitting")
