"""Where a store is: a file, or the URL of a database server."""

from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from gkllm.errors import StoreUnusable
from gkllm.store import hidden

_DIALECTS: Final = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


def url_of(address: str) -> URL:
    """The URL that SQLAlchemy opens.

    Raises:
        StoreUnusable: it is of a database that stores are not kept in, or no URL at all.
    """
    if "://" not in address:
        return URL.create("sqlite+pysqlite", database=address)
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreUnusable(f"{hidden(address)}: not the URL of a database") from None
    dialect = url.drivername.partition("+")[0]
    if dialect not in _DIALECTS:
        raise StoreUnusable(f"{hidden(address)}: a store is a file (.db) or a postgresql:// URL")
    return url.set(drivername=_DIALECTS[dialect])


def file_of(url: URL) -> Path | None:
    """The file that the store is, null for a server's."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None
