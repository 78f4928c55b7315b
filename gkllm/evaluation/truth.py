"""What a report says, cell by cell, as a careful person would read it off the print."""

from collections.abc import Collection, Mapping
from dataclasses import field, replace

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from gkllm.checking.evaluate import Number, satisfied
from gkllm.form import CellId, Form, Relation, Table
from gkllm.forms import FIRST
from gkllm.report import CellState, Report, ReportInfo

BrokenRelation = tuple[str, str]
"""(rule id, scope)."""

_CLOSED = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, config=_CLOSED)
class TrueCell:
    """What the document prints in one cell.

    `raw` is the printed string with white space collapsed, `noise` the kind of noise it bears, as whoever labelled it
    calls that, and `span` the half-open range of code points the string takes in the document's text. `span` is null
    where nothing is printed, and where nobody has looked for the place (as in a file of pages).
    """

    value: Number | None
    state: CellState
    raw: str
    noise: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, config=_CLOSED)
class TrueTable:
    """Whether the report prints the table, and in which edition; null where its labels do not tell them apart."""

    found: bool
    edition: str | None


@dataclass(frozen=True, slots=True, config=_CLOSED)
class TrueReport:
    """One report's truth.

    `cells` holds every cell of every table in the form's order, those of a table that is not printed as
    missing. `broken` are the relations that do not hold between the printed numbers, advice included. `form` is the
    form's id.
    """

    report: ReportInfo
    tables: dict[str, TrueTable]
    cells: dict[str, TrueCell]
    broken: frozenset[BrokenRelation] = field(default=frozenset())
    form: str = FIRST

    def form_tables(self, form: Form) -> tuple[Table, ...]:
        """The form's tables in this report's editions; the untold one where the labels do not tell."""
        return tuple(
            form.table(table_id, true.edition) if true.edition else form.untold(table_id)
            for table_id, true in self.tables.items()
        )


def holds(relation: Relation, values: Mapping[str, Number | None]) -> bool:
    """Whether the numbers satisfy the relation; null counts as zero."""
    left = sum(values[cell] or 0 for cell in relation.left)
    right = sum(values[cell] or 0 for cell in relation.right)
    return satisfied(relation, left, right)


def assess(
    relations: tuple[Relation, ...], cells: Mapping[str, TrueCell]
) -> tuple[frozenset[BrokenRelation], frozenset[BrokenRelation]]:
    """The broken relations, and those that a missing or unreadable cell keeps from being assessed."""
    values = {cell_id: cell.value for cell_id, cell in cells.items()}
    broken, open_ = set(), set()
    for relation in relations:
        if any(cells[cell].state in (CellState.UNREADABLE, CellState.MISSING) for cell in relation.cells):
            open_.add((relation.rule, relation.scope))
        elif not holds(relation, values):
            broken.add((relation.rule, relation.scope))
    return frozenset(broken), frozenset(open_)


def restricted_truth(truth: TrueReport, tables: Collection[str] | None) -> TrueReport:
    """The truth of the named tables; null names all of them."""
    if tables is None:
        return truth
    return replace(
        truth,
        tables={table: true for table, true in truth.tables.items() if table in tables},
        cells={cell: true for cell, true in truth.cells.items() if _table(cell) in tables},
        broken=frozenset(
            (rule, scope) for rule, scope in truth.broken if _rule_table(truth, rule, scope) in tables
        ),
    )


def restricted_report(report: Report, tables: Collection[str] | None) -> Report:
    """The report's reading of the named tables, its usage and particulars untouched; null names all of them."""
    if tables is None:
        return report
    return report.model_copy(
        update={
            "tables": {table: info for table, info in report.tables.items() if table in tables},
            "cells": tuple(cell for cell in report.cells if _table(cell.id) in tables),
            "violations": tuple(
                violation
                for violation in report.violations
                if all(_table(cell) in tables for cell in violation.cells)
            ),
        }
    )


def _table(cell_id: str) -> str:
    return CellId(cell_id).table


def _rule_table(truth: TrueReport, rule: str, scope: str) -> str:
    """The table that a broken relation is of: its rule's, or its cell's where the rule is for any cell."""
    return _table(rule) if _table(rule) in truth.tables else _table(scope)
