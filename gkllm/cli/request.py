"""What `gkllm extract` is asked for, and which inputs are read: not the output of an earlier run, nor what it holds."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gkllm.documents.source import Refused, Source
from gkllm.errors import ConfigurationError
from gkllm.export import Format, Standing
from gkllm.export.writing import tables_beside
from gkllm.form import Forms

FailOn = Literal["error", "review"]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a store is filled: by so many processes, a document within so many seconds and megabytes; null as usual."""

    jobs: int | None = None
    seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How data of rows is laid out: with `wide` a row a report, and with `labels` headed by these."""

    wide: bool = False
    labels: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """The command line, taken apart. `options` are those that settings come from, given ones only. `store` is where the
    output is one, and `output` then null.
    """

    files: tuple[str, ...]
    options: Mapping[str, object]
    use_cache: bool
    format_: Format | None
    output: Path | None
    fail_on: FailOn | None
    explain: bool
    in_order: bool
    resume: bool
    quiet: bool
    json_log: bool = False
    store: str | None = None
    batch: BatchOptions = BatchOptions()
    layout: Layout = Layout()


def without_output(
    inputs: Iterable[Source | Refused], request: Request, forms: Forms
) -> Iterator[Source | Refused]:
    """The inputs but for the output of an earlier run, which may lie in a folder that is searched."""
    written: dict[Path, Path] = {}
    if request.output is not None:
        every = (request.output, *tables_beside(request.output, forms))
        written = {Path(os.path.realpath(path)): path for path in every}
    for source in inputs:
        path = Path(os.path.realpath(source.path)) if isinstance(source, Source) and source.path else None
        if path is None or path not in written:
            yield source
        elif source.name in request.files:
            raise ConfigurationError("cannot write {output}: it is one of the inputs", output=written[path])


def not_standing(inputs: Iterable[Source | Refused], standing: Standing) -> Iterator[Source | Refused]:
    """The inputs whose reports do not all stand in the output already."""
    for source in inputs:
        if not (isinstance(source, Source) and standing.complete and _stands(source, standing)):
            yield source


def _stands(source: Source, standing: Standing) -> bool:
    # An attachment's reports are written after the page's own.
    last = source.attachment or source
    try:
        return standing.holds_all_of(last.name, hashlib.sha256(last.load()).hexdigest())
    except Exception:
        # Reading it again tells why.
        return False
