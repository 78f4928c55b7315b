"""Counts over the whole store, and what checks over several reports find."""

from typing import Any

from pydantic import Field

from gkllm.report import Violation
from gkllm.service.answers import Answer, Ask, ReportRef


class YearInfo(Answer):
    """The reports of a year; `broken` counts those with broken relations."""

    year: int | None
    reports: int
    open: int
    broken: int


class IssuerInfo(Answer):
    """The reports of an issuer, and the years they are for; `broken` as of a year."""

    issuer: str | None
    reports: int
    open: int
    broken: int
    years: tuple[int, ...]


class BrokenInfo(Answer):
    """How often a rule is broken with a verdict."""

    rule: str
    words: str
    verdict: str
    verdict_words: str
    count: int


class ReviewerInfo(Answer):
    """One reviewer's decisions in force, the seconds they took, and the median."""

    name: str
    decisions: int
    seconds: float
    median: float


class Progress(Answer):
    """How far the review is."""

    open: int
    decided: int
    conflicts: int
    reviewers: tuple[ReviewerInfo, ...]


class BinInfo(Answer):
    """Of `total` decided cells whose confidence was in this range, `right` stood as they were read."""

    low: float
    high: float
    right: int
    total: int
    mean: float


class Calibration(Answer):
    """How often the program was right, of cells that the queue chose and of cells that were drawn at random."""

    queued: tuple[BinInfo, ...]
    sampled: tuple[BinInfo, ...]


class StatsInfo(Answer):
    """The store in numbers."""

    reports: int
    documents: int
    failures: int
    cells: int
    by_year: tuple[YearInfo, ...]
    by_issuer: tuple[IssuerInfo, ...]
    broken: tuple[BrokenInfo, ...]
    review: Progress
    calibration: Calibration


class CheckedReport(Answer):
    """A report that was checked again."""

    id: ReportRef
    name: str
    issuer: str | None
    year: int | None
    violations: tuple[Violation, ...]


class CheckInfo(Answer):
    """What was found within reports and between them; `findings` are as `gkllm check --format json` writes them."""

    reports: tuple[CheckedReport, ...]
    findings: tuple[dict[str, Any], ...]


class Checking(Ask):
    """What to check. `tree` are pairs of parent and child, by issuer: a parent is its children's sum."""

    issuer: str | None = None
    tree: tuple[tuple[str, str], ...] = Field((), max_length=10_000)


class Health(Answer):
    """Whether the service can answer."""

    status: str
    version: str


class SessionInfo(Answer):
    """Who is at the page. `csrf` goes into the header X-CSRF-Token of everything that changes something."""

    name: str
    access: str
    csrf: str
    needs_token: bool


class Beginning(Ask):
    """Who is at the page: a name, on the machine itself, or a token."""

    name: str | None = Field(None, max_length=80)
    token: str | None = Field(None, max_length=200)
