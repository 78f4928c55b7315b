"""What the actors do: each pool takes a shard, reads what is its own, and hands on the rest; the last one writes."""

import asyncio
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import fsspec

from gkllm.cluster.plan import Input, Output, Shard
from gkllm.cluster.reading import (
    DocumentRows,
    Job,
    count_shard,
    read_any,
    read_text,
    rows_of_document,
    write_shard,
)
from gkllm.confined import Child, collect_seldom
from gkllm.documents.source import MAX_BYTES, Source
from gkllm.errors import DocumentError, DocumentTooLarge, LimitExceeded, as_failure
from gkllm.extraction import Extractor, Outcome
from gkllm.store import Failure
from gkllm.workers import call_twice

Batch = dict[str, Any]
"""One row of a Ray dataset: `state` is a pickled Progress, and once that is written, `manifest` its line there."""


@dataclass(slots=True)
class Progress:
    """A shard on its way through the pools, with what is found so far."""

    shard: Shard
    found: dict[Input, DocumentRows] = field(default_factory=dict)

    def packed(self) -> bytes:
        """As it travels."""
        return pickle.dumps(self, protocol=5)


class _Pool:
    """A pool's actor. `last` is the one that writes."""

    def __init__(self, job: Job, last: bool) -> None:
        collect_seldom()
        self._job = job
        self._last = last
        self._output = Output(job.output)

    def __call__(self, batch: Batch) -> Batch:
        """Take one shard further."""
        progress: Progress = pickle.loads(batch["state"][0])  # noqa: S301 - our own
        self._read(progress)
        manifest: list[str] = [""]
        if self._last:
            for one in progress.shard.inputs:
                unread = Failure(
                    one.url, "MissingExtra", f"{one.url}: its pages are pictures, and no pool reads those"
                )
                progress.found.setdefault(one, DocumentRows(failures=(unread,)))
            write_shard(self._output, progress.shard, progress.found)
            manifest = [json.dumps(count_shard(self._output, progress.shard.name))]
            return {"state": [b""], "manifest": manifest}
        return {"state": [progress.packed()], "manifest": manifest}

    def _read(self, progress: Progress) -> None:
        raise NotImplementedError


class _ByRules(_Pool):
    """Reads in a child process with limits; a document that does harm costs itself alone."""

    read: Callable[[Any], DocumentRows | None]

    def __init__(self, job: Job, last: bool) -> None:
        super().__init__(job, last)
        limits = job.limits
        self._child = Child(seconds=int(limits.seconds), memory=limits.memory, patience=limits.seconds)

    def _read(self, progress: Progress) -> None:
        for one in progress.shard.inputs:
            if one not in progress.found:
                found = self._document(one)
                if found is not None:
                    progress.found[one] = found

    def _document(self, one: Input) -> DocumentRows | None:
        try:
            work = (self._job.rules(), one.url, _load(one.url))
            return call_twice(self._child, type(self).read, work)
        except LimitExceeded as limit:
            failure = Failure(one.url, type(limit).__name__, f"{one.url}: reading it takes {limit}")
        except DocumentError as error:
            failure = Failure(one.url, type(error).__name__, str(error))
        return DocumentRows(failures=(failure,))


class TextPool(_ByRules):
    """Reads everything but pictures."""

    read = staticmethod(read_text)


class PicturePool(_ByRules):
    """Reads, by OCR, what no other pool did."""

    read = staticmethod(read_any)


class ModelPool(_Pool):
    """One actor, whose bounds on requests, tokens and money are therefore those of the whole run.

    With the reader `auto` it asks about documents in which the rules left something to review.
    """

    def __init__(self, job: Job, last: bool) -> None:
        super().__init__(job, last)
        self._extractor = Extractor(job.settings)
        self._loop = asyncio.Runner()

    def _read(self, progress: Progress) -> None:
        every = self._job.settings.reader != "auto"
        asked = {
            one.url: one
            for one in progress.shard.inputs
            if (found := progress.found.get(one)) and (found.to_review or (every and found.reports))
        }
        for url, outcomes in self._loop.run(self._outcomes(asked)).items():
            progress.found[asked[url]] = rows_of_document(outcomes)

    def close(self) -> None:
        """Let go of the model's connections."""
        self._loop.run(self._extractor.aclose())
        self._loop.close()

    async def _outcomes(self, asked: Mapping[str, Input]) -> dict[str, list[Outcome]]:
        found: dict[str, list[Outcome]] = {}
        sources = (Source(url, None, _load(url)) for url in asked)
        async for outcome in self._extractor.extract_all(sources):
            found.setdefault(outcome.source, []).append(outcome)
        return found


def _load(url: str) -> bytes:
    """The file's bytes, at most those that a report can have."""
    try:
        files, path = fsspec.core.url_to_fs(url)
        if (files.size(path) or 0) > MAX_BYTES:
            raise DocumentTooLarge(
                "{url}: larger than {most} MB, which no report is", url=url, most=MAX_BYTES // 1_000_000
            )
        return bytes(files.cat_file(path))
    except OSError as error:
        raise DocumentError(str(as_failure(error, url))) from error
