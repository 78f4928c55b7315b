"""Text laid over a page, and not part of what it says: slanted, or pale and large, repeated or across other text."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from gkllm.documents.paged.page import Glyph
from gkllm.documents.pdf.paths import PlacedText
from gkllm.documents.pdf.visibility import Covers
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
