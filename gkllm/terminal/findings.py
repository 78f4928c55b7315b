"""What a person should look at: broken relations, and cells that need review with their reasons."""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from rich.text import Text

from gkllm.checking.sentences import number, suggestion_in_words, unlisted_in_words
from gkllm.form import CellId, Form
from gkllm.language import counted, said, spoken
from gkllm.report import Cell, CellState, Report, Verdict, Violation
from gkllm.terminal.cells import REVIEW_STYLE, differs_from_print, quoted
from gkllm.terminal.grid import Indented
from gkllm.terminal.words import cell_label, printable, table_of

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
