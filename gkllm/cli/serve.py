"""`gkllm serve`: the service, and its tokens."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from gkllm.cli.extract import BaseUrl, DocumentMemory, DocumentSeconds, Jobs, Model, Reader
from gkllm.cli.program import Command, Group
from gkllm.language import said

if TYPE_CHECKING:
    from gkllm.service.configuration import Configuration
    from gkllm.store.store import Store

UNUSABLE, USAGE = 1, 2

Place = Annotated[
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
    db: Place = "reports.db",
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
    import os
    from dataclasses import replace

    from gkllm.batch import Limits
    from gkllm.cli.batch_run import cores
    from gkllm.cli.configuration import configure
    from gkllm.cli.messages import complain
    from gkllm.cli.program import configuration_files
    from gkllm.errors import ConfigurationError
    from gkllm.service.configuration import Bounds, Configuration

    options = {"reader": reader, "model": model, "base_url": base_url}
    given = {name: value for name, value in options.items() if value is not None}
    try:
        configuration = Configuration(
            store=db,
            settings=configure(given, os.environ, configuration_files()),
            host=host,
            port=port,
            jobs=jobs or cores(),
            limits=Limits.given(max_seconds_per_document, max_memory_per_document),
            bounds=replace(Bounds(), request_bytes=max_upload * 1_000_000, waiting=max_waiting),
            require_token=require_token,
            origins=tuple(allow_origin or ()),
            hosts=tuple(allow_host or ()),
        )
    except ConfigurationError as error:
        complain(str(error))
        raise typer.Exit(USAGE) from error
    raise typer.Exit(_serve(configuration))


def _serve(configuration: "Configuration") -> int:
    """Serve until the process is told to stop, and return the exit status."""
    import signal

    from gkllm.cli.messages import complain
    from gkllm.errors import ConfigurationError, StoreUnusable
    from gkllm.service.configuration import require_sense
    from gkllm.store import open_store

    try:
        from gkllm.service.app import server_of
    except ModuleNotFoundError as error:
        complain(said("serve needs {name}: pip install 'gkllm[serve]'", name=error.name))
        return USAGE
    try:
        with open_store(configuration.store, create=True) as store:
            require_sense(configuration, tokens=sum(not token.revoked for token in store.tokens.every()))
            address = store.address
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except StoreUnusable as error:
        complain(str(error))
        return UNUSABLE
    server = server_of(configuration)
    place = f"[{configuration.host}]" if ":" in configuration.host else configuration.host
    complain(
        said("http://{place}:{port}/ on {address}", place=place, port=configuration.port, address=address)
    )
    # Uvicorn stops, then sends itself again what it was sent.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()
    except SystemExit:
        # Uvicorn leaves so where it cannot listen, having said why.
        return UNUSABLE
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else UNUSABLE


@token_app.command("add", cls=Command)
def add_command(
    name: Name,
    db: Place = "reports.db",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="It may look, and neither hand over nor decide.")
    ] = False,
) -> None:
    """Give out a token, and print it: it is not kept and cannot be shown again.

    Decisions made with it are by NAME.
    """
    from gkllm.cli.messages import complain

    def add(opened: "Store") -> None:
        print(opened.tokens.add(name, "read" if read_only else "full"))
        complain(said("this is shown once; it is sent as: Authorization: Bearer TOKEN"))

    _with_store(db, add, create=True)


@token_app.command("list", cls=Command)
def list_command(db: Place = "reports.db") -> None:
    """Print whose tokens there are, what they may do, and since when."""

    def listed(opened: "Store") -> None:
        for token in opened.tokens.every():
            print("\t".join((token.name, token.access, token.created, token.revoked or "")))

    _with_store(db, listed)


@token_app.command("revoke", cls=Command)
def revoke_command(name: Name, db: Place = "reports.db") -> None:
    """Take a token back; whoever has it is refused from now on."""
    _with_store(db, lambda opened: opened.tokens.revoke(name))


def _with_store(address: str, work: Callable[["Store"], None], *, create: bool = False) -> None:
    from gkllm.cli.messages import complain
    from gkllm.errors import GkllmError
    from gkllm.store import open_store

    try:
        with open_store(address, create=create) as store:
            work(store)
    except GkllmError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from error
