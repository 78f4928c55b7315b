"""Tables as Parquet: typed columns, a column's label among its metadata; a report's sections are structures."""

from collections.abc import Collection, Sequence
from typing import Any, BinaryIO

from gkllm.errors import ConfigurationError
from gkllm.export.tables import CELLS, Column, Kind
from gkllm.report import CellState, Report, Section
from gkllm.report.rows import table_rows

try:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter
except ImportError as error:
    raise ConfigurationError("format parquet needs pyarrow: pip install 'gkllm[sheets]'") from error

GROUP_ROWS = 20_000
"""Rows kept in memory before they are written as one row group, and fewer where they are wide."""
_GROUP_FIELDS = GROUP_ROWS * 22

_TYPES: dict[Kind, Any] = {
    "whole": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
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
_SMALL = {"year": pa.int32(), "page": pa.int32()}


def schema_of(columns: Sequence[Column]) -> Any:
    """The types of a table's columns."""
    return pa.schema(
        [
            pa.field(
                column.name,
                _SMALL.get(column.name, _TYPES[column.kind]),
                metadata={"label": column.label} if column.label else None,
            )
            for column in columns
        ]
    )


SCHEMA = schema_of(CELLS)


def parquet_rows(report: Report) -> list[dict[str, Any]]:
    """A report's cells as rows of SCHEMA."""
    kinds = [column.kind for column in CELLS]
    return [dict(zip(SCHEMA.names, map(_stored, row, kinds), strict=True)) for row in table_rows(report)]


class ParquetRows:
    """A table, written in row groups."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._schema = schema_of(columns)
        self._kinds = [column.kind for column in columns]
        self._writer = ParquetWriter(stream, self._schema)
        self._rows: list[list[object]] = []
        self._most = max(1, min(GROUP_ROWS, _GROUP_FIELDS // len(columns)))

    def append(self, row: Sequence[object], _marked: Collection[int] = (), /) -> None:
        """Add a row; nothing in it can be marked."""
        self._rows.append([_stored(value, kind) for value, kind in zip(row, self._kinds, strict=True)])
        if len(self._rows) >= self._most:
            self._write_group()

    def close(self) -> None:
        """Write the last rows and the file's footer."""
        self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        if self._rows:
            columns = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
            self._rows = []


def _stored(value: Any, kind: Kind) -> object:
    match value:
        case None | CellState():
            return None
        case (Section(), *_):
            return [section.model_dump() for section in value]
        case int() if kind == "number":
            # The library refuses a whole number that a float does not hold exactly.
            return float(value)
        case int() if kind == "text":
            return str(value)
        case _:
            return value
