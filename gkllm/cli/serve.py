"""`gkllm serve`: what its commands take. What they do is loaded when they run."""

from typing import Annotated

import typer

from gkllm.cli.extract import BaseUrl, DocumentMemory, DocumentSeconds, Jobs, Model, Reader
from gkllm.cli.program import Command, Group

Store = Annotated[
    str, typer.Option("--db", metavar="PATH", help="The store: a .db file, or a postgresql:// URL.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose token it is.", show_default=False)]

serve_app = typer.Typer(cls=Group, rich_markup_mode=None)
token_app = typer.Typer(
    cls=Group, no_args_is_help=True, rich_markup_mode=None, help="Who may ask the service."
)
serve_app.add_typer(token_app, name="token")


@serve_app.callback(invoke_without_command=True)
def serve_command(
    context: typer.Context,
    db: Store = "reports.db",
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine only with tokens.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65_535, help="The port.")] = 8001,
    require_token: Annotated[
        bool, typer.Option("--require-token", help="Ask for a token on this machine, too.")
    ] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Another name that the service is called by, as behind a proxy."),
    ] = None,
    allow_origin: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="A site whose pages may ask, with a token.")
    ] = None,
    max_upload: Annotated[
        int, typer.Option("--max-upload", metavar="MB", min=1, help="What one request may bring.")
    ] = 100,
    max_waiting: Annotated[
        int,
        typer.Option(
            "--max-waiting", metavar="N", min=1, help="Documents that may wait; others are refused."
        ),
    ] = 2_000,
    reader: Reader = None,
    model: Model = None,
    base_url: BaseUrl = None,
    jobs: Jobs = None,
    max_seconds_per_document: DocumentSeconds = None,
    max_memory_per_document: DocumentMemory = None,
) -> None:
    """Extract and review over HTTP, with a page for the browser.

    The store is made if it is not there. What was accepted and not read when the service ended is read when it starts
    again.

    Exit status: 0 stopped; 1 the store or the port cannot be used; 2 wrong usage.
    """
    if context.invoked_subcommand is not None:
        return
    from gkllm.cli.serving import Serving, serve

    given = {"reader": reader, "model": model, "base_url": base_url}
    raise typer.Exit(
        serve(
            Serving(
                store=db,
                host=host,
                port=port,
                require_token=require_token,
                hosts=tuple(allow_host or ()),
                origins=tuple(allow_origin or ()),
                megabytes=max_upload,
                waiting=max_waiting,
                options={name: value for name, value in given.items() if value is not None},
                jobs=jobs,
                seconds=max_seconds_per_document,
                memory=max_memory_per_document,
            )
        )
    )


@token_app.command("add", cls=Command)
def add_command(
    name: Name,
    db: Store = "reports.db",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="It may look, and neither hand over nor decide.")
    ] = False,
) -> None:
    """Give out a token, and print it: it is not kept and cannot be shown again.

    Decisions made with it are by NAME.
    """
    from gkllm.cli.serving import add_token

    raise typer.Exit(add_token(db, name, read_only=read_only))


@token_app.command("list", cls=Command)
def list_command(db: Store = "reports.db") -> None:
    """Print whose tokens there are, what they may do, and since when."""
    from gkllm.cli.serving import list_tokens

    raise typer.Exit(list_tokens(db))


@token_app.command("revoke", cls=Command)
def revoke_command(name: Name, db: Store = "reports.db") -> None:
    """Take a token back; whoever has it is refused from now on."""
    from gkllm.cli.serving import revoke_token

    raise typer.Exit(revoke_token(db, name))
