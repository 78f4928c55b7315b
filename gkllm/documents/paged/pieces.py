"""Lines of a table without lines, parted into what stands in its cells."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gkllm.documents.paged.page import Box, Glyph, around

_GAP = 0.9
"""White space this wide, in heights of the type, parts cells."""
_SAME = 0.5
"""Edges or middles at most this far apart, in heights of the type, are one column's."""
_COLUMN = 3
"""Numbers that stand under each other before they are a column."""
_NUMERIC = frozenset("0123456789０１２３４５６７８９.,．，-—")


def pieces_of(lines: Sequence[Sequence[Glyph]]) -> list[list[list[Glyph]]]:
    """Each line's pieces: parted by white space, and a label from the number that stands close behind it.

    Where the number closes its line's first piece is told by the numbers above and below it.
    """
    pieces = [_by_gaps(line) for line in lines]
    closing = [_number_behind_label(line[0]) for line in pieces]
    columns: Counter[tuple[str, int]] = Counter()
    for line, first in zip(pieces, closing, strict=True):
        numbers = [piece for piece in line if all(glyph.text in _NUMERIC for glyph in piece)]
        for number in [*numbers, line[0][first:]] if first else numbers:
            columns.update(_edges(number))
    return [
        [line[0][:first], line[0][first:], *line[1:]]
        if first and any(_near(columns, edge) >= _COLUMN for edge in _edges(line[0][first:]))
        else line
        for line, first in zip(pieces, closing, strict=True)
    ]


def _by_gaps(line: Sequence[Glyph]) -> list[list[Glyph]]:
    pieces: list[list[Glyph]] = []
    for glyph in line:
        if pieces and glyph.box.left - pieces[-1][-1].box.right <= _GAP * glyph.size:
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    return pieces


def _number_behind_label(piece: Sequence[Glyph]) -> int:
    """Where the number at the piece's end begins; 0 where it has none, or nothing else."""
    first = len(piece)
    while first and piece[first - 1].text in _NUMERIC:
        first -= 1
    return first if first < len(piece) else 0


def _edges(number: Sequence[Glyph]) -> Iterator[tuple[str, int]]:
    box: Box = around(glyph.box for glyph in number)
    unit = _SAME * number[0].size
    for name, place in (("left", box.left), ("middle", box.centre[0]), ("right", box.right)):
        yield name, round(place / unit)


def _near(columns: Counter[tuple[str, int]], edge: tuple[str, int]) -> int:
    name, place = edge
    return sum(columns[name, place + step] for step in (-1, 0, 1))
