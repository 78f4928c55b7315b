"""`gkllm show`: its options."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard input.")]
Html = Annotated[
    bool,
    typer.Option("--html", help="Write a web page instead: the source, and beside it the cells, linked."),
]
Form = Annotated[
    Path | None,
    typer.Option("--form", metavar="FOLDER", help="A form of your own, besides those that are shipped."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write here, not to standard output.")
]


def show_command(file: File, html: Html = False, output: Output = None, form: Form = None) -> None:
    """Show what was understood of a document: its text, its grids, and which labels of the form were found.

    Exit status: 0 it was shown; 1 it could not be read; 2 wrong usage.
    """
    from gkllm.cli.showing import show

    raise typer.Exit(show(file, html=html, output=output, form=form))
