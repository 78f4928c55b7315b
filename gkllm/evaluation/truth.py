"""What a report says, cell by cell, as a careful person would read it off the print."""

from collections.abc import Mapping
from dataclasses import field

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from gkllm.checking.evaluate import Number, satisfied
from gkllm.form import Form, Relation, Table
from gkllm.forms import FIRST
from gkllm.report import CellState, ReportInfo

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
