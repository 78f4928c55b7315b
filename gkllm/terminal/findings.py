"""What a person should look at: broken relations, and cells that need review with their reasons."""

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from gkllm.report import Cell, CellState, Report, Suggestion, Verdict, Violation
from gkllm.terminal.cells import REVIEW_STYLE, differs_from_print, quoted
from gkllm.terminal.indented import Indented
from gkllm.terminal.words import VERDICTS, cell_label, comparison, number, printable, scope_label, table_of

_MOST_CELLS = 40
_MOST_SUGGESTIONS = 3


def render_violations(report: Report) -> Iterator[Text | Indented]:
    """One entry a broken relation; those that cannot be assessed are counted by rule."""
    open_ = [violation for violation in report.violations if violation.verdict is Verdict.NOT_ASSESSABLE]
    broken = [violation for violation in report.violations if violation.verdict is not Verdict.NOT_ASSESSABLE]
    if broken:
        yield Text(f"Broken relations ({len(broken)})", style="bold")
    for violation in broken:
        style = REVIEW_STYLE if violation.severity == "error" else "yellow"
        line = Text(violation.rule, style=style)
        line.append(f" {scope_label(report, violation)}: {comparison(violation)}", style="not bold default")
        yield Indented(line, 2)
        advice = " (advice: this may be right)" if violation.severity == "advice" else ""
        yield Indented(Text(VERDICTS[violation.verdict] + advice), 6)
        yield from _suggestions(report, violation)
    if open_:
        yield Text(f"Relations that cannot be checked ({len(open_)})", style="bold")
        counts = Counter(violation.rule for violation in open_)
        listed = ", ".join(f"{rule} ({count})" for rule, count in counts.items())
        yield Indented(Text(f"{listed}: a cell is missing or unreadable"), 2)


def _suggestions(report: Report, violation: Violation) -> Iterator[Indented]:
    for suggestion in violation.suggestions[:_MOST_SUGGESTIONS]:
        yield Indented(Text(f"would be reconciled by {_changes(report, suggestion)}", style="dim"), 6)
    more = len(violation.suggestions) - _MOST_SUGGESTIONS
    if more > 0:
        yield Indented(Text(f"or by {more} other changes as small", style="dim"), 6)


def _changes(report: Report, suggestion: Suggestion) -> str:
    return ", ".join(
        f"{cell_label(report, change.cell)} {_side(change.before)} → {_side(change.after)}"
        for change in suggestion.changes
    )


def _side(value: int | float | None) -> str:
    return "blank" if value is None else number(value)


def render_review(report: Report, text: str | None) -> Iterator[Text | Indented]:
    """One entry a cell that needs review, with its line number where the document's text is at hand.

    Missing cells are counted by table, and a long list ends in the number of cells left out.
    """
    cells = [cell for cell in report.cells if cell.needs_review]
    if not cells:
        return
    yield Text(f"Needs review ({len(cells)} of {len(report.cells)} cells)", style="bold")
    missing = Counter(cell.id.split(".")[0] for cell in cells if cell.state is CellState.MISSING)
    for table_id, count in missing.items():
        table = table_of(report, table_id)
        yield Indented(Text(f"{table.section}、{table.title}: {count} cells are not in the document"), 2)
    present = [cell for cell in cells if cell.state is not CellState.MISSING]
    for cell in present[:_MOST_CELLS]:
        yield Indented(_cell_line(report, cell, text), 2)
        for reason in cell.reasons:
            yield Indented(Text(printable(reason)), 6)
    if len(present) > _MOST_CELLS:
        rest = len(present) - _MOST_CELLS
        yield Indented(Text(f"and {rest} more cells; --format csv or json lists every one"), 2)


def _cell_line(report: Report, cell: Cell, text: str | None) -> Text:
    line = Text(cell_label(report, cell.id), style=REVIEW_STYLE)
    facts = [number(cell.value) if cell.state is CellState.REPORTED else cell.state.value.replace("_", " ")]
    if differs_from_print(cell):
        facts.append(f"printed {quoted(cell.raw)}")
    facts.append(f"confidence {_percent(cell.confidence)}")
    if cell.span is not None and text is not None:
        facts.append(f"line {text.count(chr(10), 0, cell.span.start) + 1}")
    if cell.page is not None:
        facts.append(f"page {cell.page}")
    line.append(f": {', '.join(facts)}", style="not bold default")
    return line


def _percent(confidence: float) -> str:
    """Never 100 %: no confidence is that."""
    return "over 99%" if confidence > 0.99 else f"{confidence:.0%}"
