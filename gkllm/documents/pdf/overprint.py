"""Digits that cannot belong to one number: an older number shows from under a newer one.

The digits of a number stand side by side on one foot and in one size, and either all of them are printed twice, as
for bold type, or none. Where two that touch differ in any of it, which of them is meant cannot be told.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from statistics import median

from gkllm.documents.paged.page import Glyph
from gkllm.documents.paged.text_lines import SPACE
from gkllm.facts import Doubt, DoubtKind

_OFF = 0.1
"""By how much, in heights of the type, the feet or the sizes of two digits of one number differ at most."""
_LINE = 0.7
"""Lines so far from each other, in heights of the type, do not touch: the height of a digit."""
_OVERPRINTED = Doubt(DoubtKind.OVERPRINTED)


def with_overprints(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters, upright, those digits doubted that do not go together."""
    digits = [index for index, glyph in enumerate(glyphs) if glyph.text.isdigit()]
    if not digits:
        return list(glyphs)
    unit = 2 * median(glyphs[index].size for index in digits)
    squares: dict[tuple[int, int], list[int]] = {}
    crossed: set[int] = set()
    for index in digits:
        x, y = glyphs[index].box.centre
        column, row = int(x // unit), int(y // unit)
        for square in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            for other in squares.get(square, ()):
                if _crosses(glyphs[index], glyphs[other]):
                    crossed |= {index, other}
        squares.setdefault((column, row), []).append(index)
    return [
        replace(glyph, doubt=glyph.doubt or _OVERPRINTED) if index in crossed else glyph
        for index, glyph in enumerate(glyphs)
    ]


def _crosses(one: Glyph, other: Glyph) -> bool:
    """Whether two digits touch, and yet are none of one number."""
    larger, smaller = max(one.size, other.size), min(one.size, other.size)
    gap = max(one.box.left - other.box.right, other.box.left - one.box.right)
    rise = abs(one.box.centre[1] - other.box.centre[1])
    if gap >= SPACE * larger or rise >= _LINE * (larger + smaller) / 2:
        return False
    return one.twice != other.twice or rise > _OFF * smaller or larger > (1 + _OFF) * smaller
