"""One document of a shard, read in a child process with limits or by the one actor that asks the model; and a shard's
results as Parquet: a row a report or a failure, and a row a cell.
"""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from gkllm.batch import Limits, failure_of
from gkllm.cluster.plan import Input, Output, Shard
from gkllm.documents.source import Source
from gkllm.export.parquet import SCHEMA as CELLS
from gkllm.export.parquet import parquet_rows
from gkllm.extraction import Extractor, Outcome
from gkllm.report.rows import SourceRow, source_row
from gkllm.settings import Settings
from gkllm.store import Failure

_LOOKED_AT: Final = 3
"""Pages of a PDF: where none of the first has a character, it is taken for a scan."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is told; it goes to every actor."""

    settings: Settings
    output: str
    limits: Limits

    @property
    def asks_a_model(self) -> bool:
        """Whether some documents go on to the model."""
        return self.settings.model is not None and self.settings.reader != "rules"

    def rules(self) -> Settings:
        """The settings of pools in which no model is asked."""
        return replace(self.settings, reader="rules", model=None)


@dataclass(frozen=True, slots=True)
class ReportRows:
    """A report, as the dataset has it: its line of JSON, a row, and a row a cell; `broken` says that a relation is."""

    line: bytes
    row: SourceRow
    cells: list[dict[str, Any]]
    broken: bool


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """What a document came to."""

    reports: tuple[ReportRows, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def to_review(self) -> int:
        """Cells that need review."""
        return sum(report.row.needs_review for report in self.reports)


def is_pictures(content: bytes) -> bool:
    """Whether the file's pages are pictures, for which OCR is needed: it takes a hundred times as long as text."""
    if content.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")):
        return True
    if b"%PDF-" not in content[:1024]:
        return False
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(content) as pdf:
            pages = (pdf[number] for number in range(min(len(pdf), _LOOKED_AT)))
            return not any(page.get_textpage().count_chars() for page in pages)
    except PdfiumError:
        return False


def read_text(work: tuple[Settings, str, bytes]) -> DocumentRows | None:
    """Within a child: the document, or null where it needs OCR."""
    return None if is_pictures(work[2]) else read_any(work)


def read_any(work: tuple[Settings, str, bytes]) -> DocumentRows:
    """Within a child: the document, by OCR where it needs that."""
    settings, url, content = work
    extractor, loop = _bench(settings)
    return rows_of_document(loop.run(_outcomes(extractor, Source(url, None, content))))


@cache
def _bench(settings: Settings) -> tuple[Extractor, asyncio.Runner]:
    return Extractor(settings), asyncio.Runner()


async def _outcomes(extractor: Extractor, source: Source) -> list[Outcome]:
    return [outcome async for outcome in extractor.extract_all([source])]


def rows_of_document(outcomes: Sequence[Outcome]) -> DocumentRows:
    """What the outcomes of one document are in the dataset."""
    return DocumentRows(
        tuple(
            ReportRows(
                report.to_json().encode(),
                source_row(report),
                parquet_rows(report),
                any(violation.severity == "error" for violation in report.violations),
            )
            for report in (outcome.report for outcome in outcomes)
            if report is not None
        ),
        tuple(
            failure_of(o.source, o.failure) for o in outcomes if o.report is None and o.failure is not None
        ),
    )


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
