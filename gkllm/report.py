"""What comes out: the output contract, version 1. Fields may be added; none is renamed or dropped."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1


class CellState(StrEnum):
    """What a printed cell holds."""

    REPORTED = "reported"
    BLANK = "blank"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class Verdict(StrEnum):
    """Why a relation is broken."""

    SUSPECT_READING = "suspect_reading"
    SOURCE_INCONSISTENCY = "source_inconsistency"
    BLANK_TOTAL = "blank_total"
    NOT_ASSESSABLE = "not_assessable"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Part):
    """A half-open range of Unicode code points in the document's text."""

    start: int
    end: int


class Candidate(_Part):
    """A reading of a cell's text. `reading` names how the text was read, and `value` is what it then says."""

    value: int | float
    reading: str


class ReaderView(_Part):
    """What one reader saw in a cell. `name` and `prompt` (name@hash) are the language model's."""

    raw: str | None
    name: str | None = None
    prompt: str | None = None


class Cell(_Part):
    """One cell of the form.

    `confidence` estimates the probability that `value` and `state` are what the document prints. `evidence`
    holds the named facts it was judged from. `page` counts from 1 and `box` is (left, top, right, bottom) in
    points from the page's top left corner, as displayed; both are null where the document has no pages.
    """

    id: str
    label: str
    raw: str
    value: int | float | None
    state: CellState
    reading: str | None
    candidates: tuple[Candidate, ...]
    confidence: float = Field(ge=0, le=1)
    needs_review: bool
    reasons: tuple[str, ...]
    span: Span | None
    page: int | None
    box: tuple[float, float, float, float] | None = None
    readers: dict[str, ReaderView]
    evidence: dict[str, float]


class Change(_Part):
    """A cell's value before and after a suggested change."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    cell: str
    before: int | float | None = Field(alias="from")
    after: int | float | None = Field(alias="to")


class Suggestion(_Part):
    """Changes that together would satisfy every relation; never applied by itself."""

    changes: tuple[Change, ...]
    cost: float


class Violation(_Part):
    """A relation that does not hold, or that could not be assessed (then the sides are null)."""

    rule: str
    scope: str
    severity: Literal["error", "advice"]
    left: int | float | None
    right: int | float | None
    difference: int | float | None
    cells: tuple[str, ...]
    verdict: Verdict
    suggestions: tuple[Suggestion, ...] = ()


class TableInfo(_Part):
    """Whether a table was found, and the edition of the form its labels are of."""

    found: bool
    edition: str


class PartInfo(_Part):
    """Which of the reports in a file this is: `number` counts from 1."""

    number: int
    of: int


class SourceInfo(_Part):
    """The file: its name, its bytes' hash, and the encoding its text was decoded from, null where it has none.

    `part` is null where the file holds one report.
    """

    name: str
    media_type: str
    sha256: str
    encoding: str | None
    part: PartInfo | None = None


class ReportInfo(_Part):
    """The report's own particulars, null where the text does not say. `published` is an ISO date."""

    title: str | None
    issuer: str | None
    year: int | None
    published: str | None


class Usage(_Part):
    """What the language model cost: every attempt counts, those that failed too.

    `calls` are requests that reached the endpoint, `failed_calls` those among them without a usable answer, and
    `cached_answers` answers taken from the disk cache, which cost nothing.
    """

    model: str | None = None
    calls: int = 0
    failed_calls: int = 0
    cached_answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Report(_Part):
    """One document's tables, checked."""

    schema_version: int = SCHEMA_VERSION
    source: SourceInfo
    report: ReportInfo
    tables: dict[str, TableInfo]
    cells: tuple[Cell, ...]
    violations: tuple[Violation, ...]
    usage: Usage = Usage()
    warnings: tuple[str, ...] = ()

    def to_json(self, *, indent: int | None = None) -> str:
        """The contract's JSON, Chinese written as itself."""
        return self.model_dump_json(by_alias=True, indent=indent)
