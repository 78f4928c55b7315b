"""Results written by an earlier run, put into a store as they are."""

import os
from collections.abc import Iterable, Iterator
from itertools import groupby

from gkllm.report import SourceInfo
from gkllm.results import StoredReport
from gkllm.store import FileKey, Reading
from gkllm.store.store import Store

_SETTINGS = {"imported": True}
"""What results were read under that a file does not say."""


def import_results(reports: Iterable[StoredReport], store: Store) -> Iterator[tuple[str, int, bool]]:
    """Add the reports, those of one document together; each document's name, how many it has, and whether they are new.

    Raises:
        StoreUnusable: the database refuses or cannot be reached.
    """
    run = store.begin(_SETTINGS)
    for source, group in groupby(reports, key=lambda stored: _document(stored.report.source)):
        found = [(stored.report, stored.as_line()) for stored in group]
        name, sha256 = source
        path = os.path.abspath(name)  # noqa: PTH100 - no ".." is followed
        (known,) = store.register(run, [FileKey(path, sha256, name)])
        yield name, len(found), store.write(run, Reading(known.document, found))
    store.finish(run)


def _document(source: SourceInfo) -> tuple[str, str]:
    return source.file, source.sha256
