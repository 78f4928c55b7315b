"""One report on a terminal, with what a person should look at; and many, a line each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from gkllm.checking.sentences import number, suggestion_in_words, unlisted_in_words
from gkllm.form import CellId, Form
from gkllm.language import counted, said, spoken
from gkllm.report import Cell, CellState, Report, Verdict, Violation
from gkllm.terminal.grid import (
    DIFFERENT_STYLE,
    MISSING_MARK,
    PRINT_MARK,
    REVIEW_MARK,
    REVIEW_STYLE,
    UNREADABLE_MARK,
    Indented,
    differs_from_print,
    quoted,
)
from gkllm.terminal.tables import render_table
from gkllm.terminal.words import cell_label, printable, table_of


@dataclass(frozen=True, slots=True)
class _ReportView:
    report: Report
    form: Form
    text: str | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from _heading(self.report)
        cells = {cell.id: cell for cell in self.report.cells}
        for table_id in self.form.table_ids:
            yield from _table(self.report, self.form, table_id, cells, options.max_width)
        yield from _legend(self.report)
        review = render_review(self.report, self.form, self.text)
        broken = render_violations(self.report, self.form)
        for part in (broken, review, _closing(self.report)):
            for index, line in enumerate(part):
                if index == 0:
                    yield Text()
                yield line


def render_report(report: Report, form: Form, text: str | None = None) -> RenderableType:
    """The report's tables, broken relations and cells to review, for a console of any width.

    `form` is the report's. `text` is the document's text; with it places are given as line numbers.
    """
    return _ReportView(report, form, text)


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
        yield Text(said("not found in the document"), style=REVIEW_STYLE)
        return
    table = table_of(report, form, table_id)
    yield Text()
    yield Text.assemble(
        (f"{table.section}、{table.title}", "bold"),
        (said("  edition {edition}", edition=info.edition), "dim"),
    )
    yield render_table(table, cells, width)


def _legend(report: Report) -> Iterator[Text]:
    """What the marks mean that stand in these tables, with an example from them."""
    found = [cell for cell in report.cells if report.tables[CellId(cell.id).table].found]
    entries: list[Text] = []
    if any(cell.needs_review for cell in found):
        entries.append(Text.assemble((REVIEW_MARK, REVIEW_STYLE), " " + said("needs review")))
    different = next((cell for cell in found if differs_from_print(cell) and cell.value is not None), None)
    if different is not None:
        sample = f"{number(different.value)} {PRINT_MARK}{quoted(different.raw)}"
        meaning = said("the value read, and what is printed")
        entries.append(Text.assemble((sample, DIFFERENT_STYLE), f" {meaning}"))
    if any(cell.state is CellState.MISSING for cell in found):
        entries.append(Text(said("{mark} not in the document", mark=MISSING_MARK)))
    if any(cell.state is CellState.UNREADABLE for cell in found):
        entries.append(Text(said("{mark} no number can be read", mark=UNREADABLE_MARK)))
    yield from entries


def _closing(report: Report) -> Iterator[Text]:
    for warning in report.warnings:
        yield Text(said("Warning: {warning}", warning=printable(warning)), style="yellow")
    if report.sections:
        titles = printable(" · ".join(section.title for section in report.sections))
        yield Text(said("Sections: {titles}", titles=titles))
    if report.claims:
        verdicts = [claim.agrees for claim in report.claims]
        yield Text(
            said(
                "Numbers stated in sentences: {count}, of which {agree} agree with the tables, {differ} do not, "
                "{open} cannot be compared.",
                count=len(verdicts),
                agree=verdicts.count(True),
                differ=verdicts.count(False),
                open=verdicts.count(None),
            )
        )
    if not report.violations and not any(cell.needs_review for cell in report.cells):
        yield Text(said("Every relation holds, and no cell needs review."), style="green")
    usage = report.usage
    if usage.calls or usage.cached_answers:
        told = said(
            "{model}: {calls} requests, {cached} cached answers, {prompt} + {completion} tokens",
            model=printable(usage.model or said("model")),
            calls=usage.calls,
            cached=usage.cached_answers,
            prompt=usage.prompt_tokens,
            completion=usage.completion_tokens,
        )
        yield Text(told, style="dim")


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
    table.add_column(said("file"), overflow="fold")
    table.add_column(said("issuer"), overflow="fold")
    for heading in (said("year"), said("cells"), said("to review"), said("broken")):
        table.add_column(heading, justify="right")
    for summary in summaries:
        name = Text(printable(summary.name))
        if summary.failure is not None:
            table.add_row(name, Text(said("not read"), style=REVIEW_STYLE))
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


_MOST_CELLS = 40
_MOST_SUGGESTIONS = 3


def render_violations(report: Report, form: Form) -> Iterator[Text | Indented]:
    """One entry a broken relation; those that cannot be assessed are counted by rule.

    Relations that are broken together are reconciled together, so what would do it follows the last of them.
    """
    open_ = [violation for violation in report.violations if violation.verdict is Verdict.NOT_ASSESSABLE]
    broken = [violation for violation in report.violations if violation.verdict is not Verdict.NOT_ASSESSABLE]
    if broken:
        yield Text(said("Broken relations ({count})", count=len(broken)), style="bold")
    for violation, following in zip_longest(broken, broken[1:]):
        style = REVIEW_STYLE if violation.severity == "error" else "yellow"
        line = Text(violation.rule, style=style)
        words = getattr(violation.message, spoken())
        line.append(f"  {printable(words or violation.scope)}", style="not bold default")
        yield Indented(line, 2)
        if following is None or following.suggestions != violation.suggestions:
            yield from _suggestions(report, form, violation)
    if open_:
        yield Text(said("Relations that cannot be checked ({count})", count=len(open_)), style="bold")
        counts = Counter(violation.rule for violation in open_)
        listed = ", ".join(f"{rule} ({count})" for rule, count in counts.items())
        yield Indented(Text(said("{rules}: a cell is missing or unreadable", rules=listed)), 2)


def _suggestions(report: Report, form: Form, violation: Violation) -> Iterator[Indented]:
    if violation.severity == "advice":
        return
    places = {
        cell: place
        for table_id in report.tables
        for cell, place in table_of(report, form, table_id).places.items()
    }
    shown = violation.suggestions[:_MOST_SUGGESTIONS]
    for suggestion in shown:
        yield Indented(Text(suggestion_in_words(suggestion, places, spoken()), style="dim"), 6)
    unlisted = len(violation.suggestions) - len(shown)
    for words in unlisted_in_words(unlisted, violation.suggestions_complete, spoken()):
        yield Indented(Text(words, style="dim"), 6)


def render_review(report: Report, form: Form, text: str | None) -> Iterator[Text | Indented]:
    """One entry a cell that needs review, with its line number where the document's text is at hand.

    Missing cells are counted by table, and a long list ends in the number of cells left out.
    """
    cells = [cell for cell in report.cells if cell.needs_review]
    if not cells:
        return
    yield Text(
        said("Needs review ({count} of {total} cells)", count=len(cells), total=len(report.cells)),
        style="bold",
    )
    missing = Counter(CellId(cell.id).table for cell in cells if cell.state is CellState.MISSING)
    for table_id, count in missing.items():
        table = table_of(report, form, table_id)
        told = counted(
            "{table}: {count} cell is not in the document",
            "{table}: {count} cells are not in the document",
            count,
            table=f"{table.section}、{table.title}",
        )
        yield Indented(Text(told), 2)
    present = [cell for cell in cells if cell.state is not CellState.MISSING]
    for cell in present[:_MOST_CELLS]:
        yield Indented(_cell_line(report, form, cell, text), 2)
        for reason in cell.reasons:
            yield Indented(Text(printable(reason)), 6)
    if len(present) > _MOST_CELLS:
        rest = len(present) - _MOST_CELLS
        told = counted(
            "and {count} more cell; --format csv or json lists every one",
            "and {count} more cells; --format csv or json lists every one",
            rest,
        )
        yield Indented(Text(told), 2)


def _cell_line(report: Report, form: Form, cell: Cell, text: str | None) -> Text:
    line = Text(cell_label(report, form, cell.id), style=REVIEW_STYLE)
    facts = [
        number(cell.value) if cell.state is CellState.REPORTED else said(cell.state.value.replace("_", " "))
    ]
    if differs_from_print(cell):
        facts.append(said("printed {raw}", raw=quoted(cell.raw)))
    facts.append(said("confidence {share}", share=_percent(cell.confidence)))
    if cell.span is not None and text is not None:
        facts.append(said("line {number}", number=text.count("\n", 0, cell.span.start) + 1))
    if cell.page is not None:
        facts.append(said("page {number}", number=cell.page))
    line.append(f": {', '.join(facts)}", style="not bold default")
    return line


def _percent(confidence: float) -> str:
    """Never 100 %: no confidence is that."""
    return said("over 99%") if confidence > 0.99 else f"{confidence:.0%}"
