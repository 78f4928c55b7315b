"""What `gkllm extract` is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gkllm.export import Format

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
