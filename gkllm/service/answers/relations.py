"""A cell's relations, as one types."""

from gkllm.report import CellState
from gkllm.service.answers import Answer
from gkllm.service.answers.review import Number, SuggestionInfo


class Term(Answer):
    """A number of a relation, by what tells its cell from the relation's others: its row, or its column."""

    cell: str
    label: str
    value: Number | None


class RelationInfo(Answer):
    """A relation and its two sides, as they stand if the cell holds what was asked. `statement` says the rule in words,
    `about` the row or the column that it is of."""

    rule: str
    statement: str
    about: str
    scope: str
    severity: str
    operator: str
    assessable: bool
    holds: bool
    left: Number | None
    right: Number | None
    difference: Number | None
    words: str
    sums: str
    left_terms: tuple[Term, ...]
    right_terms: tuple[Term, ...]


class Weighed(Answer):
    """How many relations of a cell hold, and how many are broken, if it holds the value."""

    value: Number
    holds: int
    broken: int


class Relations(Answer):
    """The relations of a cell under a content that is not decided yet, and what becomes of them under each way to read
    what is printed."""

    cell: str
    value: Number | None
    state: CellState
    relations: tuple[RelationInfo, ...]
    candidates: tuple[Weighed, ...]
    suggestions: tuple[SuggestionInfo, ...]
