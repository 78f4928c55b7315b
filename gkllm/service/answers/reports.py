"""Files handed over together and what became of them, reports as they are listed, and their documents."""

from typing import Literal

from pydantic import Field

from gkllm.service.answers import Answer, ReportRef

State = Literal["waiting", "running", "done"]


class FailureInfo(Answer):
    """Why there is no report of a file or of a part of it: the error's class, and its one line."""

    kind: str = Field(examples=["NoTablesFound"])
    message: str


class FileInfo(Answer):
    """A file of a job. `to_review` counts the cells of its reports that a person should look at."""

    name: str
    state: Literal["waiting", "done", "failed"]
    reports: tuple[ReportRef, ...] = ()
    to_review: int = 0
    failures: tuple[FailureInfo, ...] = ()


class JobSummary(Answer):
    """A job in numbers: `done` and `failed` count files, `reports` what was found in them. Times are in UTC."""

    id: str
    state: State
    created: str
    finished: str | None = None
    total: int
    done: int
    failed: int
    reports: int
    to_review: int


class JobInfo(JobSummary):
    """A job with its files, in the order in which they were handed over."""

    files: tuple[FileInfo, ...]


class JobList(Answer):
    """The asker's jobs, the newest first."""

    items: tuple[JobSummary, ...]


class Summary(Answer):
    """A report in a line. `to_review` and `broken` are as it was read, `open` as it stands now."""

    id: ReportRef
    name: str = Field(description="The document's name, as it was given.")
    title: str | None
    issuer: str | None
    year: int | None
    published: str | None
    form: str
    media_type: str
    cells: int
    to_review: int
    open: int
    broken: int
    read: str


class Page(Answer):
    """Reports, those read last first. `next` is what `after` of the next request is; null at the end."""

    items: tuple[Summary, ...]
    next: str | None
    total: int


class PieceInfo(Answer):
    """A part of a line: its range of the document's text, or the cell it prints where the document is gone."""

    text: str
    start: int
    end: int
    cell: str | None = None


class PageSize(Answer):
    """A page and its size in points."""

    number: int
    width: float
    height: float


class DocumentInfo(Answer):
    """A report's document as it is shown: its text, which spans index, in lines; or its pages' pictures."""

    kind: Literal["text", "pages"]
    name: str
    media_type: str
    available: bool
    text: str = ""
    part: tuple[int, int] | None = Field(None, description="The range of the text that is the report's own.")
    lines: tuple[tuple[PieceInfo, ...], ...] = ()
    pages: tuple[PageSize, ...] = ()


class CellBox(Answer):
    """Where on the page a cell is printed: left, top, right, bottom, in points from the top left corner."""

    cell: str
    box: tuple[float, float, float, float]


class PageInfo(PageSize):
    """A page with the cells that are printed on it."""

    cells: tuple[CellBox, ...]


class Limits(Answer):
    """What may be handed over in one request, and the suffixes of what is read."""

    max_file_bytes: int
    max_request_bytes: int
    max_files: int
    suffixes: tuple[str, ...]
