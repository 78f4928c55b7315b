"""`gkllm model`: what its commands take. What they do is loaded when they run."""

from typing import Annotated

import typer

from gkllm.cli.program import Command, Group

model_app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Look at the language model that is configured.",
)


@model_app.callback()
def _group() -> None:
    """A group, also while it has one command."""


@model_app.command("check", cls=Command)
def check_command(
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The model's name at the endpoint, or local:PATH.gguf."),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="An OpenAI-compatible endpoint.")
    ] = None,
) -> None:
    """Ask one small question, and print what the endpoint takes, how fast it is and what a report would cost.

    What is learnt is remembered. Exit status: 0 it can be used; 2 wrong usage; 4 it gave no usable answer.
    """
    from gkllm.cli.model_check import check

    given = {"model": model, "base_url": base_url}
    raise typer.Exit(check({key: value for key, value in given.items() if value is not None}))
