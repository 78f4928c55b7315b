"""Whether a fixture's truth can be true: ids, states, places, relations."""

from collections.abc import Iterator
from itertools import pairwise

from gkllm.documents.document import collapse
from gkllm.documents.opening import open_document
from gkllm.errors import DocumentError
from gkllm.evaluation.fixture import Fixture
from gkllm.evaluation.truth import TrueCell, TrueReport, assess
from gkllm.form import CellId, Form, Forms, Table
from gkllm.report import CellState


def problems(fixture: Fixture, forms: Forms) -> tuple[str, ...]:
    """What is wrong with the fixture, one line each; empty where nothing is."""
    return tuple(_problems(fixture, forms))


def _problems(fixture: Fixture, forms: Forms) -> Iterator[str]:
    if not fixture.truth.reports:
        yield "it holds no report"
    text: str | None = None
    try:
        text = open_document(fixture.document.read_bytes(), fixture.document.name).text
    except (OSError, DocumentError) as error:
        yield f"the document cannot be read: {error}"
    several = len(fixture.truth.reports) > 1
    for number, report in enumerate(fixture.truth.reports, start=1):
        place = f"report {number}: " if several else ""
        for problem in _report_problems(report, forms[report.form], text):
            yield place + problem


def _report_problems(report: TrueReport, form: Form, text: str | None) -> Iterator[str]:
    if tuple(report.tables) != form.table_ids:
        yield f"its tables must be {', '.join(form.table_ids)}, in this order"
        return
    tables = report.form_tables(form)
    misnamed = list(_id_problems(report, tables))
    yield from misnamed
    for cell_id, cell in report.cells.items():
        for problem in _cell_problems(cell, text):
            yield f"{cell_id}: {problem}"
    yield from _shared_places(report)
    if not misnamed:
        yield from _missing_problems(report, tables)
        yield from _relation_problems(report, form, tables)


def _id_problems(report: TrueReport, tables: tuple[Table, ...]) -> Iterator[str]:
    for table in tables:
        expected = table.cell_ids()
        given = [cell_id for cell_id in report.cells if CellId(cell_id).table == table.id]
        for cell_id in given:
            if cell_id not in expected:
                yield f"the form's edition {table.edition} has no cell {cell_id!r}"
        for cell_id in expected:
            if cell_id not in report.cells:
                yield f"the cell {cell_id!r} is left out"
    for cell_id in report.cells:
        if CellId(cell_id).table not in report.tables:
            yield f"the form has no table for the cell {cell_id!r}"


def _cell_problems(cell: TrueCell, text: str | None) -> Iterator[str]:
    if (cell.value is not None) != (cell.state is CellState.REPORTED):
        yield f"a cell in state {cell.state.value} cannot have the value {cell.value}"
    printed = cell.state not in (CellState.BLANK, CellState.MISSING)
    if printed and not cell.raw:
        yield f"a cell in state {cell.state.value} must say what is printed"
    if not printed and cell.raw:
        yield f"a cell in state {cell.state.value} cannot print {cell.raw!r}"
    if cell.raw != collapse(cell.raw):
        yield f"the printed string {cell.raw!r} holds white space to collapse"
    if cell.span is not None and text is not None:
        start, end = cell.span
        held = text[start:end] if 0 <= start <= end else ""
        if not held or held != held.strip() or collapse(held) != cell.raw:
            yield f"its span {start} to {end} holds {held[:40]!r}, not {cell.raw!r}"


def _shared_places(report: TrueReport) -> Iterator[str]:
    taken = sorted((cell.span, cell_id) for cell_id, cell in report.cells.items() if cell.span)
    for (left, first), (right, second) in pairwise(taken):
        if right[0] < left[1]:
            yield f"{first} and {second} share a place"


def _missing_problems(report: TrueReport, tables: tuple[Table, ...]) -> Iterator[str]:
    for table in tables:
        printed = any(report.cells[cell].state is not CellState.MISSING for cell in table.cell_ids())
        if printed and not report.tables[table.id].found:
            yield f"the table {table.id!r} is not found, and yet cells of it are not missing"


def _relation_problems(report: TrueReport, form: Form, tables: tuple[Table, ...]) -> Iterator[str]:
    relations = form.relations_over(tables)
    broken, _ = assess(relations, report.cells)
    for rule, scope in sorted(broken - report.broken):
        yield f"its numbers break {rule} ({scope}), and it does not say so"
    known = {(relation.rule, relation.scope) for relation in relations}
    for rule, scope in sorted(report.broken - broken):
        reason = "its numbers do not break it" if (rule, scope) in known else "the form has no such relation"
        yield f"it says that {rule} ({scope}) is broken: {reason}"
