"""A report checked again from its own cells, after a correction or under other rules; no document is needed."""

from collections.abc import Collection
from dataclasses import replace

from gkllm.checking.cells import CheckedCell, counted
from gkllm.checking.check import check
from gkllm.checking.evaluate import residuals
from gkllm.confidence import Evidence, confidence
from gkllm.form import Rule, load_table, relations_over
from gkllm.report import Cell, Report


def recheck(report: Report, rules: tuple[Rule, ...] | None = None, confirmed: Collection[str] = ()) -> Report:
    """The report with the violations that its cells have now; nothing else changes.

    Relations are those of `rules` (the built-in ones, if null) over the tables the report has found. For a report
    fresh from extraction under the same rules the violations are the same. The ids in `confirmed` are cells that
    a person has seen: their values are taken as certain and no suggestion
    changes them.

    Raises:
        FormError: the report names an edition that a table does not have.
    """
    tables = [load_table(name, info.edition) for name, info in report.tables.items() if info.found]
    cells = {cell.id: cell for cell in report.cells}
    values = {cell.id: counted(cell.state, cell.value) for cell in report.cells}
    found = residuals(relations_over(tables, rules), values)

    def describe(name: str) -> CheckedCell:
        return _checked(cells[name], name in confirmed)

    return report.model_copy(update={"violations": check(found, describe, tables).violations})


def _checked(cell: Cell, confirmed: bool) -> CheckedCell:
    if confirmed:
        return CheckedCell(cell.state, cell.raw, cell.value, confirmed=True)
    return CheckedCell(
        state=cell.state,
        raw=cell.raw,
        value=cell.value,
        readings=tuple(candidate.value for candidate in cell.candidates),
        doubtful=cell.evidence.get("doubts", 0) > 0,
        certainty=confidence(replace(Evidence.of(cell.evidence), supported=0, broken=0, blamed=0)),
    )
