"""The headings that a form has over a row, and whether printed ones stand in their order."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import groupby

from gkllm.form import Row
from gkllm.reading.row_labels import MIN_SCORE, normalise, similarity

_LEAD = 0.15
"""A damaged heading is told when it is this much more like its label than like any other."""
_REMEMBERED = 1024


class FormHeadings:
    """The headings that the form has over rows side by side, normalised: of their columns, and of groups of columns.

    Of a printed text, `named` gives the heading that it is, `likely` a damaged one too, told by its likeness; null
    where it is none. `merged` where a merged cell may be printed in every place that it covers.
    """

    def __init__(self, rows: Sequence[Row], *, merged: bool) -> None:
        self._merged = merged
        columns = [column for row in rows for column in row.columns]
        self.leaves = [normalise(column.label) for column in columns]
        self.columns = frozenset(self.leaves)
        blocks = [[normalise(column.label) for column in row.columns] for row in rows]
        self._block = blocks[0] if len(blocks) > 1 and blocks.count(blocks[0]) == len(blocks) else []
        self._grouped = [normalise(column.label) for column in columns if column.groups]
        self._orders = [[normalise((*column.groups, column.label)[0]) for column in columns]]
        if len(rows) > 1:
            self._orders.append([normalise(row.label) for row in rows])
            self._orders.append([normalise((*row.groups, row.label)[0]) for row in rows])
        self.groups = {label for order in self._orders for label in order} - self.columns
        self._all = sorted(self.columns | self.groups)
        self.likely = lru_cache(_REMEMBERED)(self._likely)

    def named(self, text: str) -> str | None:
        whole = normalise(text)
        return whole if whole in self._all else None

    def _likely(self, text: str) -> str | None:
        if (whole := self.named(text)) is not None:
            return whole
        scores = sorted(((similarity(text, label), label) for label in self._all), reverse=True)
        second = scores[1][0] if len(scores) > 1 else 0.0
        return scores[0][1] if scores[0][0] >= max(MIN_SCORE, second + _LEAD) else None

    def ordered(self, labels: Sequence[str]) -> bool:
        """Whether headings read one after another stand in the form's order.

        Where a group's heading is among them those of its columns may follow on all of the line it stands on.
        """
        leaves = [label for label in labels if label in self.columns]
        if self._block and leaves and len(leaves) % len(self._block) == 0:
            whole = self._block * (len(leaves) // len(self._block))
            return leaves == whole and self.groups_ordered(labels)
        grouped = any(label in self.groups for label in labels) and self._grouped
        order = self._grouped if grouped else self.leaves
        return in_order(labels, order, merged=self._merged) and self.groups_ordered(labels)

    def groups_ordered(self, labels: Sequence[str]) -> bool:
        """Whether the headings of groups stand in the form's order among themselves and their neighbours."""
        return all(in_order(labels, order) for order in self._orders if not self.groups.isdisjoint(order))


@cache
def form_headings(rows: tuple[Row, ...], merged: bool) -> FormHeadings:
    """The headings of rows side by side, prepared once."""
    return FormHeadings(rows, merged=merged)


def in_order(labels: Iterable[str], order: Sequence[str], *, merged: bool = True) -> bool:
    """Whether those of the labels that the order has follow one another as in it, `merged` cells' repeated."""
    rest = iter(order)
    wanted = [label for label in labels if label in order]
    return all(label in rest for label in ([label for label, _ in groupby(wanted)] if merged else wanted))
