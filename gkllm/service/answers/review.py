"""The review: what is open, one report's cells, relations, and decisions."""

from typing import Annotated

from pydantic import Field

from gkllm.report import CellState, Section, Span
from gkllm.review.log import LONGEST_NOTE, Reason
from gkllm.service.answers import Answer, Ask, ReportRef
from gkllm.service.answers.reports import Summary

Number = int | float
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]


class DecisionInfo(Answer):
    """What a reviewer says a cell holds."""

    id: str
    cell: str
    reviewer: str
    time: str
    value: Number | None
    state: CellState
    reason: Reason
    note: str | None = None


class NoteInfo(Answer):
    """Words about a cell."""

    reviewer: str
    time: str
    text: str


class Option(Answer):
    """A way to read a cell; `words` says how it was read."""

    value: Number
    reading: str
    words: str


class Item(Answer):
    """A question of the queue: about a cell, or about all `cells` of a table that was not found, whose label it has
    then. `group` numbers those of its report that one decision may settle, `last` is the decision to name as
    `expected`, null while there is none."""

    report: ReportRef
    cell: str
    group: int
    worth: float
    sampled: bool
    cells: int
    question: str
    label: str
    label_en: str
    report_name: str
    name: str
    value: Number | None
    state: CellState
    raw: str
    confidence: float
    reasons: tuple[str, ...]
    candidates: tuple[Option, ...]
    conflict: tuple[DecisionInfo, ...]
    last: str | None


class Queue(Answer):
    """What is open, the most valuable first: `open` cells in so many `questions`. `version` grows with every entry of
    the log; `behind` counts the reports whose cells are still to be taken up."""

    open: int
    questions: int
    groups: int
    items: tuple[Item, ...]
    next: str | None
    version: int
    behind: int


class Held(Answer):
    """What the program read in a cell."""

    value: Number | None
    state: CellState


class ReaderInfo(Answer):
    """What one reader saw."""

    raw: str | None
    name: str | None


class CellInfo(Answer):
    """A cell as it stands now; `extracted` is what the program read, `decisions` those in force, the oldest first."""

    id: str
    label: str
    label_en: str
    raw: str
    value: Number | None
    state: CellState
    reading: str | None
    confidence: float
    needs_review: bool
    open: bool
    question: str
    reasons: tuple[str, ...]
    candidates: tuple[Option, ...]
    span: Span | None
    page: int | None
    box: tuple[float, float, float, float] | None
    readers: dict[str, ReaderInfo]
    decisions: tuple[DecisionInfo, ...]
    last: str | None
    notes: tuple[NoteInfo, ...]
    extracted: Held


class ColumnInfo(Answer):
    """A column's heading, and those above it, the outermost first."""

    id: str
    label: str
    english: str
    unit: str | None
    groups: tuple[str, ...]


class RowInfo(Answer):
    """A row: its label, those it stands under, and its cells, one a column of the block."""

    id: str
    label: str
    english: str
    groups: tuple[str, ...]
    cells: tuple[str | None, ...]


class Block(Answer):
    """Rows that share their columns' headings."""

    heading: str
    columns: tuple[ColumnInfo, ...]
    rows: tuple[RowInfo, ...]


class TableShape(Answer):
    """A table as the form prints it."""

    id: str
    title: str
    title_en: str
    found: bool
    edition: str
    layout: str
    blocks: tuple[Block, ...]


class ChangeInfo(Answer):
    """A cell's value before and after a suggested change."""

    cell: str
    before: Number | None
    after: Number | None
    slip: str | None
    slip_words: str | None


class SuggestionInfo(Answer):
    """Changes that together would satisfy the relation."""

    words: str
    changes: tuple[ChangeInfo, ...]


class Fault(Answer):
    """A relation that does not hold, or cannot be assessed."""

    rule: str
    scope: str
    severity: str
    verdict: str
    message: str
    cells: tuple[str, ...]
    suggestions: tuple[SuggestionInfo, ...]


class ReviewInfo(Answer):
    """A report as it is reviewed: its tables' shape, its cells with what was decided, what does not fit."""

    report: Summary
    form: str
    tables: tuple[TableShape, ...]
    cells: dict[str, CellInfo]
    violations: tuple[Fault, ...]
    sections: tuple[Section, ...]


class Deciding(Ask):
    """A decision about one cell or several. `expected` is the last decision that was seen on each, null for none. With
    `whole`, that a cell is missing is said of all cells that its question is about."""

    cell: str | None = None
    cells: tuple[str, ...] = Field((), max_length=1000)
    value: Number | None = None
    state: CellState = CellState.REPORTED
    reason: Reason | None = None
    note: Text | None = None
    seconds: float = Field(0, ge=0, le=86_400)
    expected: str | dict[str, str | None] | None = None
    overrule: bool = False
    whole: bool = False

    def named(self) -> tuple[str, ...]:
        """The cells, each once."""
        return tuple(dict.fromkeys((*self.cells, *([self.cell] if self.cell is not None else []))))


class Decided(Answer):
    """What was decided, and what is open now; `changed` are cells whose need of review changed with it."""

    decisions: tuple[DecisionInfo, ...]
    open: int
    report_open: int
    settled: bool
    changed: tuple[str, ...]


class Current(Answer):
    """The decisions in force on a cell; `last` is what to expect now."""

    cell: str
    decisions: tuple[DecisionInfo, ...]
    last: str | None


class Noting(Ask):
    """Words about a cell."""

    cell: str
    text: Text


class Undone(Answer):
    """Whose decision was taken back."""

    report: ReportRef
    cell: str


class UndoInfo(Answer):
    """What was taken back, null where there was nothing; and what is open now."""

    undone: Undone | None
    open: int
