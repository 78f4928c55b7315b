"""Reports built by hand, for what shows and writes them."""

from collections.abc import Mapping

from gkllm.form import Table
from gkllm.report import (
    Candidate,
    Cell,
    CellState,
    Change,
    Message,
    ReaderView,
    Report,
    ReportInfo,
    Slip,
    SourceInfo,
    Span,
    Suggestion,
    TableInfo,
    Usage,
    Verdict,
    Violation,
)
from tests.forms import FORM


def make_cell(
    cell_id: str,
    raw: str = "0",
    value: int | float | None = 0,
    *,
    state: CellState = CellState.REPORTED,
    reading: str | None = "as_printed",
    reasons: tuple[str, ...] = (),
    start: int = 0,
) -> Cell:
    """A cell; one with reasons needs review."""
    if state is not CellState.REPORTED:
        value, reading = None, None
    return Cell(
        id=cell_id,
        label=cell_id.rpartition(".")[2],
        raw=raw,
        value=value,
        state=state,
        reading=reading,
        candidates=() if value is None else (Candidate(value=value, reading=reading or ""),),
        confidence=0.6 if reasons else 0.99,
        needs_review=bool(reasons),
        reasons=reasons,
        span=Span(start=start, end=start + len(raw)) if raw else None,
        page=None,
        readers={"rules": ReaderView(raw=raw)},
        evidence={},
    )


def make_report(
    *special: Cell,
    name: str = "yinzhou-2019.txt",
    editions: Mapping[str, str] | None = None,
    missing: tuple[str, ...] = (),
    violations: tuple[Violation, ...] = (),
    title: str | None = "鄞州区教育局2019年政府信息公开年度报告",
    usage: Usage | None = None,
    warnings: tuple[str, ...] = (),
) -> Report:
    """A report whose cells all print 0 but for the `special` ones; `missing` tables were not found."""
    given = {cell.id: cell for cell in special}
    tables = [
        FORM.table(table_id, "2021" if edition == "2021" else "2019")
        for table_id, edition in {**_OLD, **(editions or {})}.items()
    ]
    cells = [cell for table in tables for cell in _cells(table, given, table.id in missing)]
    return Report(
        source=SourceInfo(name=name, media_type="text/plain", sha256="ab" * 32, encoding="utf-8"),
        report=ReportInfo(title=title, issuer="鄞州区教育局", year=2019, published="2019-12-30"),
        tables={
            table.id: TableInfo(found=table.id not in missing, edition=table.edition) for table in tables
        },
        cells=tuple(cells),
        violations=violations,
        usage=usage or Usage(),
        warnings=warnings,
    )


_OLD = {"disclosure": "2019", "requests": "2019", "proceedings": "2019"}


def _cells(table: Table, given: Mapping[str, Cell], missing: bool) -> list[Cell]:
    if missing:
        return [
            make_cell(cell_id, "", state=CellState.MISSING, reasons=("not in the document",))
            for cell_id in table.cell_ids()
        ]
    return [given.get(cell_id) or make_cell(cell_id) for cell_id in table.cell_ids()]


def balance_violation() -> Violation:
    """What 鄞州区 2019 prints: the column 自然人 has 3 on one side and 6 on the other."""
    return Violation(
        rule="requests.balance",
        scope="natural_person",
        severity="error",
        left=3,
        right=6,
        difference=-3,
        cells=("requests.received.natural_person", "requests.results_total.natural_person"),
        verdict=Verdict.SOURCE_INCONSISTENCY,
        message=Message(
            en="Column 自然人: 3 on one side, 6 on the other.", zh="自然人栏：一边为 3，另一边为 6。"
        ),
        suggestions=(
            Suggestion(
                changes=(
                    Change(
                        cell="requests.results_total.natural_person", before=6, after=3, slip=Slip.ONE_DIGIT
                    ),
                ),
                cost=1.14,
            ),
        ),
    )


def noisy_report() -> Report:
    """Every kind of cell there is, a broken relation, and two cells to review."""
    doubled = ("proceedings.review.corrected", "proceedings.review.pending", "proceedings.review.total")
    return make_report(
        make_cell("requests.results_total.natural_person", "66", 6, reading="duplicated_run",
                  reasons=("takes part in a broken relation (requests.balance)",), start=6),
        make_cell("requests.refused_state_secret.natural_person", "0 0", 0, reading="duplicated_run"),
        make_cell("requests.received.natural_person", "3", 3),
        make_cell("requests.received.business", "", state=CellState.BLANK),
        make_cell("requests.granted.total", "[red]一[/red]", state=CellState.UNREADABLE,
                  reasons=("no number can be read from [red]一[/red]",), start=2),
        make_cell("requests.carried_out.total", "", state=CellState.MISSING),
        make_cell("disclosure.licensing.change", "/", state=CellState.NOT_APPLICABLE),
        make_cell("disclosure.procurement.amount", "暂无", state=CellState.NONE),
        make_cell("disclosure.licensing.decisions", "1，234，567", 1234567, reading="thousands_separator"),
        *(make_cell(cell_id, "00", 0, reading="duplicated_run") for cell_id in doubled),
        violations=(balance_violation(),),
    )  # fmt: skip
