"""Tables as Stata's .dta: variables with labels, whole numbers with value labels, and why a value is missing.

The files are of version 118, which Stata reads since 14 and which is the first in UTF-8.
"""

import hashlib
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

from gkllm.errors import ConfigurationError
from gkllm.export.tables import Beside, Column, Rows, TableFiles
from gkllm.language import said
from gkllm.report import CellState

try:
    import pandas
    import pyreadstat
except ImportError as error:
    raise ConfigurationError("format dta needs pandas and pyreadstat: pip install 'gkllm[stata]'") from error

MISSING: Final[Mapping[CellState, str]] = {
    CellState.BLANK: "a",
    CellState.NONE: "b",
    CellState.NOT_APPLICABLE: "c",
    CellState.MISSING: "d",
    CellState.UNREADABLE: "e",
}
"""Which of Stata's missing values stands for which state; `.` is a cell that the report's form does not print."""
_VERSION: Final = 14
"""As the library counts: the version of Stata."""
_LONGEST_LABEL: Final = 80
_PARTS: Final = (3, 18, 9)
"""Characters of a variable's name for the ids of a table, a row and a column: 32 with what stands between them."""
_LARGEST_LONG: Final = 2_147_483_620


class DtaFiles(TableFiles):
    """A file for each table, its columns named as Stata takes them."""

    def __init__(self, stream: BinaryIO, beside: Beside | None) -> None:
        super().__init__(stream, beside, DtaRows)

    def open(self, name: str, columns: Sequence[Column], *, main: bool = False) -> Rows:
        """Begin a table's file."""
        named = variable_names([column.name for column in columns])
        return super().open(name, [column._replace(name=named[column.name]) for column in columns], main=main)

    def name_of(self, column: str) -> str:
        """The variable's name where it is no other column's too."""
        return variable_name(column)


def variable_name(column: str) -> str:
    """A column's name as Stata takes it: up to 32 letters of ASCII.

    The parts of a cell's id have their words cut as far as needed, the same everywhere:
    `requests.refused_third_party.total` is `req_refuse_third_party_total`.
    """
    return "_".join(map(_cut, column.split("."), _PARTS)) if "." in column else column


def variable_names(columns: Iterable[str]) -> dict[str, str]:
    """The variables' names by the columns'; where two would be the same, each ends in a hash of its own."""
    names = {column: variable_name(column) for column in columns}
    taken = list(names.values())
    return {
        column: name if taken.count(name) == 1 else f"{name[:25]}_{_hashed(column)}"
        for column, name in names.items()
    }


def _hashed(column: str) -> str:
    return hashlib.sha256(column.encode()).hexdigest()[:6]


def _cut(part: str, width: int) -> str:
    words = [
        "".join(letter for letter in word if letter.isascii() and letter.isalnum())
        for word in part.split("_")
    ]
    longest = max(map(len, words))
    while longest > 1 and len("_".join(word[:longest] for word in words)) > width:
        longest -= 1
    return "_".join(word[:longest] for word in words)[:width]


class DtaRows:
    """A table, kept in memory by columns until it is closed: the library writes whole tables to files of a name."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._stream = stream
        self._columns = columns
        self._values: list[list[Any]] = [[] for _ in columns]

    def append(self, row: Sequence[object], _marked: Collection[int] = (), /) -> None:
        """Add a row; nothing in it can be marked."""
        for values, value in zip(self._values, row, strict=True):
            values.append(_stored(value))

    def close(self) -> None:
        """Write the file."""
        series = {
            column.name: _series(column, values)
            for column, values in zip(self._columns, self._values, strict=True)
        }
        flags: dict[int | float, str] = {0: said("no"), 1: said("yes")}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "table.dta"
            pyreadstat.write_dta(
                pandas.DataFrame(series),
                path,
                file_label="gkllm",
                column_labels={column.name: _label(column) for column in self._columns},
                version=_VERSION,
                variable_value_labels={
                    column.name: flags if column.kind == "flag" else dict(column.values.items())
                    for column in self._columns
                    if column.values or column.kind == "flag"
                },
                missing_user_values={
                    name: codes
                    for name, one in series.items()
                    if one.dtype == object
                    and (codes := sorted({value for value in one if isinstance(value, str)}))
                },
            )
            with path.open("rb") as written:
                shutil.copyfileobj(written, self._stream)


def _label(column: Column) -> str | None:
    label = column.label
    return label if label is None or len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def _stored(value: object) -> object:
    match value:
        case CellState():
            return MISSING[value]
        case bool():
            return int(value)
        case tuple():
            return "; ".join(map(str, value))
        case _:
            return value


def _series(column: Column, values: list[Any]) -> Any:
    """The values in a type that the library and Stata hold them in; objects where some say why they miss."""
    if column.values:
        values = [None if value is None else int(value) for value in values]
    elif column.kind in ("text", "texts"):
        texts = ["" if value is None else str(value).encode(errors="replace").decode() for value in values]
        return pandas.Series(texts, dtype="str")
    numbers = [value for value in values if not isinstance(value, str | None)]
    whole = all(isinstance(value, int) for value in numbers)
    fits = whole and all(abs(value) <= _LARGEST_LONG for value in numbers)
    if not fits:
        values = [float(value) if isinstance(value, int) else value for value in values]
    if any(isinstance(value, str) for value in values):
        return pandas.Series(values, dtype="object")
    return pandas.Series(values, dtype="Int32" if fits and numbers else "Float64")
