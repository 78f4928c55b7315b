"""What is to be read, in shards: decided once, kept beside the results, and added to by later runs alone."""

import hashlib
import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import fsspec

from gkllm.documents.formats import SUFFIXES
from gkllm.errors import ConfigurationError

_PLAN: Final = "plan.jsonl"


@dataclass(frozen=True, slots=True)
class Input:
    """A file at an fsspec URL; `version` changes with its content (its size, and its ETag or time of change)."""

    url: str
    version: str


@dataclass(frozen=True, slots=True)
class Shard:
    """Files that are read and written together. The name is a hash of them: what is in a shard never changes."""

    name: str
    inputs: tuple[Input, ...]

    @classmethod
    def of(cls, inputs: Sequence[Input]) -> "Shard":
        """The shard of these files."""
        summed = hashlib.sha256()
        for one in inputs:
            summed.update(f"{one.url}\0{one.version}\0".encode())
        return cls(summed.hexdigest()[:20], tuple(inputs))


class Output:
    """The folder that results go to, at an fsspec URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files, self._root = fsspec.core.url_to_fs(url)

    def path(self, *parts: str) -> str:
        """The path of something in it."""
        return posixpath.join(self._root, *parts)

    def write(self, path: str, content: bytes) -> None:
        """A file written as a whole or not at all."""
        self.files.makedirs(posixpath.dirname(path), exist_ok=True)
        with self.files.transaction, self.files.open(path, "wb") as stream:
            stream.write(content)

    def finished(self) -> set[str]:
        """The names of shards whose results stand."""
        folder = self.path("reports")
        if not self.files.isdir(folder):
            return set()
        names = (posixpath.basename(path) for path in self.files.ls(folder, detail=False))
        return {name.removesuffix(".parquet") for name in names if name.endswith(".parquet")}


def find_inputs(places: Iterable[str]) -> Iterator[Input]:
    """The files of known formats at fsspec URLs or in the folders there, sorted by name, hidden ones left out.

    Archives are not opened, and a page and a file attached to it are two inputs.

    Raises:
        ConfigurationError: nothing is at one of the places, or its file system is not installed.
    """
    for place in places:
        try:
            files, root = fsspec.core.url_to_fs(place)
            found: dict[str, Mapping[str, Any]] = files.find(root, detail=True)
        except (ImportError, OSError, ValueError) as error:
            raise ConfigurationError(f"{place}: {error}") from error
        if not found:
            raise ConfigurationError(f"{place}: no such file or folder")
        for path in sorted(found):
            within = posixpath.relpath(path, root).split("/") if path != root else []
            if any(part.startswith((".", "~$")) for part in within) or not path.lower().endswith(SUFFIXES):
                continue
            yield Input(files.unstrip_protocol(path), _version(found[path]))


def _version(info: Mapping[str, Any]) -> str:
    changed = info.get("ETag") or info.get("etag") or info.get("mtime") or info.get("LastModified") or ""
    return f"{info.get('size')}-{changed}"


def planned(
    output: Output, inputs: Iterable[Input], settings: Mapping[str, object], size: int
) -> list[Shard]:
    """The shards of an earlier run, and new ones of `size` files for what those lack; noted before they are returned.

    Raises:
        ConfigurationError: the earlier run read under other settings.
    """
    shards: list[Shard] = []
    path = output.path(_PLAN)
    if output.files.exists(path):
        first, *lines = output.files.cat_file(path).decode().splitlines()
        if json.loads(first) != json.loads(json.dumps(settings)):
            raise ConfigurationError(f"{output.url}: written under other settings; name another folder")
        shards = [_shard(json.loads(line)) for line in lines]
    known = {one for shard in shards for one in shard.inputs}
    new = [one for one in inputs if one not in known]
    if new or not shards:
        shards += [Shard.of(new[start : start + size]) for start in range(0, len(new), size)]
        rows = [settings, *({"name": s.name, "inputs": [asdict(i) for i in s.inputs]} for s in shards)]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        output.write(path, text.encode())
    return shards


def _shard(row: Mapping[str, Any]) -> Shard:
    return Shard(row["name"], tuple(Input(**one) for one in row["inputs"]))
