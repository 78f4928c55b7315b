"""A reviewed report becomes a truth."""

from collections import Counter

from gkllm.errors import FixtureError
from gkllm.evaluation.truth import TrueCell, TrueReport, TrueTable, assess
from gkllm.form import CellId, Form
from gkllm.report import Cell, Report


def truth_of(report: Report, form: Form, *, unsettled: bool = False) -> TrueReport:
    """What a report says, taken for the truth: a person has looked at it.

    `unsettled` takes over cells that still need review as they are.

    Raises FixtureError where cells need review, or a table's edition is none of the form's.
    """
    open_ = [cell.id for cell in report.cells if cell.needs_review]
    if open_ and not unsettled:
        tables = Counter(CellId(cell_id).table for cell_id in open_)
        where = ", ".join(f"{count} in {table}" for table, count in tables.items())
        raise FixtureError(
            f"{report.source.name}: {len(open_)} cells still need review ({where}), first {open_[0]}; review them, "
            "or take them as they are with --unsettled"
        )
    editions = {table_id: _edition(report, form, table_id) for table_id in report.tables}
    cells = {cell.id: _true_cell(cell) for cell in report.cells}
    relations = form.relations_over(form.table(*table) for table in editions.items())
    broken, _ = assess(relations, cells)
    return TrueReport(
        report=report.report,
        tables={
            table_id: TrueTable(info.found, editions[table_id]) for table_id, info in report.tables.items()
        },
        cells=cells,
        broken=broken,
        form=form.id,
    )


def _edition(report: Report, form: Form, table_id: str) -> str:
    printed = report.tables[table_id].edition
    if printed in form.editions_of(table_id):
        return printed
    raise FixtureError(f"{report.source.name}: the form's table {table_id!r} has no edition {printed!r}")


def _true_cell(cell: Cell) -> TrueCell:
    span = (cell.span.start, cell.span.end) if cell.span else None
    return TrueCell(cell.value, cell.state, cell.raw, None, span)
