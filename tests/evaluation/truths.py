"""A small labelled report, and the report of a reader that makes no mistake."""

from collections.abc import Mapping

from gkllm.evaluation.truth import TrueCell, TrueReport, TrueTable
from gkllm.report import Cell, CellState, Report, ReportInfo, SourceInfo, Span, TableInfo, Verdict, Violation
from tests.forms import FORM

INFO = ReportInfo(title="某局2022年报告", issuer="某局", year=2022, published="2023-01-05")


def small_truth(**values: int) -> TrueReport:
    """A 2021 report, every cell 0 but those named (dots as two underscores); its places are made up."""
    numbers = {name.replace("__", "."): value for name, value in values.items()}
    ids = [cell for table in FORM.table_ids for cell in FORM.table(table, "2021").cell_ids()]
    assert numbers.keys() <= set(ids)
    cells = {
        cell_id: TrueCell(
            numbers.get(cell_id, 0),
            CellState.REPORTED,
            str(numbers.get(cell_id, 0)),
            None,
            (10 * index, 10 * index + len(str(numbers.get(cell_id, 0)))),
        )
        for index, cell_id in enumerate(ids)
    }
    return TrueReport(INFO, {table: TrueTable(True, "2021") for table in FORM.table_ids}, cells)


def perfect_report(truth: TrueReport, changed: Mapping[str, Mapping[str, object]] | None = None) -> Report:
    """The truth as a report, with some fields of some cells changed."""
    cells = []
    for cell_id, cell in truth.cells.items():
        fields: dict[str, object] = {
            "id": cell_id,
            "label": "",
            "raw": cell.raw,
            "value": cell.value,
            "state": cell.state,
            "reading": None,
            "candidates": (),
            "confidence": 1.0,
            "needs_review": False,
            "reasons": (),
            "span": Span(start=cell.span[0], end=cell.span[1]) if cell.span else None,
            "page": None,
            "readers": {},
            "evidence": {},
        }
        cells.append(Cell.model_validate(fields | dict((changed or {}).get(cell_id, {}))))
    return Report(
        source=SourceInfo(name="x.txt", media_type="text/plain", sha256="0", encoding="utf-8"),
        report=truth.report,
        tables={
            name: TableInfo(found=table.found, edition=table.edition or "2021")
            for name, table in truth.tables.items()
        },
        cells=tuple(cells),
        violations=tuple(violation(rule, scope) for rule, scope in sorted(truth.broken)),
    )


def violation(rule: str, scope: str, verdict: Verdict = Verdict.SOURCE_INCONSISTENCY) -> Violation:
    """A broken relation as a report lists it."""
    return Violation(
        rule=rule,
        scope=scope,
        severity="error",
        left=None,
        right=None,
        difference=None,
        cells=(),
        verdict=verdict,
    )
