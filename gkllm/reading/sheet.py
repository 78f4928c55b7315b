"""A question about rows of a section in few tokens: runs of like cells written short, a letter for each row."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    create_model,
)

from gkllm.form import Row, Table
from gkllm.llm.completion_text import json_object
from gkllm.reading.questions import LONGEST_CELL, AnswerReading, Part, RowsPart
from gkllm.reading.short_lines import cells_of, written
from gkllm.report import ReaderView

_KEY = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row asked: the letter that stands for it in the answer, and the form's label."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """Rows asked under the same headings."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class SheetPart(RowsPart):
    """Rows of one table over its section, whose lines are written short."""

    @property
    def variables(self) -> Mapping[str, object]:
        """`table`, `groups` (each with `columns` and `rows`, which have a `key` and a `label`) and `source`."""
        groups = [
            SheetGroup(columns, tuple(SheetRow(self._key(row), self.table.name_of(row)) for row in together))
            for columns, together in groupby(self.rows, lambda row: row.headings)
        ]
        return {"table": self.table, "groups": groups, "source": self.source}

    @property
    def response_model(self) -> type[BaseModel]:
        """One required string a row, named by the row's letter."""
        return _response_model(self.table, self.rows)

    def only(self, labels: Collection[str]) -> Part:
        return self.with_rows([row for row in self.rows if self._key(row) in labels])

    def read(self, answer: BaseModel, view: ReaderView) -> AnswerReading:
        return AnswerReading(self._grounded(dict(self._cells(answer.model_dump(by_alias=True))), view))

    def salvage(self, text: str, view: ReaderView) -> AnswerReading:
        """Rows are known by their letter, whatever stands behind it."""
        found = {
            key[0]: line
            for name, line in (json_object(text) or {}).items()
            if (key := _KEY.match(name.strip()))
        }
        foreign = len(json_object(text) or {}) - sum(self._key(row) in found for row in self.rows)
        return AnswerReading(self._grounded(dict(self._cells(found)), view), foreign)

    def _cells(self, lines: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
        for row in self.rows:
            cells = cells_of(str(_joined(lines.get(self._key(row), ""))), len(row.columns))
            if cells is not None:
                yield row.id, cells

    def _key(self, row: Row) -> str:
        return _key(self.table, row)


def _key(table: Table, row: Row) -> str:
    """A row's letter: that of its number in the table, whatever else is asked, so that another question names it so."""
    number = table.rows.index(row)
    return chr(ord("A") + number % 26) if number < 26 else _letter(number // 26 - 1) + _letter(number % 26)


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _joined(line: Any) -> Any:
    """What a model writes for a line that is a list of cells."""
    return written(map(str, line)) if isinstance(line, list) else line


@lru_cache(maxsize=256)
def _response_model(table: Table, rows: tuple[Row, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        row.id: (_line(len(row.columns)), Field(alias=_key(table, row))) for row in rows
    }
    return create_model(f"Table_{table.id}", __config__=ConfigDict(extra="ignore"), **fields)


@lru_cache(maxsize=64)
def _line(width: int) -> Any:
    """The type of a row's line."""

    def counted(line: str) -> str:
        if cells_of(line, width) is None:
            raise ValueError(f"not {width} cells")
        return line

    longest = StringConstraints(max_length=LONGEST_CELL * width)
    return Annotated[str, BeforeValidator(_joined), longest, AfterValidator(counted)]
