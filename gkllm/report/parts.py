"""What a report consists of: cells, relations that do not hold, claims, sections and the source."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gkllm.facts import Doubt, as_doubt


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


class Frozen(BaseModel):
    """A record of the contract: it never changes, and holds no other fields than these."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A half-open range of Unicode code points in the document's text."""

    start: int
    end: int


class Candidate(Frozen):
    """A reading of a cell's text. `reading` names how the text was read, and `value` is what it then says."""

    value: int | float
    reading: str


class ReaderView(Frozen):
    """What one reader saw in a cell. `name` and `prompt` (name@hash) are the language model's.

    `picked` is the value it chose among the readings of `raw`, null where it was not asked to choose.
    """

    raw: str | None
    name: str | None = None
    prompt: str | None = None
    picked: int | float | None = None


class Cell(Frozen):
    """One cell of the form.

    `confidence` estimates the probability that `value` and `state` are what the document prints. `evidence`
    holds the named facts it was judged from. `doubts` are what is held against the cell or to be known of it, and
    `reasons` the same in sentences; results written before doubts had kinds have `reasons` alone. `page` counts from 1
    and `box` is (left, top, right, bottom) in points from the page's top left corner, as displayed; both are null where
    the document has no pages.
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
    doubts: tuple[Doubt, ...] = ()
    reasons: tuple[str, ...]
    span: Span | None
    page: int | None
    box: tuple[float, float, float, float] | None = None
    readers: dict[str, ReaderView]
    evidence: dict[str, float]

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """What is shown of it at a prompt."""
        shown = {
            "raw": self.raw,
            "value": self.value,
            "state": self.state.value,
            "confidence": self.confidence,
        }
        yield from {"id": self.id, **shown, "needs_review": self.needs_review}.items()


class Slip(StrEnum):
    """A plausible way in which a wrong number came to be printed or read."""

    CANDIDATE_READING = "candidate_reading"
    TOTAL_NOT_FILLED = "total_not_filled"
    SHIFTED_ROW = "shifted_row"
    SHIFTED_COLUMN = "shifted_column"
    REPEATED_DIGIT = "repeated_digit"
    TRANSPOSED_DIGITS = "transposed_digits"
    DROPPED_DIGIT = "dropped_digit"
    EXTRA_DIGIT = "extra_digit"
    NEIGHBOUR_VALUE = "neighbour_value"
    ONE_DIGIT = "one_digit"


class Change(Frozen):
    """A cell's value before and after a suggested change.

    `after` is null where the relations leave the value open, and `slip` where no plausible one explains the change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    cell: str
    before: int | float | None = Field(alias="from")
    after: int | float | None = Field(alias="to")
    slip: Slip | None = None


class Suggestion(Frozen):
    """Changes that together would satisfy every hard relation tied to the broken one; never applied by itself.

    `cost` sums the cells' weights (1 for one that was read surely, 0.5 for a doubtful one) and, in fractions of
    that, how implausible the slips are.
    """

    changes: tuple[Change, ...]
    cost: float


class Message(Frozen):
    """One sentence for a clerk, in each language."""

    en: str
    zh: str


class Claim(Frozen):
    """A number that a sentence states for a cell's meaning.

    `readings` are the admissible readings of the phrase, each as the cells whose sum is meant, the plain one
    first; there is none where the form has no such cell. `number` is the place of the number itself, null where
    words say it ("未收到"). `certainty` is "explicit" where the sentence names the subject in words of one plain
    meaning, for the whole year and no other body; "implied" where something of that only follows from what stands
    around it; else "unsure" for what `doubts` name and `reasons` tell. `agrees` says whether one of the readings is
    what the tables hold, null where that cannot be told.
    """

    meaning: str
    readings: tuple[tuple[str, ...], ...]
    value: int | float
    quote: str
    span: Span
    number: Span | None
    certainty: Literal["explicit", "implied", "unsure"]
    doubts: tuple[Annotated[Doubt, BeforeValidator(as_doubt)], ...] = ()
    reasons: tuple[str, ...] = ()
    agrees: bool | None = None
    reader: str = "rules"


class Section(Frozen):
    """One of the report's own sections: the number and title of its heading, and what it says.

    `text` is what stands outside the tables, a paragraph a line, white space collapsed. `span` is all of the section
    with its heading and its tables. `number` is the printed one; where a heading prints none, the form's.
    """

    number: int
    title: str
    text: str
    span: Span


class Violation(Frozen):
    """A relation that does not hold, or that could not be assessed (then the sides are null).

    `suggestions_complete` is false where there may be other suggestions as small that were not computed. `quote` is
    the sentence, where one side is what the prose states.
    """

    rule: str
    scope: str
    severity: Literal["error", "advice"]
    left: int | float | None
    right: int | float | None
    difference: int | float | None
    cells: tuple[str, ...]
    verdict: Verdict
    message: Message = Message(en="", zh="")
    suggestions: tuple[Suggestion, ...] = ()
    suggestions_complete: bool = True
    quote: str | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it is an error of arithmetic: neither advice nor what could not be assessed."""
        return self.severity == "error" and self.verdict is not Verdict.NOT_ASSESSABLE


class TableInfo(Frozen):
    """Whether a table was found, and the edition of the form its labels are of."""

    found: bool
    edition: str


class PartInfo(Frozen):
    """Which of the reports in a file this is: `number` counts from 1."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class ReportId:
    """Which report something is said of: the hash of its file's bytes, and which of the file's reports it is.

    Where a file comes to be taken apart otherwise, none of its reports is one of those before.
    """

    sha256: str
    part: PartInfo | None = None

    def __str__(self) -> str:
        return self.sha256 if self.part is None else f"{self.sha256}#{self.part.number}"


class SourceInfo(Frozen):
    """The file: its name, its bytes' hash, and the encoding its text was decoded from, null where it has none.

    `part` is null where the file holds one report; otherwise `name` ends in its number, as in `two.txt#1`.
    """

    name: str
    media_type: str
    sha256: str
    encoding: str | None
    part: PartInfo | None = None

    @property
    def id(self) -> ReportId:
        """Which report this is the source of."""
        return ReportId(self.sha256, self.part)

    @property
    def file(self) -> str:
        """The file's own name."""
        return self.name if self.part is None else self.name.removesuffix(f"#{self.part.number}")


class ReportInfo(Frozen):
    """The report's own particulars, null where the text does not say. `published` is an ISO date."""

    title: str | None
    issuer: str | None
    year: int | None
    published: str | None


class Usage(Frozen):
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
