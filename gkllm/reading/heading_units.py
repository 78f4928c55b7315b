"""The unit of money that is printed over a number or in its row's label."""

import re
from collections.abc import Sequence

from gkllm.documents.document import collapse
from gkllm.reading.numerals import MONEY_UNITS
from gkllm.reading.placed import LocatedRow
from gkllm.reading.table_lines import TableLine

_LINES_ABOVE = 4
"""A block's headings stand right over its rows; in layout text they may be wrapped."""
_UNITS = "|".join(sorted(MONEY_UNITS, key=len, reverse=True))
_UNIT = re.compile(
    rf"(?:[(（\[【]\s*(?:单位\s*[:：]?)?|单位\s*[:：]?|[/／,，])\s*(?:人民币)?\s*({_UNITS})(?![\u3400-\u9fff])"
)


def headed_unit(lines: Sequence[TableLine], found: LocatedRow) -> str | None:
    """The unit of the money in a row: as its label says, else as the nearest heading over it does; null where none."""
    for line in reversed(lines[max(0, found.first_line - _LINES_ABOVE) : found.last_line + 1]):
        own = found.first_line <= line.index <= found.last_line
        if line.has_values and not own:
            return None
        labels = line.cells[: line.label_end] if own else line.cells
        unit = _UNIT.search("".join(collapse(cell.raw) for cell in labels).replace(" ", ""))
        if unit:
            return unit[1]
    return None
