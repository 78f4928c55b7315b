"""The store: one SQLite file, or a PostgreSQL database, on which batch, review, check and export work.

    with open_store("reports.db", create=True) as store:
        run = store.begin({"reader": "rules"})
        (file,) = store.register(run, [FileKey("/in/a.txt", sha256, "a.txt")])
        store.write(run, Reading(file.document, [(report, line)]))
        lines = [stored.line for stored in store.lines()]

Several processes may read and write at once. What the tables hold is told by `migrations`.
"""

import os
import re
from typing import TYPE_CHECKING, Final

from gkllm.store.records import (
    Counts,
    DecisionRow,
    Failure,
    FileKey,
    Reading,
    Registered,
    Run,
    StoredLine,
)

if TYPE_CHECKING:
    from gkllm.store.store import Store

__all__ = [
    "Counts",
    "DecisionRow",
    "Failure",
    "FileKey",
    "Reading",
    "Registered",
    "Run",
    "StoredLine",
    "hidden",
    "is_store",
    "open_store",
]

PATIENCE: Final = 60.0
"""Seconds to wait for another writer, each of which takes milliseconds."""
_SUFFIXES: Final = (".db", ".sqlite", ".sqlite3")


def is_store(address: str) -> bool:
    """Whether that names a store and no other file: by its suffix, or as a URL."""
    return "://" in address or address.lower().endswith(_SUFFIXES)


def open_store(
    address: str | os.PathLike[str], *, create: bool = False, patience: float = PATIENCE
) -> "Store":
    """The store in a file or at a `postgresql://` URL, its schema brought to the newest version; `patience` are the
    seconds that a file's other writers, or too many who ask at once, are waited for.

    Raises:
        StoreUnusable: there is none and `create` is not asked for; something else is there; it is of a newer version.
    """
    # SQLAlchemy takes longer to load than a report takes to read.
    from gkllm.store.store import Store

    return Store(os.fspath(address), create=create, patience=patience)


def hidden(address: str) -> str:
    """The address without a password that it may name, for people to read."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", address)
