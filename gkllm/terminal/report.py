"""One report on a terminal, and many, a line each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from gkllm.checking.sentences import number
from gkllm.form import CellId, Form
from gkllm.report import Cell, CellState, Report, Verdict
from gkllm.settings import Language
from gkllm.terminal.cells import (
    DIFFERENT_STYLE,
    MISSING_MARK,
    PRINT_MARK,
    REVIEW_MARK,
    REVIEW_STYLE,
    UNREADABLE_MARK,
    differs_from_print,
    quoted,
)
from gkllm.terminal.findings import render_review, render_violations
from gkllm.terminal.tables import render_table
from gkllm.terminal.words import printable, table_of


@dataclass(frozen=True, slots=True)
class _ReportView:
    report: Report
    form: Form
    text: str | None
    language: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from _heading(self.report)
        cells = {cell.id: cell for cell in self.report.cells}
        for table_id in self.form.table_ids:
            yield from _table(self.report, self.form, table_id, cells, options.max_width)
        yield from _legend(self.report)
        review = render_review(self.report, self.form, self.text)
        broken = render_violations(self.report, self.form, self.language)
        for part in (broken, review, _closing(self.report)):
            for index, line in enumerate(part):
                if index == 0:
                    yield Text()
                yield line


def render_report(
    report: Report, form: Form, text: str | None = None, language: Language = "en"
) -> RenderableType:
    """The report's tables, broken relations and cells to review, for a console of any width.

    `form` is the report's. `text` is the document's text; with it places are given as line numbers. What is said of
    broken relations is in `language`.
    """
    return _ReportView(report, form, text, language)


def _heading(report: Report) -> Iterator[Text]:
    about = report.report
    yield Text(printable(about.title or report.source.name), style="bold")
    facts = [report.source.name, about.issuer, str(about.year) if about.year else None, about.published]
    yield Text(printable(" · ".join(fact for fact in facts if fact)), style="dim")


def _table(
    report: Report, form: Form, table_id: str, cells: dict[str, Cell], width: int
) -> Iterator[RenderableType]:
    info = report.tables.get(table_id)
    if info is None or not info.found:
        table = form.untold(table_id)
        yield Text()
        yield Text(f"{table.section}、{table.title}", style="bold")
        yield Text("not found in the document", style=REVIEW_STYLE)
        return
    table = table_of(report, form, table_id)
    yield Text()
    yield Text.assemble((f"{table.section}、{table.title}", "bold"), (f"  edition {info.edition}", "dim"))
    yield render_table(table, cells, width)


def _legend(report: Report) -> Iterator[Text]:
    """What the marks mean that stand in these tables, with an example from them."""
    found = [cell for cell in report.cells if report.tables[CellId(cell.id).table].found]
    entries: list[Text] = []
    if any(cell.needs_review for cell in found):
        entries.append(Text.assemble((REVIEW_MARK, REVIEW_STYLE), " needs review"))
    different = next((cell for cell in found if differs_from_print(cell) and cell.value is not None), None)
    if different is not None:
        sample = f"{number(different.value)} {PRINT_MARK}{quoted(different.raw)}"
        entries.append(Text.assemble((sample, DIFFERENT_STYLE), " the value read, and what is printed"))
    if any(cell.state is CellState.MISSING for cell in found):
        entries.append(Text(f"{MISSING_MARK} not in the document"))
    if any(cell.state is CellState.UNREADABLE for cell in found):
        entries.append(Text(f"{UNREADABLE_MARK} no number can be read"))
    yield from entries


def _closing(report: Report) -> Iterator[Text]:
    for warning in report.warnings:
        yield Text(f"Warning: {printable(warning)}", style="yellow")
    if report.sections:
        yield Text(f"Sections: {printable(' · '.join(section.title for section in report.sections))}")
    if report.claims:
        verdicts = [claim.agrees for claim in report.claims]
        yield Text(
            f"Numbers stated in sentences: {len(verdicts)}, of which {verdicts.count(True)} agree with the tables, "
            f"{verdicts.count(False)} do not, {verdicts.count(None)} cannot be compared."
        )
    if not report.violations and not any(cell.needs_review for cell in report.cells):
        yield Text("Every relation holds, and no cell needs review.", style="green")
    usage = report.usage
    if usage.calls or usage.cached_answers:
        asked = f"{usage.calls} requests, {usage.cached_answers} cached answers"
        tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens"
        yield Text(f"{printable(usage.model or 'model')}: {asked}, {tokens}", style="dim")


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
