"""What a language model is asked about a table: the lines shown, and the schema its answer must fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from gkllm.documents.document import Document
from gkllm.form import Row, Table
from gkllm.reading.labels import normalise
from gkllm.reading.lines import TableLine
from gkllm.reading.placed import TableReading

_LONGEST_CELL = 24
_LONGEST_PART = 8000
"""Characters of a document shown where a table could not be found in it."""
_Printed = Annotated[str, StringConstraints(max_length=_LONGEST_CELL)]


@dataclass(frozen=True, slots=True)
class TablePart:
    """Rows of one table, and the document's text that is to print them."""

    table: Table
    rows: tuple[Row, ...]
    source: str

    @property
    def variables(self) -> Mapping[str, object]:
        """What a prompt file may name: `table`, `rows`, `columns` (labels of the first row's) and `source`."""
        columns = [column.label for column in self.rows[0].columns]
        return {"table": self.table, "rows": self.rows, "columns": columns, "source": self.source}

    @property
    def response_model(self) -> type[BaseModel]:
        """One required field a row, named by the form's label, holding a printed string for each column."""
        return _response_model(self.table.id, self.rows)


@lru_cache(maxsize=256)
def _response_model(table_id: str, rows: tuple[Row, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for row in rows:
        length = len(row.columns)
        strings = Annotated[list[_Printed], Field(min_length=length, max_length=length)]
        fields[row.id] = (strings, Field(alias=row.label))
    return create_model(f"Table_{table_id}", __config__=ConfigDict(extra="ignore"), **fields)


def table_part(
    document: Document, lines: Sequence[TableLine], reading: TableReading, rows: Sequence[Row]
) -> TablePart:
    """The part of the document to show for some rows: their own lines, or where these are unknown, the table's.

    Where the table itself was not found, its section is shown, and without a section heading the text's start.
    """
    known = [reading.row_lines[row.id] for row in rows if row.id in reading.row_lines]
    if reading.found and len(known) == len(rows):
        shown = sorted({index for first, last in known for index in range(first, last + 1)})
        return TablePart(reading.table, tuple(rows), _shown(document, lines, shown))
    if reading.found:
        extents = list(reading.row_lines.values())
        whole = range(min(first for first, _ in extents), max(last for _, last in extents) + 1)
        return TablePart(reading.table, tuple(rows), _shown(document, lines, whole))
    return TablePart(reading.table, tuple(rows), _section(document, reading.table))


def _shown(document: Document, lines: Sequence[TableLine], indices: Sequence[int]) -> str:
    return "\n".join(_line_text(document, lines[index]) for index in indices)


def _line_text(document: Document, line: TableLine) -> str:
    """The line with its blank cells numbered, so that equal blanks need not be counted; layout text as it is."""
    if line.layout == "aligned":
        start = document.text.rfind("\n", 0, line.cells[0].start) + 1
        end = document.text.find("\n", line.cells[-1].end)
        return document.text[start : end if end >= 0 else len(document.text)].rstrip()
    label = " ".join(cell.raw for cell in line.cells[: line.label_end] if cell.raw)
    values = [cell.raw or f"空{position}" for position, cell in enumerate(line.values, 1)]
    return " | ".join([label, *values] if label else values)


def _section(document: Document, table: Table) -> str:
    """The report's text from the table's heading on, else from its start."""
    title = normalise(table.title)
    text = document.own_text
    position = 0
    for line in text.split("\n"):
        if title in normalise(line):
            break
        position += len(line) + 1
    else:
        position = 0
    return text[position : position + _LONGEST_PART]


def unnumbered(printed: str) -> str:
    """A copied string with a numbered blank turned back into nothing."""
    text = " ".join(printed.split())
    return "" if text.startswith("空") and (text[1:].isdigit() or text == "空") else text
