"""Order-preserving assignments of a row's pieces to the form's columns: candidates, until relations choose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product
from math import comb

from gkllm.documents.document import GridCell
from gkllm.facts import Doubt

BLANK = GridCell("", 0, 0)
"""A cell that prints nothing and has no place."""
_MOST = 40
"""Candidates of a row; where there are more, relations could hardly tell one from another."""
MOST_TORN = 256
_TORN = 1.0
"""One number printed as two pieces in a row that lacks another is an accident."""

Cells = tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line's cells in the form's column order, blanks included, and how many accidents it takes to print them so."""

    cells: Cells
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A line's cells in the form's column order, blanks included; `doubt` says why it may be wrong.

    `candidates` are all there are, these cells first, where the doubt is only which of them holds. `if_broken` where
    there is none as long as the row's own relations hold.
    """

    cells: Cells
    doubt: Doubt | None = None
    candidates: tuple[Candidate, ...] = ()
    if_broken: bool = False


def choose_among(candidates: Iterable[Candidate], doubt: Doubt, most: int = _MOST) -> Placement | None:
    """The placement that the candidates leave, the cheapest first; null where there are none, or too many."""
    distinct: dict[tuple[tuple[str, int], ...], Candidate] = {}
    for candidate in sorted(candidates, key=lambda candidate: candidate.cost):
        printed = tuple((cell.raw, cell.start if cell.raw else 0) for cell in candidate.cells)
        distinct.setdefault(printed, candidate)
    found = tuple(distinct.values())
    if not found or len(found) > most:
        return None
    first = found[0].cells
    return Placement(first) if len(found) == 1 else Placement(first, doubt, found)


def spread(pieces: Sequence[GridCell], width: int) -> list[Candidate]:
    """Every way to leave columns without a piece, those at the end first; of pieces too many, blank ones are dropped.

    None where there are more than can be weighed.
    """
    surplus = len(pieces) - width
    if surplus <= 0:
        if comb(width, len(pieces)) > _MOST:
            return []
        return [Candidate(_laid(pieces, places, width)) for places in combinations(range(width), len(pieces))]
    blanks = [index for index, cell in enumerate(pieces) if not cell.raw]
    if len(blanks) < surplus or comb(len(blanks), surplus) > _MOST:
        return []
    return [
        Candidate(tuple(cell for index, cell in enumerate(pieces) if index not in dropped))
        for dropped in map(set, combinations(reversed(blanks), surplus))
    ]


def padded(pieces: Sequence[GridCell], width: int) -> Cells:
    """As many of the pieces as there are columns, in order, and blank cells where they are fewer."""
    return (*pieces[:width], *[BLANK] * (width - len(pieces)))


def spread_or_padded(pieces: Sequence[GridCell], width: int, doubt: Doubt) -> Placement:
    """Pieces of which any may be missing, or blank ones too many; in order where there are too many ways."""
    return choose_among(spread(pieces, width), doubt) or Placement(padded(pieces, width), doubt)


def _laid(pieces: Sequence[GridCell], places: Sequence[int], width: int) -> Cells:
    cells = [BLANK] * width
    for place, piece in zip(places, pieces, strict=True):
        cells[place] = piece
    return tuple(cells)


def torn(pieces: Sequence[GridCell]) -> Iterator[Candidate]:
    """The pieces in order, and every way in which two of them are one number and another cell is blank."""
    yield Candidate(tuple(pieces))
    for first in range(len(pieces) - 1):
        whole = [*pieces[:first], joined(pieces[first : first + 2]), *pieces[first + 2 :]]
        for blank in range(len(pieces)):
            yield Candidate((*whole[:blank], BLANK, *whole[blank:]), _TORN)


def torn_apart(pieces: Sequence[GridCell], width: int) -> Iterator[Candidate]:
    """Every way in which pieces too many are numbers printed in several pieces each, and no cell is blank. None of
    several begins with a zero.
    """
    if comb(len(pieces) - 1, width - 1) > _MOST:
        return
    for begins in combinations(range(1, len(pieces)), width - 1):
        bounds = list(pairwise((0, *begins, len(pieces))))
        if all(last - first == 1 or pieces[first].raw != "0" for first, last in bounds):
            yield Candidate(tuple(joined(pieces[first:last]) for first, last in bounds))


def stacked(
    options: Sequence[Sequence[tuple[int, float]]], pieces: Sequence[GridCell], width: int
) -> list[Candidate]:
    """The ways to give each piece one of its columns, each with a cost, so that their order is kept.

    Pieces in one column are one number's.
    """
    candidates: list[Candidate] = []
    for chosen in product(*options):
        columns = [column for column, _ in chosen]
        if columns == sorted(columns):
            held: list[list[GridCell]] = [[] for _ in range(width)]
            for column, piece in zip(columns, pieces, strict=True):
                held[column].append(piece)
            candidates.append(Candidate(tuple(map(joined, held)), sum(cost for _, cost in chosen)))
    return candidates


def joined(cells: Sequence[GridCell]) -> GridCell:
    """Pieces of one number as one cell."""
    if len(cells) < 2:
        return cells[0] if cells else BLANK
    first, last = cells[0], cells[-1]
    return replace(
        first,
        raw=" ".join(cell.raw for cell in cells),
        end=last.end,
        right=last.right,
        wide_right=last.wide_right,
        doubt=next((cell.doubt for cell in cells if cell.doubt), None),
    )
