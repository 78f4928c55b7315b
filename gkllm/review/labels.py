"""What a cell is called on a narrow screen, in Chinese and in English."""

from functools import cache

from gkllm.form import load_table, split_cell_id
from gkllm.report import Cell, CellState, Report
from gkllm.review.log import Content
from gkllm.terminal.words import number, printable, short

_STATES = {
    CellState.BLANK: "空 blank",
    CellState.NONE: "无 none",
    CellState.NOT_APPLICABLE: "— not applicable",
    CellState.MISSING: "缺 missing",
    CellState.UNREADABLE: "? unreadable",
}


def labels(report: Report, cell: str) -> tuple[str, str]:
    """The cell's section, row and column in Chinese, and its row and column in English."""
    table = split_cell_id(cell)[0]
    return _labels(table, report.tables[table].edition).get(cell, (cell, cell))


def row_label(report: Report, cell: str) -> tuple[str, str]:
    """The Chinese labels of a cell's row and of its column."""
    chinese = labels(report, cell)[0].split("/")
    return (chinese[1], chinese[2]) if len(chinese) == 3 else (cell, "")


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


@cache
def _labels(table_id: str, edition: str) -> dict[str, tuple[str, str]]:
    table = load_table(table_id, "2021" if edition == "2021" else "2019")
    return {
        f"{table.id}.{row.id}.{column.id}": (
            f"{table.section}/{short(row.label)}/{column.label}",
            f"{row.english}, {column.english}",
        )
        for row in table.rows
        for column in row.columns
    }
