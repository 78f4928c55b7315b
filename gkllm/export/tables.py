"""Tables as every format of rows writes them: typed columns, then row after row; and as CSV.

CSV is UTF-8 with a byte order mark, without which Excel takes the file for the system's old encoding.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO, Final, Literal, NamedTuple, Protocol, get_args, get_type_hints

from pydantic import TypeAdapter

from gkllm.form import Forms
from gkllm.report import CellState, Report, Section
from gkllm.report.rows import CellRow, ClaimRow, ViolationRow, claim_rows, violation_rows

Kind = Literal["whole", "number", "flag", "text", "texts", "sections"]
"""What a column holds, where it holds anything."""

_KINDS: Final[Mapping[type, Kind]] = {bool: "flag", float: "number", int: "whole", str: "text"}


class Column(NamedTuple):
    """A column. `label` is what a person calls it; `values` are what whole numbers in it stand for."""

    name: str
    kind: Kind
    label: str | None = None
    values: Mapping[int, str] = MappingProxyType({})


def columns_of(row: type[NamedTuple]) -> tuple[Column, ...]:
    """The columns of a kind of rows."""
    return tuple(Column(name, _kind_of(hint)) for name, hint in get_type_hints(row).items())


def _kind_of(hint: object) -> Kind:
    parts = {hint, *get_args(hint)}
    if tuple[str, ...] in parts:
        return "texts"
    return next(kind for item, kind in _KINDS.items() if item in parts)


CELLS: Final = (*columns_of(CellRow), Column("sections", "sections"))
"""The columns of reports as one table of cells."""


class Rows(Protocol):
    """A table that is being written. A cell state that stands for a value is why there is none."""

    def append(self, row: Sequence[object], marked: Collection[int] = (), /) -> None:
        """Add a row; `marked` are the numbers of the columns in which a person should look, where that can be shown."""

    def close(self) -> None:
        """Write what follows the last row."""


@dataclass(frozen=True, slots=True)
class Wide:
    """Wide data: a row a report, a column a cell. The forms know the columns' labels; `labels` says that those head the
    columns where a format has a place for one name alone.
    """

    forms: Forms
    labels: bool = False


class Tables(Protocol):
    """The tables of one output."""

    workbook: bool
    """Whether all of them are in one file."""
    apart: bool
    """Whether a table besides the first has a place."""

    def open(self, name: str, columns: Sequence[Column], *, main: bool = False) -> Rows:
        """Begin a table; of those that are `main` the first is the output itself, and all stand before the others."""

    def name_of(self, column: str) -> str:
        """What a column is called in this format."""

    def finish(self) -> None:
        """Close every table and write what follows the last."""


Beside = Callable[[str], BinaryIO]
"""Opens a file beside the output for the table of that name."""


class TableFiles:
    """A file for each table: the output itself, and files beside it; where there can be none, the first table alone."""

    workbook = False

    def __init__(
        self,
        stream: BinaryIO,
        beside: Beside | None,
        make: Callable[[BinaryIO, Sequence[Column]], Rows],
        *,
        labels: bool = False,
    ) -> None:
        self._stream: BinaryIO | None = stream
        self._beside = beside
        self._make = make
        self._labels = labels
        self._rows: list[Rows] = []
        self.apart = beside is not None

    def open(self, name: str, columns: Sequence[Column], *, main: bool = False) -> Rows:
        """Begin a table's file."""
        if main and self._stream is not None:
            stream, self._stream = self._stream, None
        elif self._beside is None:
            return _Unwritten()
        else:
            stream = self._beside(name)
        if self._labels:
            columns = [column._replace(name=_head(column, columns)) for column in columns]
        rows = self._make(stream, columns)
        self._rows.append(rows)
        return rows

    def name_of(self, column: str) -> str:
        """Files of text and typed columns take any name."""
        return column

    def finish(self) -> None:
        """Close the files' tables; the streams stay open."""
        for rows in self._rows:
            rows.close()


def _head(column: Column, columns: Sequence[Column]) -> str:
    """The column's label, with its name where another has the same."""
    alike = sum(other.label == column.label for other in columns)
    if column.label is None:
        return column.name
    return column.label if alike == 1 else f"{column.label} ({column.name})"


class _Unwritten:
    def append(self, _row: Sequence[object], _marked: Collection[int] = (), /) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing follows."""


BESIDE: Final = ("violations", "claims", "review", "columns")
"""The tables that go with one of reports."""


class Findings:
    """The tables `violations` and `claims`, which go with the cells however those are laid out."""

    def __init__(self, tables: Tables) -> None:
        self._violations = tables.open("violations", columns_of(ViolationRow))
        self._claims = tables.open("claims", columns_of(ClaimRow))

    def write(self, report: Report) -> None:
        """Add a report's violations and claims."""
        for violation in violation_rows(report):
            self._violations.append(violation)
        for claim in claim_rows(report):
            self._claims.append(claim)


_ACTIVE = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[-+]+|[-+]?[\d.,]+%?")
"""Signed numbers and dashes: no spreadsheet computes anything from them, and they stay as printed."""
_SECTIONS = TypeAdapter(tuple[Section, ...])


class CsvRows:
    """A heading, then a line a row; a report's sections are JSON."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._stream = stream
        self._sections = [column.kind == "sections" for column in columns]
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._stream.write(b"\xef\xbb\xbf")
        self._write([column.name for column in columns])

    def append(self, row: Sequence[object], _marked: Collection[int] = (), /) -> None:
        """Add a line; nothing in it can be marked."""
        self._write(map(_field, row, self._sections))

    def close(self) -> None:
        """Nothing follows the last line."""

    def _write(self, fields: Iterable[str]) -> None:
        self._writer.writerow(fields)
        self._stream.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


def inert(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    if _ACTIVE.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def _field(value: Any, sections: bool) -> str:
    match value:
        case None | CellState():
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() if sections:
            return _SECTIONS.dump_json(value).decode()
        case tuple():
            return inert("; ".join(map(str, value)))
        case str():
            return inert(value)
        case _:
            return str(value)
