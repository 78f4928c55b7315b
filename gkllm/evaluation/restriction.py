"""A measurement of some tables only: truths and reports without the others."""

from collections.abc import Collection
from dataclasses import replace

from gkllm.evaluation.truth import TrueReport
from gkllm.form import CellId
from gkllm.report import Report


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
