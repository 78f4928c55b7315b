"""What a cell is called on a narrow screen, in Chinese and in English."""

from gkllm.checking.sentences import number
from gkllm.form import CellId, CellPlace, Form
from gkllm.report import Cell, CellState, Report
from gkllm.review.log import Content
from gkllm.terminal.words import printable, table_of

_STATES = {
    CellState.BLANK: "空 blank",
    CellState.NONE: "无 none",
    CellState.NOT_APPLICABLE: "— not applicable",
    CellState.MISSING: "缺 missing",
    CellState.UNREADABLE: "? unreadable",
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
    return number(content.value) if content.state is CellState.REPORTED else _STATES[content.state]


def content_of(cell: Cell) -> Content:
    """What a report says a cell holds."""
    return Content(value=cell.value, state=cell.state)


def place_of(report: Report, form: Form, cell: str) -> CellPlace | None:
    """Where the form prints a cell; null where it has none of that name."""
    return table_of(report, form, CellId(cell).table).places.get(cell)
