"""A report with the decisions about its cells folded in, checked again."""

from collections.abc import Mapping

from gkllm.checking.evaluate import residuals
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import load_rules
from gkllm.recheck import recheck
from gkllm.report import Candidate, Cell, CellState, ReaderView, Report, Verdict, Violation
from gkllm.review.log import Decision
from gkllm.review.relations import RelationIndex, Rules, best_explanations, broken, relations_in, values_of
from gkllm.wording import sentence

REVIEW_READER = "review"
"""The reader that a decided cell names beside those that read the document."""

TYPED_READING = "reviewed"
"""The reading of a value that is none of the program's candidates."""

_BLAMED = sentence(Doubt(DoubtKind.BLAMED))


def folded(report: Report, decisions: Mapping[str, Decision], rules: Rules = None) -> Report:
    """The report with every decided cell as decided: confidence 1, no review, the reviewer among its readers.

    A cell that was to be reviewed for broken relations alone needs no review once they all hold; one that best
    explains a relation which a decision broke needs it. The violations are left as they were: finding everything
    that would reconcile them takes too long between two keys. A report without decisions is returned as it is.
    """
    if not decisions:
        return report
    decided = _with_cells(
        report, {cell.id: _decided(cell, decisions[cell.id]) for cell in report.cells if cell.id in decisions}
    )
    return _with_cells(decided, _rejudged(report, decided, decisions, relations_in(report, rules)))


def corrected(report: Report, decisions: Mapping[str, Decision], rules: Rules = None) -> Report:
    """The folded report, its relations checked again with the decided cells taken as certain.

    What was found fault with by rules that are not among `rules` cannot be checked again, and is kept.
    """
    if not decisions:
        return report
    known = {rule.id for rule in (load_rules() if rules is None else rules)}
    kept = tuple(violation for violation in report.violations if violation.rule not in known)
    checked = recheck(folded(report, decisions, rules), rules, confirmed=decisions.keys())
    return checked.model_copy(update={"violations": checked.violations + kept})


def broken_relations(report: Report) -> list[Violation]:
    """The violations that are errors of arithmetic: advice and what cannot be assessed are none."""
    return [
        violation
        for violation in report.violations
        if violation.severity == "error" and violation.verdict is not Verdict.NOT_ASSESSABLE
    ]


def _with_cells(report: Report, changed: Mapping[str, Cell]) -> Report:
    return report.model_copy(update={"cells": tuple(changed.get(cell.id, cell) for cell in report.cells)})


def _decided(cell: Cell, decision: Decision) -> Cell:
    value, state = decision.after.value, decision.after.state
    candidates = cell.candidates
    if state is CellState.REPORTED and value is not None:
        own = next((c for c in candidates if c.value == value), None)
        first = own or Candidate(value=value, reading=TYPED_READING)
        candidates = (first, *(c for c in candidates if c is not own))
    reported = state is CellState.REPORTED
    return cell.model_copy(
        update={
            "value": value,
            "state": state,
            "reading": candidates[0].reading if reported and candidates else None,
            "candidates": candidates,
            "confidence": 1.0,
            "needs_review": False,
            "reasons": (sentence(_reviewed(decision)),),
            "readers": {**cell.readers, REVIEW_READER: ReaderView(raw=cell.raw, name=decision.reviewer)},
        }
    )


def _reviewed(decision: Decision) -> Doubt:
    said = {"reviewer": decision.reviewer, "reason": decision.reason.value}
    return Doubt.of(DoubtKind.REVIEWED, **(said | ({"note": decision.note} if decision.note else {})))


def _rejudged(
    before: Report, now: Report, decisions: Mapping[str, Decision], index: RelationIndex
) -> dict[str, Cell]:
    """The undecided cells whose need of review the decisions changed."""
    values = values_of(now)
    broken_before = {r.relation for r in broken(residuals(index.relations, values_of(before)))}
    broken_now = broken(residuals(index.relations, values))
    still = {cell for found in broken_now for cell in found.relation.cells}
    fresh = [found for found in broken_now if found.relation not in broken_before]
    blamed = {cell for found in fresh for cell in best_explanations(found, index, values, decisions)}
    changed: dict[str, Cell] = {}
    for cell in now.cells:
        if cell.id in decisions:
            continue
        if cell.id in blamed and _BLAMED not in cell.reasons:
            changed[cell.id] = cell.model_copy(
                update={"needs_review": True, "reasons": (*cell.reasons, _BLAMED)}
            )
        elif cell.needs_review and cell.id not in still and _only_blamed(cell):
            reasons = tuple(reason for reason in cell.reasons if reason != _BLAMED)
            changed[cell.id] = cell.model_copy(update={"needs_review": False, "reasons": reasons})
    return changed


def _only_blamed(cell: Cell) -> bool:
    """Whether nothing but a broken relation speaks against a cell."""
    facts = cell.evidence
    return (
        facts.get("blamed", 0) == 1
        and facts.get("doubts", 0) == 0
        and facts.get("legible", 0) == 1
        and facts.get("agreement", 0) >= 0
        and facts.get("label", 0) == 1
        and len(cell.candidates) <= 1
    )
