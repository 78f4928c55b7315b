"""A report under decisions: its relations with a value not yet decided; folded in and checked again; all of a log."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from gkllm.checking.evaluate import (
    Number,
    Residual,
    counted,
    counted_values,
    found_tables,
    residual,
    residuals,
)
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import Form, Forms, Relation, Table
from gkllm.interpretation import relation_counts
from gkllm.judge import judge_again
from gkllm.rechecking import recheck
from gkllm.record import record_of
from gkllm.report import Cell, Report, Violation
from gkllm.results import Results
from gkllm.review.log import Content, Decision
from gkllm.review.standing import Standing


@dataclass(frozen=True, slots=True)
class RelationIndex:
    """The relations of a report's found tables, in the form's order, and those of each cell."""

    relations: tuple[Relation, ...]
    of_cell: Mapping[str, tuple[Relation, ...]]

    def weight(self, cell: str) -> int:
        """How much hangs on a cell: itself, the relations it takes part in, and the totals among them."""
        joint = [relation for relation in self.of_cell.get(cell, ()) if len(relation.cells) > 1]
        return 1 + len(joint) + sum(relation.total == cell for relation in joint)


def relations_in(report: Report, form: Form) -> RelationIndex:
    """The relations that the form's rules state over the tables found."""
    return _index(form, tuple(found_tables(report, form)))


@cache
def _index(form: Form, tables: tuple[Table, ...]) -> RelationIndex:
    relations = form.relations_over(tables)
    of_cell: defaultdict[str, list[Relation]] = defaultdict(list)
    for relation in relations:
        for cell in relation.cells:
            of_cell[cell].append(relation)
    return RelationIndex(relations, {cell: tuple(found) for cell, found in of_cell.items()})


def sides(report: Report, form: Form, cell: str, content: Content) -> list[Residual]:
    """The relations of a cell, both sides as they stand if the cell holds `content`.

    Relations of the cell alone (a whole number, not negative) are left out while they hold or do not apply.
    """
    values = {**counted_values(report), cell: counted(content.state, content.value)}
    found = [residual(relation, values) for relation in relations_in(report, form).of_cell.get(cell, ())]
    return [f for f in found if len(f.relation.cells) > 1 or f.fails]


def broken(found: list[Residual]) -> list[Residual]:
    """Those that are errors of the form's arithmetic: assessable, and not satisfied."""
    return [f for f in found if f.breaks]


def best_explanations(
    found: Residual, index: RelationIndex, values: Mapping[str, Number | None], certain: Collection[str]
) -> set[str]:
    """The cells of a broken relation that are not certain and whose change alone would mend the most.

    A cell that mends this relation is credited with every other one it mends, and charged with those it breaks.
    """
    relation, difference = found.relation, found.difference
    assert difference is not None, "a broken relation is assessable"
    gains: dict[str, int] = {}
    for cell in relation.cells:
        change = -difference if cell in relation.left else difference
        if cell not in certain and (values.get(cell) or 0) + change >= 0:
            moved = {**values, cell: (values.get(cell) or 0) + change}
            gains[cell] = sum(
                int(residual(other, moved).holds) - int(residual(other, values).holds)
                for other in index.of_cell[cell]
                if residual(other, values).assessable
            )
    return {cell for cell, gain in gains.items() if gain == max(gains.values())}


def folded(report: Report, form: Form, decisions: Mapping[str, Decision]) -> Report:
    """The report with every decided cell as decided: confidence 1, no review, the reviewer among its readers.

    Cells whose relations a decision changed are judged again: one that was blamed no longer is once its relations
    hold, and one that best explains a relation which a decision broke is. The violations are left as they were: finding
    everything that would reconcile them takes too long between two keys. A report without decisions is returned as it
    is.
    """
    if not decisions:
        return report
    decided = _with_cells(
        report,
        {
            cell.id: _decided(cell, form, decisions[cell.id], report)
            for cell in report.cells
            if cell.id in decisions
        },
    )
    return _with_cells(decided, _rejudged(report, decided, form, decisions))


def corrected(report: Report, form: Form, decisions: Mapping[str, Decision]) -> Report:
    """The folded report, its relations checked again with the decided cells taken as certain.

    What was found fault with by rules that are not among the form's cannot be checked again, and is kept.
    """
    if not decisions:
        return report
    known = {rule.id for rule in form.edit_rules}
    kept = tuple(violation for violation in report.violations if violation.rule not in known)
    checked = recheck(folded(report, form, decisions), form, confirmed=decisions.keys())
    return checked.model_copy(update={"violations": checked.violations + kept})


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
    changed: dict[str, Cell] = {}
    for cell in report.cells:
        if cell.id in cells:
            record = record_of(cell, form)
            record.facts = (*record.facts, Doubt(DoubtKind.REVIEWERS_DISAGREE))
            changed[cell.id] = judge_again(record, report)
    return _with_cells(report, changed)


def broken_relations(report: Report) -> list[Violation]:
    """The violations that are errors of arithmetic."""
    return [violation for violation in report.violations if violation.is_broken]


def _with_cells(report: Report, changed: Mapping[str, Cell]) -> Report:
    return report.model_copy(update={"cells": tuple(changed.get(cell.id, cell) for cell in report.cells)})


def _decided(cell: Cell, form: Form, decision: Decision, report: Report) -> Cell:
    said = {"reviewer": decision.reviewer, "reason": decision.reason.value}
    fact = Doubt.of(DoubtKind.REVIEWED, **(said | ({"note": decision.note} if decision.note else {})))
    after = decision.after
    record = record_of(cell, form).confirmed(after.value, after.state, fact, decision.reviewer)
    return judge_again(record, report)


def _rejudged(before: Report, now: Report, form: Form, decisions: Mapping[str, Decision]) -> dict[str, Cell]:
    """The undecided cells of whose relations the decisions changed something, judged again."""
    index, values = relations_in(before, form), counted_values(now)
    found_before, found = (
        residuals(index.relations, counted_values(before)),
        residuals(index.relations, values),
    )
    broken_before = {one.relation for one in broken(found_before)}
    fresh = [one for one in broken(found) if one.relation not in broken_before]
    blamed = {cell for one in fresh for cell in best_explanations(one, index, values, decisions)}
    still = {cell for one in broken(found) for cell in one.relation.cells}
    counts_before, counts = relation_counts(found_before), relation_counts(found)
    changed: dict[str, Cell] = {}
    for cell in now.cells:
        counted = [count[cell.id] for count in counts]
        if cell.id in decisions or (
            cell.id not in blamed and counted == [count[cell.id] for count in counts_before]
        ):
            continue
        record = record_of(cell, form)
        record.supported, record.broken = counted
        record.blamed = cell.id in blamed or (record.blamed and cell.id in still)
        changed[cell.id] = judge_again(record, now)
    return changed
