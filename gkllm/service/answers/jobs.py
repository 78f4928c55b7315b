"""Jobs: files handed over together, and what has become of them."""

from typing import Literal

from pydantic import Field

from gkllm.service.answers.base import Answer, ReportRef

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
