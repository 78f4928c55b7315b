"""What a notebook shows of a report and of a table: the form's tables, marked where a person should look."""

from collections.abc import Iterator
from html import escape

from gkllm.language import said, speaking
from gkllm.report.parts import Cell, CellState, Violation
from gkllm.report.report import Report
from gkllm.report.table import ReportTable, TableRow

_REVIEW = ' style="background:#f5b5b5;color:#222"'
_STANDINGS = {
    CellState.BLANK: "",
    CellState.NONE: "无",
    CellState.NOT_APPLICABLE: "—",
    CellState.MISSING: "缺",
    CellState.UNREADABLE: "?",
}


def report_page(report: Report) -> str:
    """The report's particulars, its tables, and what is to be looked at."""
    with speaking(report.language):
        return "\n".join(_report(report))


def table_page(table: ReportTable) -> str:
    """The table under its headings; a marked cell tells why when it is pointed at."""
    return "\n".join(_table(table))


def _report(report: Report) -> Iterator[str]:
    about = report.report
    facts = (report.source.name, about.issuer, about.year, about.published)
    yield f"<h4>{escape(about.title or report.source.name)}</h4>"
    yield f"<p>{escape(' · '.join(str(fact) for fact in facts if fact))}</p>"
    for table_id in report.tables:
        yield from _table(report[table_id])
    yield from _list(said("Broken relations"), [_sentence(report, each) for each in report.violations])
    labelled = [
        " ".join((f"{cell.label}: {_shown(cell)}", *(f"({reason})" for reason in cell.reasons)))
        for cell in report.to_review
    ]
    yield from _list(said("Cells to review"), labelled)
    yield from _list(said("Warnings"), report.warnings)


def _sentence(report: Report, violation: Violation) -> str:
    return violation.message.zh if report.language == "zh" else violation.message.en


def _list(title: str, entries: list[str] | tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield f"<details><summary>{escape(title)} ({len(entries)})</summary><ul>"
        yield from (f"<li>{escape(entry)}</li>" for entry in entries)
        yield "</ul></details>"


def _table(table: ReportTable) -> Iterator[str]:
    if not table.found:
        yield f"<p><b>{escape(table.id)}</b>: {escape(said('not found in the document'))}</p>"
        return
    yield f"<table><caption>{escape(table.id)} ({escape(table.edition)})</caption>"
    for headings, rows in table.blocks():
        yield "<tr><th></th>" + "".join(f"<th>{escape(heading)}</th>" for heading in headings) + "</tr>"
        yield from map(_row, rows)
    yield "</table>"


def _row(row: TableRow) -> str:
    label = f'<th style="text-align:left">{escape(row.label)}</th>'
    return f"<tr>{label}{''.join(map(_cell, row.cells.values()))}</tr>"


def _cell(cell: Cell) -> str:
    marked = _REVIEW if cell.needs_review else ""
    told = f' title="{escape("; ".join(cell.reasons))}"' if cell.reasons else ""
    return f"<td{marked}{told}>{escape(_shown(cell))}</td>"


def _shown(cell: Cell) -> str:
    return str(cell.value) if cell.state is CellState.REPORTED else _STANDINGS[cell.state]
