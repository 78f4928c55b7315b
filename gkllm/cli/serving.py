"""`gkllm serve`: what it does."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gkllm.batch import Limits
from gkllm.cli.batch_run import cores
from gkllm.cli.configuration import configure
from gkllm.cli.messages import complain
from gkllm.cli.program import configuration_files
from gkllm.errors import ConfigurationError, GkllmError, StoreUnusable
from gkllm.language import said
from gkllm.store import open_store
from gkllm.store.store import Store

UNUSABLE, USAGE = 1, 2


@dataclass(frozen=True, slots=True)
class Serving:
    """The command's options, as they were given."""

    store: str
    host: str
    port: int
    require_token: bool = False
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    megabytes: int = 100
    waiting: int = 2_000
    options: Mapping[str, str] = field(default_factory=dict)
    jobs: int | None = None
    seconds: float | None = None
    memory: int | None = None


def serve(serving: Serving) -> int:
    """Serve until the process is told to stop, and return the exit status."""
    try:
        from gkllm.service.configuration import Bounds, Configuration, require_sense
        from gkllm.service.server import server_of
    except ModuleNotFoundError as error:
        complain(said("serve needs {name}: pip install 'gkllm[serve]'", name=error.name))
        return USAGE
    try:
        settings = configure(serving.options, os.environ, configuration_files())
        configuration = Configuration(
            store=serving.store,
            settings=settings,
            host=serving.host,
            port=serving.port,
            jobs=serving.jobs or cores(),
            limits=Limits.given(serving.seconds, serving.memory),
            bounds=replace(Bounds(), request_bytes=serving.megabytes * 1_000_000, waiting=serving.waiting),
            require_token=serving.require_token,
            origins=serving.origins,
            hosts=serving.hosts,
        )
        with open_store(serving.store, create=True) as store:
            require_sense(configuration, tokens=sum(not token.revoked for token in store.tokens.every()))
            address = store.address
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except StoreUnusable as error:
        complain(str(error))
        return UNUSABLE
    server = server_of(configuration)
    place = f"[{serving.host}]" if ":" in serving.host else serving.host
    complain(said("http://{place}:{port}/ on {address}", place=place, port=serving.port, address=address))
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


def add_token(store: str, name: str, *, read_only: bool) -> int:
    """Give out a token, and print it."""

    def add(opened: Store) -> None:
        print(opened.tokens.add(name, "read" if read_only else "full"))
        complain(said("this is shown once; it is sent as: Authorization: Bearer TOKEN"))

    return _with_store(store, add, create=True)


def list_tokens(store: str) -> int:
    """Print the tokens, tab-separated."""

    def listed(opened: Store) -> None:
        for token in opened.tokens.every():
            print("\t".join((token.name, token.access, token.created, token.revoked or "")))

    return _with_store(store, listed)


def revoke_token(store: str, name: str) -> int:
    """Take a token back."""
    return _with_store(store, lambda opened: opened.tokens.revoke(name))


def _with_store(address: str, work: Callable[[Store], None], *, create: bool = False) -> int:
    try:
        with open_store(address, create=create) as store:
            work(store)
    except GkllmError as error:
        complain(str(error))
        return UNUSABLE
    return 0
