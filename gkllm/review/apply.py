"""The log folded into corrected reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from gkllm.facts import Doubt, DoubtKind
from gkllm.form import Form, Forms
from gkllm.judge import judge_again
from gkllm.record import record_of
from gkllm.report import Cell, Report
from gkllm.results import Results
from gkllm.review.corrected import corrected
from gkllm.review.standing import Standing
from gkllm.settings import Language


@dataclass(frozen=True, slots=True)
class Applied:
    """A corrected report, and how many of its cells have a decision in force."""

    report: Report
    decided: int

    @property
    def open(self) -> int:
        """How many cells still need review."""
        return sum(cell.needs_review for cell in self.report.cells)


def apply_decisions(results: Results, standing: Standing, forms: Forms) -> Iterator[Applied]:
    """Every report, in the order of the results, with the decisions about it folded in.

    Cells on which reviewers disagree are left as they were read, in review.
    """
    found = standing.by_report()
    for stored in results.reports:
        own = found.get(stored.id, {})
        decisions = {cell: decision for cell, decision in own.items() if decision is not None}
        form = forms[stored.report.form]
        report = corrected(stored.report, form, decisions)
        contested = _contested(report, form, own.keys() - decisions.keys())
        yield Applied(contested, sum(cell.id in decisions for cell in report.cells))


def _contested(report: Report, form: Form, cells: set[str]) -> Report:
    """The report with cells in review on which reviewers disagree."""
    if not cells:
        return report
    language = report.language
    changed = tuple(_disputed(cell, form, language) if cell.id in cells else cell for cell in report.cells)
    return report.model_copy(update={"cells": changed})


def _disputed(cell: Cell, form: Form, language: Language) -> Cell:
    record = record_of(cell, form)
    record.facts = (*record.facts, Doubt(DoubtKind.REVIEWERS_DISAGREE))
    return judge_again(record, language)
