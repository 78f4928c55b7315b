"""A shard's results as Parquet: a row a report or a failure, and a row a cell."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gkllm.cluster.plan import Input, Output, Shard
from gkllm.cluster.reading import DocumentRows
from gkllm.export.parquet import SCHEMA as CELLS

_ABOUT = (
    "source",
    "media_type",
    "sha256",
    "part",
    "title",
    "issuer",
    "year",
    "published",
    "cells",
    "needs_review",
)
_NUMBERS = {"part", "year", "cells", "needs_review"}
SCHEMA = pa.schema(
    [
        ("shard", pa.string()),
        ("url", pa.string()),
        *((name, pa.int64() if name in _NUMBERS else pa.string()) for name in _ABOUT),
        ("broken", pa.bool_()),
        ("failure", pa.string()),
        ("message", pa.string()),
        ("json", pa.string()),
    ]
)


def write_shard(output: Output, shard: Shard, found: Mapping[Input, DocumentRows]) -> None:
    """Write what a shard came to. It stands once its reports stand, which are written last; written again, it is the
    same files.
    """
    rows = [row for one in shard.inputs for row in _rows(shard, one, found[one])]
    cells = [cell for one in shard.inputs for report in found[one].reports for cell in report.cells]
    output.write(
        output.path("cells", f"{shard.name}.parquet"), _parquet(pa.Table.from_pylist(cells, schema=CELLS))
    )
    output.write(
        output.path("reports", f"{shard.name}.parquet"), _parquet(pa.Table.from_pylist(rows, schema=SCHEMA))
    )


def _rows(shard: Shard, one: Input, found: DocumentRows) -> Sequence[dict[str, Any]]:
    common = {"shard": shard.name, "url": one.url}
    reports = [
        {
            **common,
            **{name: getattr(report.row, name) for name in _ABOUT},
            "broken": report.broken,
            "json": report.line.decode(),
        }
        for report in found.reports
    ]
    return reports + [
        {**common, "source": failure.name, "failure": failure.kind, "message": failure.message}
        for failure in found.failures
    ]


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def count_shard(output: Output, name: str) -> dict[str, Any]:
    """A shard's line of the manifest, from what stands of it."""
    columns = ["url", "failure", "needs_review", "broken"]
    with output.files.open(output.path("reports", f"{name}.parquet"), "rb") as stream:
        rows = pq.read_table(stream, columns=columns).to_pylist()
    reports = [row for row in rows if row["failure"] is None]
    return {
        "shard": name,
        "documents": len({row["url"] for row in rows}),
        "reports": len(reports),
        "failures": len(rows) - len(reports),
        "broken": sum(bool(row["broken"]) for row in reports),
        "to_review": sum(row["needs_review"] for row in reports),
    }
