"""The driver: plans, lets Ray run the pools, and notes what came of it. Only it knows Ray."""

import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from gkllm.batch import settings_content
from gkllm.cluster.plan import Output, Shard, find_inputs, planned
from gkllm.cluster.pools import ModelPool, PicturePool, Progress, TextPool
from gkllm.cluster.reading import Job, count_shard
from gkllm.documents.scan.engine import ocr_installed

# Before it is imported: it would tell its makers of its use.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import ray
import ray.data

_PAGED = (".pdf", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many actors read text and PDF, and how many pictures; null for what the cluster's cores make of it.

    `shard` is how many documents are written together.
    """

    text: int | None = None
    pictures: int | None = None
    shard: int = 64


Count = dict[str, Any]
"""A shard's line of the manifest: its name, and how many documents, reports and so on it has."""


def run(
    places: Sequence[str], job: Job, sizes: Sizes, address: str | None, done: Callable[[Count, int], None]
) -> list[Count]:
    """Read everything at fsspec URLs that does not stand in the output yet, on the cluster at `address` or on this
    machine's own. `done` is told of every shard, and how many there are. The manifest's lines.

    Raises:
        ConfigurationError: there is nothing to read, or the output was written under other settings.
    """
    output = Output(job.output)
    settings = settings_content(job.settings)
    shards = planned(output, find_inputs(places), settings, sizes.shard)
    standing = output.finished()
    counts: dict[str, Count] = {}
    for shard in shards:
        if shard.name in standing:
            counts[shard.name] = count_shard(output, shard.name)
            done(counts[shard.name], len(shards))
    remaining = [shard for shard in shards if shard.name not in standing]
    if remaining:
        for count in _by_ray(remaining, job, sizes, address):
            counts[count["shard"]] = count
            done(count, len(shards))
    lines = [counts[shard.name] for shard in shards]
    _write_manifest(output, settings, lines)
    return lines


def _by_ray(shards: Sequence[Shard], job: Job, sizes: Sizes, address: str | None) -> Iterator[Count]:
    ray.init(
        address=address,
        include_dashboard=False if address is None else None,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        rows = [{"state": Progress(shard).packed(), "manifest": ""} for shard in shards]
        data: ray.data.Dataset = ray.data.from_items(rows, override_num_blocks=len(rows))
        pools = _pools(shards, job, sizes)
        for number, (pool, count, cores) in enumerate(pools, 1):
            data = data.map_batches(
                pool,
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(size=count),
                num_cpus=cores,
                fn_constructor_args=(job, number == len(pools)),
            )
        for row in data.iter_rows():
            yield json.loads(row["manifest"])
    finally:
        ray.shutdown()


def _pools(shards: Sequence[Shard], job: Job, sizes: Sizes) -> list[tuple[Any, int, float]]:
    """The pools, each with how many actors it has and the cores of each."""
    cluster: Any = ray
    cores = float(cluster.cluster_resources().get("CPU", 1))
    paged = any(one.url.lower().endswith(_PAGED) for shard in shards for one in shard.inputs)
    pictures = sizes.pictures
    if pictures is None:
        pictures = max(1, int(cores) // 4) if paged and ocr_installed() else 0
    text = sizes.text or max(1, int(cores) - pictures)
    each = min(1.0, int(cores / (text + pictures) * 100) / 100)
    pools: list[tuple[Any, int, float]] = [(TextPool, text, each)]
    if pictures:
        pools.append((PicturePool, pictures, each))
    if job.asks_a_model:
        # It waits more than it works.
        pools.append((ModelPool, 1, 0.0))
    return pools


def _write_manifest(output: Output, settings: dict[str, Any], lines: Sequence[Count]) -> None:
    manifest = {
        "gkllm": version("gkllm"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings,
        "totals": {key: sum(line[key] for line in lines) for key in lines[0] if key != "shard"}
        if lines
        else {},
        "shards": list(lines),
    }
    output.write(output.path("manifest.json"), json.dumps(manifest, ensure_ascii=False, indent=1).encode())
