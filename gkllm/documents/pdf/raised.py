"""Marks of notes: digits in small type beside a number, which are no part of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gkllm.documents.paged.page import Glyph
from gkllm.facts import Doubt, DoubtKind

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
