"""What a reviewer should know of a cell, in lines of rich text, and what it is called on a narrow screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rich.text import Text

from gkllm.checking.evaluate import Number, Residual, counted, counted_values
from gkllm.checking.sentences import number, suggestion_in_words
from gkllm.form import CellId, CellPlace, Form, Relation
from gkllm.language import later, said, spoken
from gkllm.report import Cell, CellState, Report, Suggestion
from gkllm.review.log import Content, Decision, Note
from gkllm.terminal.grid import quoted
from gkllm.terminal.words import printable, reasons_of, table_of
from gkllm.wording import word

_MOST_TERMS = 12
_MOST_SUGGESTIONS = 3
_NOT = {"=": "≠", "<=": ">", ">=": "<"}


@dataclass(frozen=True, slots=True)
class About:
    """What is shown of a cell besides itself: how many cells of its missing table are asked about in one, decisions
    that contradict each other, and notes."""

    together: int = 1
    conflict: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()


def question(cell: Cell, together: int = 1) -> str:
    """What is asked about the cell: whether what is printed there is read rightly."""
    raw, value = quoted(cell.raw), in_words(content_of(cell))
    others = [number(candidate.value) for candidate in cell.candidates if candidate.value != cell.value]
    match cell.state:
        case CellState.MISSING if together > 1:
            return said("The document does not print this table ({count} cells): is it so?", count=together)
        case CellState.MISSING:
            return said("The document does not print this cell: is it so?")
        case CellState.BLANK:
            return said("Nothing is printed in this cell: is it so?")
        case CellState.UNREADABLE:
            return said("{raw} is printed: which number is it, if any?", raw=raw)
        case CellState.REPORTED if others:
            rivals = said(" or ").join(others)
            return said(
                "{raw} is printed; read as {value}, not as {rivals}?", raw=raw, value=value, rivals=rivals
            )
        case _:
            return said("{raw} is printed; read as {value}?", raw=raw, value=value)


def describe_cell(report: Report, form: Form, cell: Cell, about: About) -> Iterator[Text]:
    """The cell by name, what is asked, its candidates and what would reconcile the report; then why it is asked, and
    what each reader said."""
    chinese, english = labels(report, form, cell.id)
    yield Text(chinese, style="bold")
    if spoken() == "en":
        yield Text(english, style="italic")
    yield Text(question(cell, about.together), style="reverse")
    if len(cell.candidates) > 1 or cell.value is not None:
        yield from candidate_lines(cell)
    yield from suggestions(report, form, cell.id)
    for decision in about.conflict:
        yield Text(
            said("! {who} says {what}", who=printable(decision.reviewer), what=in_words(decision.after)),
            "bold",
        )
    for reason in reasons_of(cell):
        yield Text(f"- {printable(reason)}")
    for note in about.notes:
        yield Text(
            said("note by {who}: {text}", who=printable(note.reviewer), text=printable(note.text)), "italic"
        )
    sure = said("{share} sure", share=f"{cell.confidence:.0%}")
    yield Text(f"{report_name(report)} · {sure}", style="dim")
    for name, view in cell.readers.items():
        who = f"{name} ({printable(view.name)})" if view.name else name
        what = said("nothing") if view.raw is None else quoted(view.raw)
        yield Text(said("{who} read {what}", who=said(who), what=what), style="dim")


def candidate_lines(cell: Cell, *, numbered: bool = True) -> Iterator[Text]:
    """The readings that the digits allow, each with the key that chooses it."""
    for index, candidate in enumerate(cell.candidates[:9], start=1):
        reading = word("reading", candidate.reading, spoken())
        yield Text.assemble(
            (f"{index} " if numbered else "- ", "bold"), f"{number(candidate.value)}  {reading}"
        )


def describe_relations(
    report: Report, form: Form, cell: Cell, content: Content, found: Iterable[Residual]
) -> Iterator[Text]:
    """The relations over a cell that holds the content: whether each holds, both sides, and the numbers in them."""
    values = {**counted_values(report), cell.id: counted(content.state, content.value)}
    empty = True
    for residual in found:
        empty = False
        yield verdict_line(report, form, residual)
        if len(residual.relation.cells) > 1:
            yield Text(_terms(report, form, residual.relation, values), style="dim")
    if empty:
        yield Text(said("no relation speaks of this cell"), style="dim")


def suggestions(report: Report, form: Form, cell: str) -> Iterator[Text]:
    """The changes of this cell that extraction found would reconcile the report, as far as its values are as then."""
    places = {c: at for table in report.tables for c, at in table_of(report, form, table).places.items()}
    for suggestion in islice(fitting(report, cell), _MOST_SUGGESTIONS):
        yield Text(f"- {suggestion_in_words(suggestion, places, spoken())}", style="italic")


def fitting(report: Report, cell: str) -> Iterator[Suggestion]:
    """What would reconcile the report by changing the cell, each once, as far as its values are as they were then."""
    values = {c.id: c.value for c in report.cells}
    every = (s for violation in report.violations if cell in violation.cells for s in violation.suggestions)
    for suggestion in dict.fromkeys(every):
        changed = {change.cell for change in suggestion.changes}
        if cell in changed and all(values.get(c.cell) == c.before for c in suggestion.changes):
            yield suggestion


def verdict_line(report: Report, form: Form, residual: Residual) -> Text:
    """One relation, its two sides, and whether they agree."""
    relation = residual.relation
    name = f"{relation.rule} {scope_in_words(report, form, relation)}"
    if not residual.assessable:
        return Text(said("? {name}: a cell is missing or unreadable", name=name), style="dim")
    left, right = number(residual.left), number(residual.right)
    if relation.operator == "whole":
        return Text(said("x {name}: {left} is no whole number", name=name, left=left), style="bold red")
    if residual.holds:
        told = said(
            "v {name}: {left} {sign} {right}", name=name, left=left, sign=relation.operator, right=right
        )
        return Text(told, style="green")
    style = "bold red" if relation.severity == "error" else "yellow"
    sides = said(
        "x {name}: {left} {sign} {right} (difference {difference})",
        name=name,
        left=left,
        sign=_NOT[relation.operator],
        right=right,
        difference=number(residual.difference),
    )
    return Text(sides if relation.severity == "error" else said("{sides} (advice)", sides=sides), style=style)


def sums(residual: Residual) -> str:
    """Both sides of a relation, and whether they agree."""
    if not residual.assessable:
        return said("a cell is missing or unreadable")
    operator, left, right = residual.relation.operator, number(residual.left), number(residual.right)
    if operator == "whole":
        return said("{left} is no whole number", left=left)
    if residual.holds:
        return f"{left} {operator} {right}"
    difference = number(residual.difference)
    return said(
        "{left} {sign} {right} (difference {difference})",
        left=left,
        sign=_NOT[operator],
        right=right,
        difference=difference,
    )


def term_labels(report: Report, form: Form, relation: Relation) -> dict[str, str]:
    """What tells each of a relation's cells from the others: its row, or its column where they stand in one row."""
    found = {cell: row_label(report, form, cell) for cell in relation.cells}
    part = 0 if len({row for row, _ in found.values()}) > 1 else 1
    return {cell: label[part] for cell, label in found.items()}


def scope_in_words(report: Report, form: Form, relation: Relation) -> str:
    """What the relation's cells have in common: their row, or else their column."""
    rows, columns = zip(*(row_label(report, form, cell) for cell in relation.cells), strict=True)
    return str(rows[0] if len(set(rows)) == 1 else columns[0])


def _terms(report: Report, form: Form, relation: Relation, values: dict[str, Number | None]) -> str:
    by_row = len({row_label(report, form, cell)[0] for cell in relation.cells}) > 1
    left, right = (_sum(report, form, cells, values, by_row) for cells in (relation.left, relation.right))
    return f"{left} {relation.operator} {right}"


def _sum(
    report: Report, form: Form, cells: tuple[str, ...], values: dict[str, Number | None], by_row: bool
) -> str:
    """The numbers that count; zeros are left out where there are many."""
    shown = [cell for cell in cells if values.get(cell) != 0] if len(cells) > 2 else list(cells)
    words = []
    for cell in shown[:_MOST_TERMS]:
        value = values.get(cell)
        words.append(
            f"{row_label(report, form, cell)[0 if by_row else 1]} {'?' if value is None else number(value)}"
        )
    if len(shown) > _MOST_TERMS:
        words.append(said("{count} more", count=len(shown) - _MOST_TERMS))
    return " + ".join(words) or "0"


_STATES = {
    CellState.BLANK: later("空 blank"),
    CellState.NONE: later("无 none"),
    CellState.NOT_APPLICABLE: later("— not applicable"),
    CellState.MISSING: later("缺 missing"),
    CellState.UNREADABLE: later("? unreadable"),
}


def labels(report: Report, form: Form, cell: str) -> tuple[str, str]:
    """The cell's section, row and column in Chinese, and its row and column in English."""
    place = place_of(report, form, cell)
    if place is None:
        return cell, cell
    return place.label, f"{place.row.english}, {place.column.english}"


def row_label(report: Report, form: Form, cell: str) -> tuple[str, str]:
    """The Chinese labels of a cell's row and of its column."""
    place = place_of(report, form, cell)
    if place is None:
        return cell, ""
    _, row, column = place.label.split("/", 2)
    return row, column


def report_name(report: Report) -> str:
    """Issuer and year, or the document's name where the report does not print them."""
    about = report.report
    if about.issuer and about.year:
        return printable(f"{about.issuer} {about.year}")
    return printable(report.source.name)


def in_words(content: Content) -> str:
    """A value as digits, any other state by name."""
    return number(content.value) if content.state is CellState.REPORTED else said(_STATES[content.state])


def content_of(cell: Cell) -> Content:
    """What a report says a cell holds."""
    return Content(value=cell.value, state=cell.state)


def place_of(report: Report, form: Form, cell: str) -> CellPlace | None:
    """Where the form prints a cell; null where it has none of that name."""
    return table_of(report, form, CellId(cell).table).places.get(cell)
