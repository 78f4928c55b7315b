"""`gkllm review`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from gkllm.cli.export import Results
from gkllm.cli.extract import OwnForm, Rules

Apply = Annotated[bool, typer.Option("--apply", help="Write corrected reports to --output.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="PATH", help="Where --apply writes; the suffix tells the format."),
]
Stats = Annotated[
    bool, typer.Option("--stats", help="Print pace, agreement, and how often the program was right.")
]
List = Annotated[bool, typer.Option("--list", help="Print the queue, tab-separated.")]
Plain = Annotated[bool, typer.Option("--plain", help="Ask line by line instead of drawing a screen.")]
Sample = Annotated[
    int, typer.Option(metavar="N", min=0, help="Mix N randomly drawn confident cells into the queue.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="Draw another sample.")]
Independent = Annotated[
    bool, typer.Option("--independent", help="Queue what only others decided as well, to measure agreement.")
]
Reviewer = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who decides; the user's name if left out.")
]
Log = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH", help="The log of decisions; in the store or beside the results if left out."
    ),
]


def review_command(
    results: Results,
    apply: Apply = False,
    output: Output = None,
    stats: Stats = False,
    list_: List = False,
    plain: Plain = False,
    sample: Sample = 0,
    seed: Seed = 0,
    independent: Independent = False,
    reviewer: Reviewer = None,
    log: Log = None,
    rules: Rules = None,
    form: OwnForm = None,
) -> None:
    """Decide what needs a person, and correct the reports.

    Cells that need review come one by one, the most valuable first.

    Decisions are appended to a log beside the results as they are made; --apply folds them into corrected reports.

    Exit status: 0 done; 1 the results or the log cannot be used; 2 wrong usage; 130 interrupted (every decision
    made so far is kept).
    """
    from gkllm.cli.review_run import ReviewRequest, run_review

    request = ReviewRequest(
        results=results,
        apply=apply,
        output=output,
        stats=stats,
        list_=list_,
        plain=plain,
        sample=sample,
        seed=seed,
        independent=independent,
        reviewer=reviewer,
        log=log,
        rules=rules,
        form=form,
    )
    raise typer.Exit(run_review(request))
