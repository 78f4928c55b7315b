"""What a synthetic report says, known because it was written from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from gkllm.form import TABLE_IDS, Edition, Relation, load_table, relations_of

Number = int | float
BrokenRelation = tuple[str, str]
"""(rule id, scope)."""


@dataclass(frozen=True, slots=True)
class TrueCell:
    """What the document prints in one cell.

    `raw` is the printed string with white space collapsed, `noise` the kind of noise it bears, and `span` the
    half-open range of code points the string takes in the text (null where nothing is printed).
    """

    value: Number | None
    state: str
    raw: str
    noise: str | None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A label of the form, as printed; `damage` is the kind of damage it bears."""

    label: str
    printed: str
    damage: str | None


@dataclass(frozen=True, slots=True)
class SyntheticReport:
    """A generated document and its truth.

    `mistakes` are the cells whose printed number is the source's own error: there the truth is what is
    printed. `broken` are the relations that do not hold between the printed numbers; one with an unreadable
    cell cannot be assessed and is in `not_assessable` instead. `table_damage` lists (table id, kind).
    """

    seed: int
    layout: str
    text: str
    cells: dict[str, TrueCell]
    editions: dict[str, Edition]
    mistakes: tuple[str, ...]
    broken: frozenset[BrokenRelation]
    not_assessable: frozenset[BrokenRelation]
    issuer: str
    year: int
    title: str
    published: str
    labels: tuple[PrintedLabel, ...]
    table_damage: tuple[tuple[str, str], ...]


def collapse(text: str) -> str:
    """The text with every run of white space made one space, and none at the ends."""
    return " ".join(text.split())


def all_relations(editions: Mapping[str, Edition]) -> tuple[Relation, ...]:
    """Every relation of a report's tables."""
    return tuple(
        relation
        for table_id in TABLE_IDS
        for relation in relations_of(load_table(table_id, editions[table_id]))
    )


def holds(relation: Relation, values: Mapping[str, Number | None]) -> bool:
    """Whether the numbers satisfy the relation; null counts as zero."""
    left = sum(values[cell] or 0 for cell in relation.left)
    right = sum(values[cell] or 0 for cell in relation.right)
    if relation.operator == "=":
        return left == right
    if relation.operator == "<=":
        return left <= right
    if relation.operator == ">=":
        return left >= right
    return float(left).is_integer()


def assess(
    editions: Mapping[str, Edition], cells: Mapping[str, TrueCell]
) -> tuple[frozenset[BrokenRelation], frozenset[BrokenRelation]]:
    """The broken relations, and those that an unreadable cell keeps from being assessed."""
    values = {cell_id: cell.value for cell_id, cell in cells.items()}
    broken, open_ = set(), set()
    for relation in all_relations(editions):
        if any(cells[cell].state == "unreadable" for cell in relation.cells):
            open_.add((relation.rule, relation.scope))
        elif not holds(relation, values):
            broken.add((relation.rule, relation.scope))
    return frozenset(broken), frozenset(open_)
