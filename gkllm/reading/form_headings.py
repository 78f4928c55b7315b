"""The headings that a form has over a row, and whether printed ones stand in their order."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from gkllm.reading.placed import LocatedRow
from gkllm.reading.row_labels import MIN_SCORE, normalise, similarity

_LEAD = 0.15
"""A damaged heading is told when it is this much more like its label than like any other."""
_REPEATING = ("pipe", "delimited", "lattice")
"""Layouts in which a merged cell may be printed in every place that it covers."""


class FormHeadings:
    """The headings that the form has over a row, normalised: of its columns, and of groups of columns."""

    def __init__(self, found: LocatedRow) -> None:
        self._merged = found.line.layout in _REPEATING
        columns = [column for _, column in found.columns]
        self.leaves = [normalise(column.label) for column in columns]
        blocks = [[normalise(column.label) for column in row.columns] for row in found.rows]
        self._block = blocks[0] if len(blocks) > 1 and blocks.count(blocks[0]) == len(blocks) else []
        self._grouped = [normalise(column.label) for column in columns if column.groups]
        self._orders = [[normalise((*column.groups, column.label)[0]) for column in columns]]
        if len(found.rows) > 1:
            self._orders.append([normalise(row.label) for row in found.rows])
            self._orders.append([normalise((*row.groups, row.label)[0]) for row in found.rows])
        self.groups = {label for order in self._orders for label in order} - set(self.leaves)
        self._all = sorted({*self.leaves, *self.groups})

    def named(self, text: str, *, damaged: bool) -> str | None:
        """The heading that the text prints, `damaged` ones told by their likeness."""
        if (whole := normalise(text)) in self._all or not damaged:
            return whole if whole in self._all else None
        scores = sorted(((similarity(text, label), label) for label in self._all), reverse=True)
        second = scores[1][0] if len(scores) > 1 else 0.0
        return scores[0][1] if scores[0][0] >= max(MIN_SCORE, second + _LEAD) else None

    def ordered(self, labels: Sequence[str]) -> bool:
        """Whether headings read one after another stand in the form's order.

        Where a group's heading is among them those of its columns may follow on all of the line it stands on.
        """
        leaves = [label for label in labels if label in self.leaves]
        if self._block and leaves and len(leaves) % len(self._block) == 0:
            whole = self._block * (len(leaves) // len(self._block))
            return leaves == whole and self.groups_ordered(labels)
        grouped = any(label in self.groups for label in labels) and self._grouped
        order = self._grouped if grouped else self.leaves
        return in_order(labels, order, merged=self._merged) and self.groups_ordered(labels)

    def groups_ordered(self, labels: Sequence[str]) -> bool:
        """Whether the headings of groups stand in the form's order among themselves and their neighbours."""
        return all(in_order(labels, order) for order in self._orders if set(order) & self.groups)


def in_order(labels: Iterable[str], order: Sequence[str], *, merged: bool = True) -> bool:
    """Whether those of the labels that the order has follow one another as in it, `merged` cells' repeated."""
    rest = iter(order)
    wanted = [label for label in labels if label in set(order)]
    return all(label in rest for label in ([label for label, _ in groupby(wanted)] if merged else wanted))
