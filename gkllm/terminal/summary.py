"""Many reports on a terminal: one line each."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gkllm.report import Report, Verdict
from gkllm.terminal.cells import REVIEW_STYLE
from gkllm.terminal.words import printable


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a report in one line. Where it was not read `failure` says why and the counts are 0."""

    name: str
    issuer: str = ""
    year: int | None = None
    cells: int = 0
    review: int = 0
    broken: int = 0
    failure: str | None = None


def summarise(report: Report) -> Summary:
    """A report's line. `broken` counts violations, those of advice too, but not what cannot be checked."""
    return Summary(
        name=report.source.name,
        issuer=report.report.issuer or "",
        year=report.report.year,
        cells=len(report.cells),
        review=sum(cell.needs_review for cell in report.cells),
        broken=sum(violation.verdict is not Verdict.NOT_ASSESSABLE for violation in report.violations),
    )


def render_summaries(summaries: Iterable[Summary]) -> RenderableType:
    """A table of summaries."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("file", overflow="fold")
    table.add_column("issuer", overflow="fold")
    for heading in ("year", "cells", "review", "broken"):
        table.add_column(heading, justify="right", no_wrap=True)
    for summary in summaries:
        name = Text(printable(summary.name))
        if summary.failure is not None:
            table.add_row(name, Text("not read", style=REVIEW_STYLE))
            continue
        table.add_row(
            name,
            Text(printable(summary.issuer)),
            Text(str(summary.year or "")),
            Text(str(summary.cells)),
            Text(str(summary.review), style=REVIEW_STYLE if summary.review else ""),
            Text(str(summary.broken), style=REVIEW_STYLE if summary.broken else ""),
        )
    return table
