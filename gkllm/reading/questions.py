"""A question about rows of a table: the text shown, the schema of the answer, and how the answer is read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model

from gkllm.form import Row, Table
from gkllm.llm.completion_text import json_object
from gkllm.reading.excerpt import PrintedTable
from gkllm.reading.grounding import ground_rows
from gkllm.reading.placed import PlacedCell
from gkllm.reading.row_labels import row_labels
from gkllm.reading.short_lines import cells_of, unnumbered, written
from gkllm.report import ReaderView

LONGEST_CELL = 24
"""Characters of a printed string that an answer may hold: no number of the form takes more."""
_LONGEST_LINE = 96
"""Characters of a line that an answer may hold: seven numbers of ten digits take no more."""


def _joined(line: Any) -> Any:
    """What a model writes for a line that is a list of cells."""
    return written(map(str, line)) if isinstance(line, list) else line


_Printed = Annotated[str, StringConstraints(max_length=LONGEST_CELL)]
_Line = Annotated[str, BeforeValidator(_joined), StringConstraints(max_length=_LONGEST_LINE)]
"""How many cells a line has is no matter of the schema: an answer that miscounts a row is as good in the others."""


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """An answer's cells at their places in the document, how many of its names are not of what was asked, and the
    rows, with their strings, that it does not tell cell by cell.
    """

    cells: Mapping[str, PlacedCell]
    foreign: int = 0
    miscounted: tuple[tuple[str, str], ...] = ()


class Part(Protocol):
    """A piece of one table that is asked about in one question."""

    @property
    def table(self) -> Table: ...

    @property
    def source(self) -> str:
        """The document's text shown. Empty where there is none: then there is nothing to ask."""

    @property
    def variables(self) -> Mapping[str, object]:
        """What a prompt file may name."""

    @property
    def response_model(self) -> type[BaseModel]:
        """The schema of the answer."""

    def only(self, labels: Collection[str]) -> "Part":
        """The part with the rows of those labels alone, which are its answer's keys."""

    def halves(self) -> Sequence["Part"]:
        """The part in two; none where it cannot be divided."""

    def read(self, answer: BaseModel, view: ReaderView) -> AnswerReading:
        """The cells of an answer that fits the schema. `view` names the model and the prompt."""

    def salvage(self, text: str, view: ReaderView) -> AnswerReading:
        """The cells of an answer that does not, as far as they are whole."""


Shown = Literal["sheet", "section", "text", "lines"]
"""What of the document is shown: the table's section, runs of like cells written short or blanks numbered; the rows'
raw text; or their lines with numbered blanks."""


@dataclass(frozen=True, slots=True)
class RowsGroup:
    """Rows under the same headings."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class RowsPart:
    """Rows of one table, and what is shown of the document."""

    printed: PrintedTable
    rows: tuple[Row, ...]
    shows: Shown

    @property
    def table(self) -> Table:
        return self.printed.table

    @cached_property
    def source(self) -> str:
        printed = self.printed
        show = {
            "sheet": printed.sheet_text,
            "section": printed.section_text,
            "text": printed.raw_text,
            "lines": printed.numbered_lines,
        }
        return show[self.shows](self.rows)

    @property
    def variables(self) -> Mapping[str, object]:
        """`table`, `rows`, `groups` (those under the same `columns`), `columns` (the first row's), `before` and
        `source`.
        """
        first = self.rows[0]
        rows = tuple(replace(row, label=self.table.name_of(row)) for row in self.rows)
        groups = [RowsGroup(columns, tuple(together)) for columns, together in groupby(rows, _headings)]
        return {
            "table": self.table,
            "rows": rows,
            "groups": groups,
            "columns": first.headings,
            "before": numbers_before(self.table, first),
            "source": self.source,
        }

    @property
    def response_model(self) -> type[BaseModel]:
        """One required field a row, named by the form's label, holding a printed string for each column."""
        return _response_model(self.table, self.rows)

    def only(self, labels: Collection[str]) -> Part:
        return self.with_rows([row for row in self.rows if row.label in labels])

    def with_rows(self, rows: Sequence[Row]) -> Part:
        """The part with those of its rows alone."""
        return replace(self, rows=tuple(rows))

    def halves(self) -> Sequence[Part]:
        middle = len(self.rows) // 2
        if not middle:
            return ()
        return [self.with_rows(rows) for rows in (self.rows[:middle], self.rows[middle:])]

    def read(self, answer: BaseModel, view: ReaderView) -> AnswerReading:
        return self._told(answer.model_dump(), view)

    def salvage(self, text: str, view: ReaderView) -> AnswerReading:
        """Rows are known by their label, damaged or not; one that fits several of the rows asked is of none."""
        labels = row_labels(self.table)
        asked = {row.id: row for row in self.rows}
        kept: dict[str, Any] = {}
        foreign = 0
        for name, told in (json_object(text) or {}).items():
            matches = labels.similar(name)
            alike = [labels.rows[match.row].id for match in matches if match.score == matches[0].score]
            rows = [asked[row_id] for row_id in alike if row_id in asked]
            if len(rows) == 1:
                kept[rows[0].id] = told
            else:
                foreign += 1
        return self._told(kept, view, foreign)

    def _told(self, answer: Mapping[str, Any], view: ReaderView, foreign: int = 0) -> AnswerReading:
        """What is told of each row, by its id, at its place in the document."""
        told = {row: answer[row.id] for row in self.rows if row.id in answer}
        strings = {row: self._strings(row, each) for row, each in told.items()}
        copied = {row.id: [unnumbered(cell) for cell in cells] for row, cells in strings.items() if cells}
        miscounted = tuple(
            (f"{self.table.id}.{row.id}", str(told[row])) for row, cells in strings.items() if not cells
        )
        return AnswerReading(ground_rows(self.printed, copied, view), foreign, miscounted)

    def _strings(self, row: Row, told: Any) -> Sequence[str] | None:
        """What is told of a row as a string for each of its cells; null where it is not."""
        if not isinstance(told, list) or len(told) != len(row.columns):
            return None
        return ["" if cell is None else str(cell) for cell in told]


@dataclass(frozen=True)
class SheetPart(RowsPart):
    """Rows of one table over its section, whose lines are written short. Only the answer's schema names the rows asked,
    which an endpoint enforces, or which stands in the prompt.
    """

    @property
    def response_model(self) -> type[BaseModel]:
        """One required string a row, named by the form's label: its cells, with `|` between them."""
        return _response_model(self.table, self.rows, lines=True)

    def _strings(self, row: Row, told: Any) -> Sequence[str] | None:
        line = _joined(told)
        return cells_of(line, len(row.columns)) if isinstance(line, str) else None


def _headings(row: Row) -> tuple[str, ...]:
    return row.headings


@lru_cache(maxsize=512)
def _response_model(table: Table, rows: tuple[Row, ...], *, lines: bool = False) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for row in rows:
        length = len(row.columns)
        strings = Annotated[list[_Printed], Field(min_length=length, max_length=length)]
        fields[row.id] = (_Line if lines else strings, Field(alias=table.name_of(row)))
    return create_model(f"Table_{table.id}", __config__=ConfigDict(extra="ignore"), **fields)


def numbers_before(table: Table, row: Row) -> int:
    """How many numbers of other rows the form prints on the row's line before its own."""
    if table.layout == "rows":
        return 0
    return sum(len(each.columns) for each in table.rows[: table.rows.index(row)])
