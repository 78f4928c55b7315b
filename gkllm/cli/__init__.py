"""The command line: a module for each command's options, and one for what it does where that is more.

Nothing but typer is loaded to print help: what a command works with is imported when it runs.
"""

import logging
from typing import Annotated

import typer

from gkllm.cli.batch import batch_command
from gkllm.cli.check import check_command
from gkllm.cli.evaluate import eval_app
from gkllm.cli.export import export_command
from gkllm.cli.extract import extract_command
from gkllm.cli.fixture import fixture_app
from gkllm.cli.listings import config_command, prompts_command, rules_command, schema_command
from gkllm.cli.model import model_app
from gkllm.cli.process import INTERRUPTED, leave
from gkllm.cli.program import Command, Program
from gkllm.cli.review import review_command
from gkllm.cli.serve import serve_app
from gkllm.cli.show import show_command
from gkllm.confined import collect_seldom

# Rich markup would load rich for every --help; locals in a traceback could show a key.
app = typer.Typer(
    name="gkllm",
    cls=Program,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gkllm {version('gkllm')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Checked, grounded numbers from China's yearly reports on government information disclosure."""


app.command("extract", cls=Command)(extract_command)
app.command("batch", cls=Command)(batch_command)
app.command("show", cls=Command)(show_command)
app.command("check", cls=Command)(check_command)
app.command("review", cls=Command)(review_command)
app.command("export", cls=Command)(export_command)
app.command("rules", cls=Command)(rules_command)
app.command("schema", cls=Command)(schema_command)
app.command("prompts", cls=Command)(prompts_command)
app.command("config", cls=Command)(config_command)
app.add_typer(fixture_app, name="fixture")
app.add_typer(eval_app, name="eval")
app.add_typer(model_app, name="model")
app.add_typer(serve_app, name="serve")


def main() -> None:
    """Run the command line and exit with its status."""
    # Without a handler Python writes a library's errors to standard error, with pieces of the document; what they
    # mean for a report stands in its warnings.
    logging.getLogger("instructor").addHandler(logging.NullHandler())
    collect_seldom()
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            leave()
        raise
