"""A finished report's cells under the relations: its numbers, its tables, and both sides of every relation."""

from gkllm.checking.evaluate import Number, Residual, counted, residuals
from gkllm.form import Form, Table
from gkllm.report import Report


def counted_values(report: Report) -> dict[str, Number | None]:
    """Every cell's number: 0 where nothing is printed, null where that is not known."""
    return {cell.id: counted(cell.state, cell.value) for cell in report.cells}


def found_tables(report: Report, form: Form) -> list[Table]:
    """The tables that the report has found, in the editions it names.

    Raises:
        FormError: the report names an edition that a table does not have.
    """
    return [form.table(table_id, info.edition) for table_id, info in report.tables.items() if info.found]


def reported_residuals(report: Report, form: Form) -> list[Residual]:
    """Every relation that the form's rules state of the tables found, evaluated."""
    return residuals(form.relations_over(found_tables(report, form)), counted_values(report))
