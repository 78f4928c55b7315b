"""The file a report was read from: found again, and trusted only while its bytes are the same."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gkllm.documents.document import Document
from gkllm.documents.opening import open_document
from gkllm.documents.source import Source
from gkllm.errors import GkllmError
from gkllm.review.results import Results, StoredReport


@dataclass(frozen=True, slots=True)
class FoundSource:
    """Where a report's document is; `path` is null where it is gone or no longer the same."""

    state: Literal["same", "changed", "gone"]
    path: Path | None = None


def find_sources(results: Results) -> dict[str, FoundSource]:
    """Where each document of the results is, by its hash; the reports of one file are of one document."""
    documents = {report_id.sha256: stored for report_id, stored in results.by_id().items()}
    return {sha256: _find(stored) for sha256, stored in documents.items()}


def _find(stored: StoredReport) -> FoundSource:
    """Look for the document where its name says, and beside the results; only its hash decides that it is it."""
    name = Path(stored.report.source.file)
    changed = False
    for place in dict.fromkeys((name, stored.file.parent / name, stored.file.parent / name.name)):
        try:
            content = Source(str(place), place).load() if place.is_file() else None
        except (GkllmError, OSError, ValueError):
            continue
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() == stored.id.sha256:
            return FoundSource("same", place)
        changed = True
    return FoundSource("changed" if changed else "gone")


def open_source(path: Path, sha256: str) -> Document | None:
    """The document, or null where it cannot be opened or is no longer the one with this hash."""
    try:
        content = Source(str(path), path).load()
        if hashlib.sha256(content).hexdigest() != sha256:
            return None
        return open_document(content, str(path))
    except GkllmError:
        return None


def describe_sources(found: list[FoundSource]) -> str | None:
    """One sentence on documents that are not at hand; null where all are."""
    gone = sum(source.state == "gone" for source in found)
    changed = sum(source.state == "changed" for source in found)
    if not gone and not changed:
        return None
    parts = [
        f"{count} of {len(found)} documents {word}"
        for count, word in ((gone, "cannot be found"), (changed, "changed since they were read"))
        if count
    ]
    return f"{' and '.join(parts)}: their cells are reviewed from the printed strings kept in the results"
