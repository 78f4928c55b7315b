"""Rows of figures in tables, told from menus and layout."""

import re
from collections.abc import Sequence

from gkllm.documents.document import Grid
from gkllm.documents.values import is_number

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[\u3400-\u9fff]{2}")
_MIN_FIGURES = 3
"""A row of fewer cells with a number among them is no row of figures."""
_MIN_PAIRS = 5
"""Rows of a label and a number: fewer are particulars beside the report, such as its date."""


def has_figures(grids: Sequence[Grid]) -> bool:
    """Whether some row looks like one of figures: several cells, a number among them; or many, a label and a number."""
    rows = [row.cells for grid in grids for row in grid.rows]
    return (
        any(len(cells) >= _MIN_FIGURES and any(_DIGIT.match(cell.raw) for cell in cells) for cells in rows)
        or sum(len(cells) > 1 and is_number(cells[-1].raw) for cells in rows) >= _MIN_PAIRS
    )


def first_labelled_figures(grids: Sequence[Grid]) -> int | None:
    """Where the first row of figures with a label starts in the text; null where there is none."""
    rows = (row for grid in grids for row in grid.rows if len(row.cells) >= _MIN_FIGURES)
    for row in rows:
        if any(_DIGIT.match(cell.raw) for cell in row.cells) and any(
            _WORD.search(cell.raw) for cell in row.cells
        ):
            return row.cells[0].start
    return None
