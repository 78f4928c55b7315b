"""Glyphs that are no part of what a page says: marks of notes, text laid over it, and digits under newer ones.

Text laid over a page is slanted, or pale and large, repeated or across other text. The digits of a number stand side
by side on one foot and in one size, and either all of them are printed twice, as for bold type, or none. Where two that
touch differ in any of it, which of them is meant cannot be told.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median

from gkllm.documents.paged.page import Glyph
from gkllm.documents.paged.text_lines import SPACE
from gkllm.documents.pdf.display import Covers
from gkllm.documents.pdf.paths import PlacedText
from gkllm.facts import Doubt, DoubtKind

_SLANTED = 5
"""Degrees from the direction of the page's text."""
_ALL = 0.8
"""Share of a page's characters that must be slanted before the page is."""
_LARGE = 1.5
_REPEATED = 3
_ACROSS = 0.2
_FAINT = Doubt(DoubtKind.PALE)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A character, the piece of text it belongs to, and by how many degrees it is off a quarter turn."""

    glyph: Glyph
    piece: PlacedText
    slant: int


def slant(x: float, y: float) -> int:
    """By how many degrees, -45 to 45, the direction is off a quarter turn."""
    return round((math.degrees(math.atan2(y, x)) + 45) % 90) - 45


def without_watermarks(drawn: Sequence[Drawn]) -> list[Glyph]:
    """The characters that the page itself says; pale digits that may be either are doubted."""
    if not drawn:
        return []
    usual, count = Counter(one.slant for one in drawn).most_common(1)[0]
    level = usual if count >= _ALL * len(drawn) else 0
    straight = [one for one in drawn if abs(one.slant - level) <= _SLANTED]
    if not any(one.piece.pale for one in straight):
        return [one.glyph for one in straight]
    dark = [one.glyph for one in straight if not one.piece.pale]
    if len(dark) < len(straight) / 2:
        return [one.glyph for one in straight]
    laid_over = _laid_over([one for one in straight if one.piece.pale], dark)
    return [
        replace(one.glyph, doubt=one.glyph.doubt or _FAINT)
        if one.piece.pale and one.glyph.text.isdigit()
        else one.glyph
        for one in straight
        if one.piece.turn not in laid_over
    ]


def _laid_over(pale: Sequence[Drawn], dark: Sequence[Glyph]) -> set[int]:
    """Which pieces of pale text are large, repeated or across the page's own text, by their turn."""
    large = _LARGE * median(glyph.size for glyph in dark)
    page = Covers()
    for glyph in dark:
        page.add(0, glyph.box)
    texts: dict[int, str] = {}
    over: set[int] = set()
    for one in pale:
        texts[one.piece.turn] = texts.get(one.piece.turn, "") + one.glyph.text
        if one.glyph.size >= large or page.share(-1, one.glyph.box) > _ACROSS:
            over.add(one.piece.turn)
    times = Counter(text for text in texts.values() if len(text) > 1 and not text.isdigit())
    known = {texts[turn] for turn in over} | {text for text, count in times.items() if count >= _REPEATED}
    return {turn for turn, text in texts.items() if text in known}


_SMALL = 0.8
"""Digits of one number are never so much smaller than its others."""
_RAISED = 0.12
"""How much higher or lower than the number's foot a mark's foot is at least, in heights of the number's type."""
_BESIDE = 0.6
_OVER = 0.2
"""Share of a mark's box that it may have in common with the number's, whose box is wider than its last digit."""
_FOOT = 0.36
"""How far under the middle of its box, in heights of its type, a digit's foot is in usual fonts."""
_LEFT_OUT = Doubt(DoubtKind.RAISED_LEFT_OUT)


def without_raised(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters without marks of notes; the digits beside one are doubted."""
    digits = [index for index, glyph in enumerate(glyphs) if glyph.text.isnumeric()]
    if len({round(glyphs[index].size, 1) for index in digits}) < 2:
        return list(glyphs)
    bands: dict[int, list[int]] = {}
    for index in digits:
        bands.setdefault(_band(glyphs[index]), []).append(index)
    marked: set[int] = set()
    marks: set[int] = set()
    for index in digits:
        near = [
            other
            for other in _near(bands, glyphs[index])
            if glyphs[index].size <= _SMALL * glyphs[other].size
        ]
        beside = [other for other in near if _is_mark(glyphs[index], glyphs[other])]
        if beside and not any(_is_over(glyphs[index], glyphs[other]) for other in near):
            marks.add(index)
            marked.update(beside)
    return [
        replace(glyph, doubt=glyph.doubt or _LEFT_OUT) if index in marked else glyph
        for index, glyph in enumerate(glyphs)
        if index not in marks
    ]


def _band(glyph: Glyph) -> int:
    return int(glyph.box.centre[1] // 12)


def _near(bands: dict[int, list[int]], glyph: Glyph) -> Iterator[int]:
    for band in range(_band(glyph) - 1, _band(glyph) + 2):
        yield from bands.get(band, ())


def _is_mark(small: Glyph, large: Glyph) -> bool:
    """Whether the first, much smaller, is a mark at the second: on its line, but not on its foot, and close."""
    level = small.box.top < large.box.bottom and large.box.top < small.box.bottom
    gap = max(small.box.left - large.box.right, large.box.left - small.box.right)
    off = abs(_foot(large) - _foot(small)) > _RAISED * large.size
    return level and off and gap < _BESIDE * large.size


def _is_over(small: Glyph, large: Glyph) -> bool:
    """Whether the first is printed over the second, and no mark beside it."""
    return small.box.overlap(large.box) > _OVER * small.box.width * small.box.height


def _foot(glyph: Glyph) -> float:
    return glyph.box.centre[1] + _FOOT * glyph.size


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
