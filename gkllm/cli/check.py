"""`gkllm check`: its options."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gkllm.cli.extract import FailOn, Lang, Rules

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE", help="Results of gkllm extract: stores, .json or .jsonl.", show_default=False
    ),
]
Tree = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH", help="A CSV file of parent,child by issuer: a parent is its children's sum."
    ),
]
Form = Annotated[
    Path | None,
    typer.Option("--form", metavar="FOLDER", help="A form of your own, besides those that are shipped."),
]
FormatOption = Annotated[
    Literal["json"] | None, typer.Option("--format", help="Write the findings as data instead of sentences.")
]


def check_command(
    files: Files,
    tree: Tree = None,
    rules: Rules = None,
    form: Form = None,
    format_: FormatOption = None,
    lang: Lang = "en",
    fail_on: FailOn = None,
) -> None:
    """Check results again, and against each other: over the years of an issuer, and over a hierarchy.

    Exit status: 0 every file was read; 1 at least one was not (the others are still checked); 2 wrong usage;
    3 see --fail-on.
    """
    from gkllm.cli.checking import run_check

    raise typer.Exit(run_check(tuple(files), tree, rules, form, format_, lang, fail_on))
