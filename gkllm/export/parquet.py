"""Reports as Parquet: one row a cell, typed columns, a report's sections in its first row."""

from typing import Any, BinaryIO

from gkllm.errors import ConfigurationError
from gkllm.report import Report
from gkllm.report.rows import TABLE, table_rows

try:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter
except ImportError as error:
    raise ConfigurationError("format parquet needs pyarrow: pip install 'gkllm[sheets]'") from error

GROUP_ROWS = 20_000
"""Rows kept in memory before they are written as one row group."""

_OTHER_TYPES = {
    "year": pa.int32(),
    "value": pa.float64(),
    "confidence": pa.float64(),
    "needs_review": pa.bool_(),
    "doubts": pa.list_(pa.string()),
    "reasons": pa.list_(pa.string()),
    "span_start": pa.int64(),
    "span_end": pa.int64(),
    "page": pa.int32(),
    "sections": pa.list_(
        pa.struct(
            {
                "number": pa.int32(),
                "title": pa.string(),
                "text": pa.string(),
                "span": pa.struct({"start": pa.int64(), "end": pa.int64()}),
            }
        )
    ),
}
SCHEMA = pa.schema([(name, _OTHER_TYPES.get(name, pa.string())) for name in TABLE])


def parquet_rows(report: Report) -> list[dict[str, Any]]:
    """A report's cells as rows of SCHEMA."""
    rows: list[dict[str, Any]] = []
    for row, sections in table_rows(report):
        # The library refuses a whole number that a float does not hold exactly.
        value = None if row.value is None else float(row.value)
        parts = None if sections is None else [section.model_dump() for section in sections]
        rows.append({**row._asdict(), "value": value, "sections": parts})
    return rows


class ParquetExporter:
    """A table of cells, written in row groups."""

    def __init__(self, stream: BinaryIO) -> None:
        self._writer = ParquetWriter(stream, SCHEMA)
        self._rows: list[dict[str, Any]] = []

    def write(self, report: Report) -> None:
        """Add a report's cells."""
        self._rows += parquet_rows(report)
        if len(self._rows) >= GROUP_ROWS:
            self._write_group()

    def finish(self) -> None:
        """Write the last rows and the file's footer."""
        self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
            self._rows = []
