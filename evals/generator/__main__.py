"""Generate noisy reports, each with its truth beside it: python -m evals.generator --help."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from evals.generator.kinds import KINDS, where_seen
from evals.generator.levels import Layout
from evals.generator.request import SyntheticRequest, write_reports
from gkllm.cli.messages import Messages, complain
from gkllm.data_file import first_flaw
from gkllm.errors import ConfigurationError

Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where the reports are written.")
]
Reports = Annotated[int, typer.Option(min=1, metavar="N", help="How many, over all layouts.")]
Seed = Annotated[
    int, typer.Option(metavar="S", help="The first report's seed; each next report's is one more.")
]
LayoutOption = Annotated[
    Literal[Layout, "all"],
    typer.Option("--layout", help="How the tables are printed; all takes the layouts in turn."),
]
Noise = Annotated[
    Literal["clean", "moderate", "heavy"],
    typer.Option(
        help="Moderate: one cell in eight and one label in ten bear noise; heavy: three times that."
    ),
]
NoiseKind = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=RATE",
        help="Give one kind of noise a rate of its own among what can bear it; may be repeated.",
    ),
]
Without = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Leave out one kind of noise; may be repeated.")
]
Mistakes = Annotated[
    float | None,
    typer.Option(min=0, max=1, metavar="RATE", help="Share of reports that contradict themselves."),
]
ListKinds = Annotated[
    bool, typer.Option("--list", help="List the kinds of noise and where each was seen, and stop.")
]

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def synth(
    output: Output = None,
    reports: Reports = 10,
    seed: Seed = 1,
    layout: LayoutOption = "all",
    noise: Noise = "moderate",
    noise_kind: NoiseKind = None,
    without: Without = None,
    mistakes: Mistakes = None,
    list_: ListKinds = False,
) -> None:
    """Generate noisy reports, each with its truth beside it.

    The same options always give the same reports. Exit status: 0 all were written; 1 they could not be; 2 wrong
    usage.
    """
    if list_:
        for kind in KINDS:
            often = "" if kind.usual else " (only where asked for by name)"
            typer.echo(f"{kind.name}: {kind.befalls}, {kind.meaning}{often}. Seen {where_seen(kind)}.")
        return
    messages = Messages(reports, quiet=False, doing="generating")
    try:
        if output is None:
            raise ConfigurationError("where to? name a folder with --output (-o)")
        request = SyntheticRequest(
            reports=reports,
            seed=seed,
            layout=layout,
            noise=noise,
            noise_kinds=_own_rates(noise_kind or ()),
            without=without or [],
            mistakes=mistakes,
        )
        messages.start()
        write_reports(output, request, messages.done)
    except (ConfigurationError, ValidationError) as error:
        complain(first_flaw(error) if isinstance(error, ValidationError) else str(error))
        raise typer.Exit(2) from error
    except OSError as error:
        complain(f"cannot write {error.filename or output}: {(error.strerror or str(error)).lower()}")
        raise typer.Exit(1) from error
    finally:
        messages.close()


def _own_rates(given: Iterable[str]) -> dict[str, float]:
    rates: dict[str, float] = {}
    for text in given:
        kind, _, rate = text.partition("=")
        try:
            rates[kind] = float(rate)
        except ValueError:
            rates[kind] = -1.0
        if not 0 <= rates[kind] <= 1:
            raise ConfigurationError(f"{text!r} is not NAME=RATE with a rate from 0 to 1")
    return rates


if __name__ == "__main__":
    app(prog_name="python -m evals.generator")
