"""Answers kept on disk, so that a repeated run costs nothing, under hashes of one spelling for one value."""

import hashlib
import json
import logging
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no white space and only ASCII characters.

    Raises TypeError for anything JSON cannot hold without a conversion (an object, a key that is no string)
    and ValueError for a number that is not finite: a key that guesses could make two requests one.
    """
    _require_plain(value)
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """`sha256:` and the hexadecimal hash of the value's canonical JSON."""
    return f"sha256:{hashlib.sha256(canonical_json(value).encode('ascii')).hexdigest()}"


def _require_plain(value: object) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} has no JSON form")
    elif isinstance(value, list | tuple):
        for item in value:
            _require_plain(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is not a string")
            _require_plain(item)
    else:
        raise TypeError(f"a {type(value).__name__} has no canonical form")


_log = logging.getLogger(__name__)


class CachedAnswer(BaseModel):
    """A completion that once fitted its schema, with the tokens it cost then."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    key: str
    text: str
    finish_reason: str | None
    prompt_tokens: int
    completion_tokens: int


class AnswerCache:
    """A folder of answers, one JSON file each, named by the hash of everything that led to it.

    Safe for several processes at once: a file appears whole or not at all. Neither the key of the endpoint
    nor the request is stored, only the answer.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def get(self, key: str) -> CachedAnswer | None:
        """The answer stored under `key` (see `canonical.digest`); null where there is none to be trusted."""
        try:
            stored = CachedAnswer.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None
        return stored if stored.key == key else None

    def put(self, answer: CachedAnswer) -> None:
        """Store an answer. A folder that cannot be written costs a warning, not the answer."""
        path = self._path(answer.key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, answer.model_dump_json(ensure_ascii=True).encode("ascii"))
        except OSError as error:
            _log.warning("the answer cache %s cannot be written: %s", self.directory, error.strerror)

    def _path(self, key: str) -> Path:
        algorithm, _, hexadecimal = key.partition(":")
        return self.directory / algorithm / hexadecimal[:2] / f"{hexadecimal[2:]}.json"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, also beside other processes."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
