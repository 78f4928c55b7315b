"""Which documents are being read now, so that several runs on one store share the work.

A hold is the system's own lock and ends with the process that has it, however that ends: nothing is left to clean up.
"""

import os
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, text

from gkllm.locking import try_lock, unlock
from gkllm.store.opening import file_of

_SUFFIX: Final = "-held"
"""The file beside a store, whose bytes stand for documents; it stays empty."""
_READING: Final = 0x676B6C6D
"""The number by which PostgreSQL knows that somebody reads the document of the number with it."""


class Holds(Protocol):
    """What this process has in hand. Two threads of one process are not told apart."""

    def take(self, document: int) -> bool:
        """Take a document in hand; whether no other process has it."""

    def release(self, document: int) -> None:
        """Let go of it."""

    def close(self) -> None:
        """Let go of everything."""


def open_holds(engine: Engine) -> Holds:
    """The holds on a store's documents, made for this process with the first that is taken."""
    file = file_of(engine.url)
    return _ServerHolds(engine) if file is None else _FileHolds(file.with_name(file.name + _SUFFIX))


class _FileHolds:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, document: int) -> bool:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        return try_lock(self._descriptor, document)

    def release(self, document: int) -> None:
        if self._descriptor is not None:
            unlock(self._descriptor, document)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _ServerHolds:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None

    def take(self, document: int) -> bool:
        return bool(self._ask("pg_try_advisory_lock", document))

    def release(self, document: int) -> None:
        self._ask("pg_advisory_unlock", document)

    def _ask(self, function: str, document: int) -> object:
        if self._session is None:
            self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Two numbers of 32 bits: what is being done, and to which document.
        asked = text(f"SELECT {function}(:reading, :document)")
        return self._session.execute(asked, {"reading": _READING, "document": document % 2**31}).scalar()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
