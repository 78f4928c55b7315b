"""Reports as Parquet: one row a cell, typed columns."""

from typing import BinaryIO

from gkllm.errors import ConfigurationError
from gkllm.export.rows import CellRow, cell_rows
from gkllm.report import Report

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
}
SCHEMA = pa.schema([(name, _OTHER_TYPES.get(name, pa.string())) for name in CellRow._fields])


class ParquetExporter:
    """A table of cells, written in row groups."""

    def __init__(self, stream: BinaryIO) -> None:
        self._writer = ParquetWriter(stream, SCHEMA)
        self._rows: list[CellRow] = []

    def write(self, report: Report) -> None:
        """Add a report's cells."""
        self._rows.extend(cell_rows(report))
        if len(self._rows) >= GROUP_ROWS:
            self._write_group()

    def finish(self) -> None:
        """Write the last rows and the file's footer."""
        self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        if self._rows:
            # The library refuses a whole number that a float does not hold exactly.
            rows = [
                row._replace(value=None if row.value is None else float(row.value))._asdict()
                for row in self._rows
            ]
            self._writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
            self._rows = []
