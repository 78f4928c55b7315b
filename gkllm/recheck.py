"""A report checked again from its own cells, after a correction or under other rules; no document is needed."""

from collections.abc import Collection

from gkllm.checking.cells import CheckedCell
from gkllm.checking.evaluate import residuals
from gkllm.checking.violations import violations
from gkllm.form import Rule, load_table, relations_over
from gkllm.report import Cell, Report


def recheck(report: Report, rules: tuple[Rule, ...] | None = None, confirmed: Collection[str] = ()) -> Report:
    """The report with the violations that its cells have now; nothing else changes.

    Relations are those of `rules` (the built-in ones, if null) over the tables the report has found. For a report
    fresh from extraction under the same rules the violations are the same. The ids in `confirmed` are cells that
    a person has seen: their values are taken as certain.

    Raises:
        FormError: the report names an edition that a table does not have.
    """
    tables = [load_table(name, info.edition) for name, info in report.tables.items() if info.found]
    cells = {cell.id: _checked(cell, cell.id in confirmed) for cell in report.cells}
    values = {name: cell.counted for name, cell in cells.items()}
    found = residuals(relations_over(tables, rules), values)
    return report.model_copy(update={"violations": violations(found, values, cells.__getitem__)})


def _checked(cell: Cell, confirmed: bool) -> CheckedCell:
    if confirmed:
        return CheckedCell(cell.state, cell.raw, cell.value, confirmed=True)
    return CheckedCell(
        state=cell.state,
        raw=cell.raw,
        value=cell.value,
        readings=tuple(candidate.value for candidate in cell.candidates),
        doubtful=cell.evidence.get("doubts", 0) > 0,
    )
