"""A report checked again from its own cells, after a correction or under other rules; no document is needed."""

from collections.abc import Collection

from gkllm.checking.evaluate import CheckedCell, found_tables, reported_residuals
from gkllm.checking.violations import check
from gkllm.form import Form, load_forms
from gkllm.prose.agreement import with_claims
from gkllm.record import record_of
from gkllm.report import Report


def recheck(report: Report, form: Form | None = None, confirmed: Collection[str] = ()) -> Report:
    """The report with the violations that its cells have now, against each other and against its claims.

    Relations are those of `form`, the shipped one that the report names if left out, over the tables the report has
    found. For a report fresh from extraction under the same rules the violations are the same. The ids in `confirmed`
    are cells that a person has seen: their values are taken as certain and no suggestion changes them.

    Raises:
        FormError: the report names a form or an edition that is not known.
    """
    form = form or load_forms()[report.form]
    cells = {cell.id: cell for cell in report.cells}

    def describe(name: str) -> CheckedCell:
        cell = cells[name]
        if name in confirmed:
            return CheckedCell(cell.state, cell.raw, cell.value, confirmed=True)
        return record_of(cell, form).checked()

    broken = check(reported_residuals(report, form), describe, found_tables(report, form)).violations
    return with_claims(report.model_copy(update={"violations": broken}), form, report.claims)
