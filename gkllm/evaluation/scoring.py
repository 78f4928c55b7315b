"""How far a report is from the truth: pure functions of the two."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gkllm.checking.evaluate import Number
from gkllm.evaluation.truth import BrokenRelation, TrueCell, TrueReport, assess
from gkllm.form import CellId, Form, Forms, Table
from gkllm.report import Cell, CellState, Report, ReportInfo, Verdict

TABLE, ROW_KIND, NOISE = "table", "row kind", "noise"
"""What cells are grouped by."""

NO_NOISE = "no noise"


@dataclass(frozen=True, slots=True)
class Got:
    """What a report says of a cell."""

    value: Number | None
    state: CellState
    raw: str


@dataclass(frozen=True, slots=True)
class CellScore:
    """One cell of the truth against the report's.

    `right`: value and state are the truth's. `raw_right`: so is the printed string. `grounded`: the report's span
    lies where the string is printed; null where the truth does not know the place. `flagged`: something marks the
    cell for review. `got` is null where the report lacks the cell or there is no report.
    """

    cell: str
    right: bool
    raw_right: bool
    grounded: bool | None
    flagged: bool
    silent: bool
    truth: TrueCell
    got: Got | None


@dataclass(frozen=True, slots=True)
class ReportScore:
    """One report of the truth against what was read.

    `failure` is the reason why there is no report, one line; then every cell is wrong, none silent (the failure is
    what marks them), and every broken relation missed. A true report that was passed over without a word is all
    wrong and all silent. `surplus` are cells that the form does not have in the truth's editions. `particulars`
    are the names of those that are wrong (title, issuer, year, published), `tables` those of wrong tables.
    """

    cells: tuple[CellScore, ...]
    surplus: tuple[str, ...] = ()
    broken_found: tuple[BrokenRelation, ...] = ()
    broken_missed: tuple[BrokenRelation, ...] = ()
    broken_false: tuple[BrokenRelation, ...] = ()
    particulars: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def exact(self) -> bool:
        """Whether the whole report is right: every cell, every relation, every particular, nothing surplus."""
        return (
            self.failure is None
            and all(cell.right for cell in self.cells)
            and not (
                self.surplus or self.broken_missed or self.broken_false or self.particulars or self.tables
            )
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Cells counted; sums with `+`. `placed` are those whose place the truth knows."""

    cells: int = 0
    right: int = 0
    silent: int = 0
    flagged: int = 0
    raw_right: int = 0
    placed: int = 0
    grounded: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def wrong(self) -> int:
        """Cells whose value or state is not the truth's."""
        return self.cells - self.right


def score_report(truth: TrueReport, report: Report | None, form: Form) -> ReportScore:
    """Compares one report with its truth, which is of the form.

    Without a report the document was passed over: see `score_failure`.
    """
    got = {cell.id: cell for cell in report.cells} if report else {}
    unsaid = _unsaid(truth) if report else frozenset()
    cells = tuple(
        _cell_score(cell_id, cell, got.get(cell_id), absent=cell_id in unsaid)
        for cell_id, cell in truth.cells.items()
    )
    _, not_assessable = assess(form.relations_over(truth.form_tables(form)), truth.cells)
    found = _listed(report, form)
    return ReportScore(
        cells=cells,
        surplus=tuple(
            cell_id
            for cell_id, cell in got.items()
            if cell_id not in truth.cells
            and not (cell.state is CellState.MISSING and _open_edition(truth, cell_id))
        ),
        broken_found=tuple(sorted(found & truth.broken)),
        broken_missed=tuple(sorted(truth.broken - found)),
        broken_false=tuple(sorted(found - truth.broken - not_assessable)),
        particulars=_wrong_particulars(truth.report, report.report if report else None),
        tables=_wrong_tables(truth, report),
    )


def score_failure(truth: TrueReport, reason: str) -> ReportScore:
    """The score of a report that could not be read at all."""
    cells = tuple(
        CellScore(
            cell_id, False, False, None if cell.raw and not cell.span else False, True, False, cell, None
        )
        for cell_id, cell in truth.cells.items()
    )
    return ReportScore(cells=cells, broken_missed=tuple(sorted(truth.broken)), failure=reason)


def score_document(
    truths: Sequence[TrueReport], reports: Sequence[Report], forms: Forms, failure: str | None = None
) -> tuple[ReportScore, ...]:
    """Scores of all reports of one document, in the truth's order.

    A true report without an answer was passed over, or, where a `failure` was reported, is what that failure is
    about.
    """
    return tuple(
        score_failure(truth, failure)
        if failure is not None and report is None
        else score_report(truth, report, forms[truth.form])
        for truth, report in zip(truths, answering(truths, reports), strict=True)
    )


def answering(truths: Sequence[TrueReport], reports: Sequence[Report]) -> tuple[Report | None, ...]:
    """For every true report of a document the report that answers it, if any.

    It is the one with its issuer and year, else the next one that no other answers.
    """
    left = list(reports)
    chosen: dict[int, Report] = {}
    for index, truth in enumerate(truths):
        for report in left:
            if (report.report.issuer, report.report.year) == (truth.report.issuer, truth.report.year):
                chosen[index] = report
                left.remove(report)
                break
    for index in range(len(truths)):
        if index not in chosen and left:
            chosen[index] = left.pop(0)
    return tuple(chosen.get(index) for index in range(len(truths)))


def count(cells: Iterable[CellScore]) -> Counts:
    """The cells' counts."""
    total = Counts()
    for cell in cells:
        total += Counts(
            cells=1,
            right=cell.right,
            silent=cell.silent,
            flagged=cell.flagged,
            raw_right=cell.raw_right,
            placed=cell.grounded is not None,
            grounded=bool(cell.grounded),
        )
    return total


def group(truth: TrueReport, cells: Iterable[CellScore], form: Form) -> dict[str, dict[str, Counts]]:
    """The cells' counts by table, by kind of row and by kind of noise."""
    kinds = {table.id: row_kinds(form, table) for table in truth.form_tables(form)}
    groups: dict[str, dict[str, list[CellScore]]] = {TABLE: {}, ROW_KIND: {}, NOISE: {}}
    for cell in cells:
        name = CellId(cell.cell)
        kind = kinds[name.table].get(name.row, name.table)
        names = (name.table, kind, cell.truth.noise or NO_NOISE)
        for by, key in zip(groups, names, strict=True):
            groups[by].setdefault(key, []).append(cell)
    return {
        by: {name: count(members) for name, members in sorted(named.items())} for by, named in groups.items()
    }


@cache
def row_kinds(form: Form, table: Table) -> Mapping[str, str]:
    """Each row's kind: the role the form gives it, else what the edit rules make of it down its column.

    `total` where a rule says that it states the sum of others, `balanced` where it is a term of one, and the
    table's id where no rule speaks of it.
    """
    kinds: dict[str, str] = {}
    relations = [relation for relation in form.relations_of(table) if relation.for_each == "column"]
    totals = {CellId(relation.total).row for relation in relations if relation.total}
    terms = {CellId(cell).row for relation in relations for cell in relation.cells}
    for row in table.rows:
        by_rule = "total" if row.id in totals else "balanced" if row.id in terms else table.id
        kinds[row.id] = row.role or by_rule
    return kinds


def _open_edition(truth: TrueReport, cell_id: str) -> bool:
    """Whether nothing printed tells the edition that the cell's table is of."""
    table = truth.tables.get(CellId(cell_id).table)
    return table is not None and table.edition is None


def _unsaid(truth: TrueReport) -> frozenset[str]:
    """Cells that are missing, of tables whose edition is open: a report in another edition need not have them."""
    return frozenset(
        cell_id
        for cell_id, cell in truth.cells.items()
        if cell.state is CellState.MISSING and _open_edition(truth, cell_id)
    )


def _cell_score(cell_id: str, truth: TrueCell, got: Cell | None, *, absent: bool) -> CellScore:
    if got is None and absent:
        return CellScore(cell_id, True, True, True, False, False, truth, None)
    right = got is not None and got.state == truth.state and _same(truth.value, got.value)
    flagged = got is not None and got.needs_review
    return CellScore(
        cell=cell_id,
        right=right,
        raw_right=got is not None and got.raw == truth.raw,
        grounded=_grounded(truth, got),
        flagged=flagged,
        silent=not right and not flagged,
        truth=truth,
        got=Got(got.value, got.state, got.raw) if got else None,
    )


def _same(left: Number | None, right: Number | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-9)


def _grounded(truth: TrueCell, got: Cell | None) -> bool | None:
    """The text in a report's span is its raw, by the contract; so it is the right one where it meets the true span."""
    if truth.span is None:
        return None if truth.raw else got is not None and got.span is None
    if got is None or got.span is None:
        return False
    return got.raw == truth.raw and got.span.start < truth.span[1] and truth.span[0] < got.span.end


def _listed(report: Report | None, form: Form) -> frozenset[BrokenRelation]:
    """Broken relations of the form's own rules that the report lists."""
    rules = {rule.id for rule in form.edit_rules}
    return frozenset(
        (violation.rule, violation.scope)
        for violation in (report.violations if report else ())
        if violation.rule in rules and violation.verdict is not Verdict.NOT_ASSESSABLE
    )


def _wrong_particulars(truth: ReportInfo, got: ReportInfo | None) -> tuple[str, ...]:
    names = tuple(type(truth).model_fields)
    if got is None:
        return names
    return tuple(name for name in names if _solid(getattr(truth, name)) != _solid(getattr(got, name)))


def _solid(value: object) -> object:
    return "".join(value.split()) if isinstance(value, str) else value


def _wrong_tables(truth: TrueReport, report: Report | None) -> tuple[str, ...]:
    if report is None:
        return tuple(truth.tables)
    return tuple(
        table_id
        for table_id, true in truth.tables.items()
        if table_id not in report.tables
        or report.tables[table_id].found != true.found
        or (true.found and true.edition not in (None, report.tables[table_id].edition))
    )
