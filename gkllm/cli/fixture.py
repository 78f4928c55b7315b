"""`gkllm fixture check` and `gkllm fixture new`."""

from pathlib import Path
from typing import Annotated

import typer

from gkllm.cli.extract import OwnForm
from gkllm.cli.program import Command, Group
from gkllm.language import named, said

fixture_app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Labelled reports: a document, and beside it what it says in NAME.truth.json.",
)

Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="A folder of fixtures.")]
ReportFile = Annotated[
    Path,
    typer.Argument(metavar="REPORT.json", help="A result of gkllm extract or review, every cell settled."),
]
SourceFile = Annotated[
    Path | None,
    typer.Option(
        "--source", metavar="FILE", help="The document, where it is not at the path the report names."
    ),
]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The fixtures' folder.")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Where the document is from.")]
Unsettled = Annotated[
    bool, typer.Option("--unsettled", help="Take over cells that still need review, as they are.")
]


@fixture_app.command("check", cls=Command)
def check_command(folder: Folder = Path("fixtures"), form: OwnForm = None) -> None:
    """Check every fixture of a folder: ids, states, places in the text, relations.

    Exit status: 0 all are sound; 1 one is not; 2 there is none.
    """
    from gkllm.cli.messages import complain
    from gkllm.errors import FixtureError, FormError
    from gkllm.evaluation.fixture import find_fixtures, load_fixture, problems
    from gkllm.form import load_forms

    try:
        paths, forms = find_fixtures(folder), load_forms(own=form)
    except (FixtureError, FormError) as error:
        complain(str(error))
        raise typer.Exit(2) from error
    unsound = 0
    for path in paths:
        try:
            found = [named(path, problem) for problem in problems(load_fixture(path), forms)]
        except FixtureError as error:
            found = [str(error)]
        except FormError as error:
            found = [named(path, str(error))]
        unsound += bool(found)
        for line in found:
            complain(line)
    typer.echo(said("{sound} of {count} fixtures are sound", sound=len(paths) - unsound, count=len(paths)))
    raise typer.Exit(1 if unsound else 0)


@fixture_app.command("new", cls=Command)
def new_command(
    reports: ReportFile,
    output: Output,
    source: SourceFile = None,
    note: Note = "made from a reviewed report",
    unsettled: Unsettled = False,
    form: OwnForm = None,
) -> None:
    """Make a fixture from a reviewed report.

    Exit status: 0 made; 1 it cannot be; 2 a file cannot be read or is no report.
    """
    from gkllm.cli.messages import complain
    from gkllm.errors import ConfigurationError, DocumentError, FixtureError, ResultsUnusable
    from gkllm.evaluation.making import make_fixture
    from gkllm.form import load_forms

    try:
        forms = load_forms(own=form)
        typer.echo(make_fixture(reports, source, output, note, forms, unsettled=unsettled))
    except FixtureError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    except (ConfigurationError, DocumentError, ResultsUnusable) as error:
        complain(str(error))
        raise typer.Exit(2) from error
