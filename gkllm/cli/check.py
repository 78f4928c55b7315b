"""`gkllm check`: its options."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Results of gkllm extract: .json or .jsonl.", show_default=False),
]
Tree = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH", help="A CSV file of parent,child by issuer: a parent is its children's sum."
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="A TOML file of relations to check besides the built-in ones."),
]
FormatOption = Annotated[
    Literal["json"] | None, typer.Option("--format", help="Write the findings as data instead of sentences.")
]
Lang = Annotated[Literal["en", "zh"], typer.Option(help="The language of the sentences.")]
FailOn = Annotated[
    Literal["error", "review"] | None,
    typer.Option(
        help="Exit with status 3 if a relation is broken (error), or if a cell needs review as well."
    ),
]


def check_command(
    files: Files,
    tree: Tree = None,
    rules: Rules = None,
    format_: FormatOption = None,
    lang: Lang = "en",
    fail_on: FailOn = None,
) -> None:
    """Check results again, and against each other: over the years of an issuer, and over a hierarchy.

    Exit status: 0 every file was read; 1 at least one was not (the others are still checked); 2 wrong usage;
    3 see --fail-on.
    """
    from gkllm.cli.checking import run_check

    raise typer.Exit(run_check(tuple(files), tree, rules, format_, lang, fail_on))
