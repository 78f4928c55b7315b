"""The log folded into corrected reports."""

from dataclasses import dataclass

from gkllm.report import Report
from gkllm.review.corrected import corrected
from gkllm.review.log import Decision
from gkllm.review.results import Results
from gkllm.review.standing import Stale, Standing, stale_decisions


@dataclass(frozen=True, slots=True)
class Applied:
    """Corrected reports, in the order of the results, and what was not applied.

    `decided` counts the cells with a decision in force, over all reports; `conflicts` are the decisions that
    contradict each other: their cells are left as they were read, in review.
    """

    reports: tuple[Report, ...]
    decided: int
    conflicts: tuple[Decision, ...]
    stale: Stale

    @property
    def open(self) -> int:
        """How many cells still need review."""
        return sum(cell.needs_review for report in self.reports for cell in report.cells)


def apply_decisions(results: Results, standing: Standing) -> Applied:
    """Every report with the decisions about its document folded in."""
    reports: list[Report] = []
    decided = 0
    for stored in results.reports:
        decisions = standing.of_document(stored.document)
        report = corrected(stored.report, decisions)
        conflicting = {
            cell
            for document, cell in standing.decisions
            if document == stored.document and standing.conflict((document, cell))
        }
        decided += sum(cell.id in decisions for cell in report.cells)
        reports.append(_contested(report, conflicting))
    conflicts = tuple(d for ref in standing.decisions for d in standing.conflict(ref))
    return Applied(tuple(reports), decided, conflicts, stale_decisions(standing, results))


def _contested(report: Report, cells: set[str]) -> Report:
    """The report with cells in review on which reviewers disagree."""
    if not cells:
        return report
    reason = "reviewers disagree on this cell"
    changed = (
        cell.model_copy(update={"needs_review": True, "reasons": (*cell.reasons, reason)})
        if cell.id in cells
        else cell
        for cell in report.cells
    )
    return report.model_copy(update={"cells": tuple(changed)})
