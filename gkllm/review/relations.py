"""The relations of one report, and what becomes of them under a value not yet decided."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from gkllm.checking.evaluate import Number, Residual, counted, found_tables, residual
from gkllm.form import Form, Relation, Table
from gkllm.report import Report
from gkllm.review.log import Content


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


def values_of(report: Report) -> dict[str, Number | None]:
    """What relations count for every cell of a report."""
    return {cell.id: counted(cell.state, cell.value) for cell in report.cells}


def sides(report: Report, form: Form, cell: str, content: Content) -> list[Residual]:
    """The relations of a cell, both sides as they stand if the cell holds `content`.

    Relations of the cell alone (a whole number, not negative) are left out while they hold or do not apply.
    """
    values = {**values_of(report), cell: counted(content.state, content.value)}
    found = [residual(relation, values) for relation in relations_in(report, form).of_cell.get(cell, ())]
    return [f for f in found if len(f.relation.cells) > 1 or (f.assessable and not f.holds)]


def broken(found: list[Residual]) -> list[Residual]:
    """Those that are errors of the form's arithmetic: assessable, and not satisfied."""
    return [f for f in found if f.assessable and not f.holds and f.relation.severity == "error"]


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
