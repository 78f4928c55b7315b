"""What tells a result apart in a store: the file, by where it is and what it holds, and the settings."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from gkllm.documents.source import Refused, Source
from gkllm.prompts import load_prompt
from gkllm.settings import Settings
from gkllm.store import FileKey


def settings_content(settings: Settings) -> dict[str, Any]:
    """What of the settings can change a result: of what the store holds, they tell apart which is which."""
    content: dict[str, Any] = {
        "reader": "rules",
        "language": settings.language,
        "review_risk": settings.review_risk,
        "rules": _hash_of(settings.rules),
        "form": _hash_of(settings.form),
    }
    model = settings.model
    if model is None or settings.reader == "rules":
        return content
    return content | {
        "reader": settings.reader,
        "model": model.name,
        "endpoint": model.base_url,
        "temperature": model.temperature,
        "max_tokens": model.max_tokens,
        "extra_body": dict(model.extra_body),
        "prompt": load_prompt(settings.prompt).reference,
        "prose_prompt": load_prompt(settings.prose_prompt).reference,
        "sample": settings.sample,
        "tables": settings.tables,
    }


def _hash_of(place: Path | None) -> str | None:
    """Of a file's bytes, or of those of a folder's files and their names."""
    if place is None:
        return None
    files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
    summed = hashlib.sha256()
    for file in files:
        summed.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return summed.hexdigest()


def in_hand(source: Source | Refused) -> Source | Refused:
    """The source with its bytes, where they can be had but once, as those of a pipe."""
    if isinstance(source, Refused) or source.path is None or source.path.is_file():
        return source
    content = _bytes_of(source)
    return source if content is None else replace(source, path=None, content=content)


def key_of(source: Source | Refused) -> FileKey:
    if isinstance(source, Refused):
        return FileKey(os.path.abspath(source.name), "", source.name)  # noqa: PTH100 - no ".." is followed
    content = _bytes_of(source)
    attached = _bytes_of(source.attachment) if source.attachment else None
    return FileKey(
        path=os.path.abspath(source.name) if source.path else source.name,  # noqa: PTH100
        sha256="" if content is None else hashlib.sha256(content).hexdigest(),
        name=source.name,
        attachment="" if attached is None else hashlib.sha256(attached).hexdigest(),
        size=None if content is None else len(content),
        content=content if source.path is None else None,
    )


def _bytes_of(source: Source) -> bytes | None:
    try:
        return source.load()
    except Exception:
        # Reading it tells why.
        return None
