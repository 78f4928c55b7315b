"""`gkllm eval`: its options."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gkllm.cli.extract import Quiet
from gkllm.cli.program import Command, Group


class _SuiteByDefault(Group):
    """`gkllm eval SUITE` is `gkllm eval run SUITE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args.insert(0, "run")
        return super().parse_args(ctx, args)


eval_app = typer.Typer(
    cls=_SuiteByDefault,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Measure readers, prompts and models on labelled reports, and compare results.\n\n"
    "gkllm eval SUITE runs a suite; gkllm eval compare A B compares two results.",
)

SuiteFile = Annotated[Path, typer.Argument(metavar="SUITE", help="A suite's TOML file.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="Where PATH.json and PATH.md are written; by default results/NAME beside the suite, where what "
        "stands is not written over.",
    ),
]
Systems = Annotated[
    list[str] | None,
    typer.Option("--system", metavar="NAME", help="Run only this system of the suite; may be repeated."),
]
Offline = Annotated[
    bool,
    typer.Option("--offline", help="Replay recordings only: an answer not recorded counts as a failure."),
]
Concurrency = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Documents and questions under way at once.")
]
Prices = Annotated[Path | None, typer.Option(metavar="FILE", help="A price table, instead of the suite's.")]
MinAccuracy = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, metavar="SHARE", help="Fail where a system has a smaller share of cells right."
    ),
]
MaxSilent = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Fail where a system has more cells wrong and not marked."),
]
Check = Annotated[
    Path | None,
    typer.Option(metavar="RESULT", help="Fail where the result is not exactly this one, versions aside."),
]


@eval_app.command("run", cls=Command)
def run_command(
    suite: SuiteFile,
    output: Output = None,
    system: Systems = None,
    offline: Offline = False,
    concurrency: Concurrency = None,
    prices: Prices = None,
    min_accuracy: MinAccuracy = None,
    max_silent: MaxSilent = None,
    check: Check = None,
    quiet: Quiet = False,
) -> None:
    """Run a suite, print its table, and write the result as JSON and Markdown.

    An interrupted run is continued by running it again. Exit status: 0 measured; 1 a fixture is invalid or a
    model's endpoint cannot be used (what was finished is kept); 2 wrong usage; 4 a limit or --check is not kept;
    130 interrupted.
    """
    from gkllm.cli.measure import Request, measure
    from gkllm.evaluation.results import Gate

    request = Request(
        suite=suite,
        output=output or suite.parent / "results" / suite.stem,
        systems=tuple(system or ()),
        offline=offline,
        concurrency=concurrency,
        prices=prices,
        gate=Gate(min_accuracy=min_accuracy, max_silent=max_silent),
        check=check,
        quiet=quiet,
        overwrite=output is not None,
    )
    raise typer.Exit(measure(request))


@eval_app.command("compare", cls=Command)
def compare_command(
    a: Annotated[Path, typer.Argument(metavar="A", help="A result's JSON file.")],
    b: Annotated[
        Path, typer.Argument(metavar="B", help="Another's, or the same for two systems of one run.")
    ],
    left: Annotated[str | None, typer.Option(metavar="NAME", help="The system of A.")] = None,
    right: Annotated[str | None, typer.Option(metavar="NAME", help="The system of B.")] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the bootstrap.")] = 1,
) -> None:
    """Compare two results cell by cell, and say whether the difference is more than luck."""
    from gkllm.cli.messages import complain
    from gkllm.errors import ConfigurationError
    from gkllm.evaluation.comparison import compare, pairs, render_comparison
    from gkllm.evaluation.results import load_result

    try:
        one, other = load_result(a), load_result(b)
        chosen = [(left or right, right or left)] if left or right else pairs(one, other)
        for first, second in chosen:
            typer.echo(render_comparison(compare(one, str(first), other, str(second), seed=seed)))
    except ConfigurationError as error:
        complain(str(error))
        raise typer.Exit(2) from error
