"""Strings a model returned, looked up in the document: what is not there never becomes a value."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from gkllm.documents.document import GridCell
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Column, Row
from gkllm.reading.excerpt import PrintedTable
from gkllm.reading.placed import PlacedCell
from gkllm.reading.region import pieces_in
from gkllm.report import ReaderView

_NOT_FOUND = Doubt(DoubtKind.NOT_IN_ROW)
_DISPLACED = Doubt(DoubtKind.DISPLACED)
_UNLOCATED = Doubt(DoubtKind.ROW_BY_MODEL)
_OVERLOOKED = Doubt(DoubtKind.OVERLOOKED)
_STRAY = Doubt(DoubtKind.STRAY_NUMBERS)
_FOUND, _NEXT = 2, 1
"""What a string that stands there is worth, and one more where it stands right behind the one before it in its row: a
zero stands in many places, a row in one."""

Strings = Mapping[str, Sequence[str]]
"""By the ids of rows, what the model read in their columns."""


def ground_rows(printed: PrintedTable, strings: Strings, view: ReaderView) -> dict[str, PlacedCell]:
    """The rows' cells as the model read them, each at its place in the document, in the order in which rows and columns
    stand there. `view` names the model and the prompt.

    A string that the rules read in the cell too stands there. Others are looked up between the rows before and after
    that the rules know beyond doubt. Where something printed beside lost rows is left over, it may as well be theirs.
    So it may where the model leaves some rows blank and not others: a blank one stands nowhere, before or after.
    """
    cells: dict[str, PlacedCell] = {}
    rows = [row for row in printed.table.rows if row.id in strings]
    for extent, together in groupby(rows, printed.room_of):
        asked = [
            _Asked(printed, row, column, string)
            for row in together
            for column, string in zip(row.columns, strings[row.id], strict=True)
        ]
        at_home = {each.own.span for each in asked if each.at_home}
        pieces = [
            cell
            for cell in pieces_in(printed.document, printed.lines, extent)
            if (cell.start, cell.end) not in at_home
        ]
        found = _aligned([each for each in asked if each.string and not each.at_home], pieces)
        stray = len(pieces) > len(found) or _exchangeable(asked)
        for each in asked:
            placed = each.placed(found.get(each.cell))
            if stray and not each.known and placed.legible:
                placed = replace(placed, doubts=(*placed.doubts, _STRAY))
            seen = view.model_copy(update={"raw": each.string})
            cells[each.cell] = replace(placed, views={"model": seen})
    return cells


@dataclass(frozen=True, slots=True)
class _Asked:
    """A string that the model read in a cell."""

    printed: PrintedTable
    row: Row
    column: Column
    string: str

    @property
    def cell(self) -> str:
        return CellId.of(self.printed.table.id, self.row.id, self.column.id)

    @property
    def own(self) -> PlacedCell:
        """What the rules read there."""
        return self.printed.reading.cells[self.cell]

    @property
    def known(self) -> bool:
        """Whether the rules know the row."""
        return self.row.id in self.printed.reading.row_lines

    @property
    def at_home(self) -> bool:
        """Whether it is what the rules read there."""
        return self.known and same_text(self.string, self.own.raw)

    def placed(self, piece: GridCell | None) -> PlacedCell:
        """The cell at the place that was found for its string."""
        own = self.own
        if self.at_home:
            return own
        score, doubt = (own.label_score, _DISPLACED) if self.known else (0.0, _UNLOCATED)
        if not self.string:
            return PlacedCell("", None, score, (_OVERLOOKED if self.known else _UNLOCATED,))
        said = [doubt]
        if piece is None:
            # On the row's lines, though not in order: as good as a guess.
            own_lines = self.printed.row_cells(self.row) if self.known else ()
            piece = next((cell for cell in own_lines if same_text(self.string, cell.raw)), None)
            said = [_NOT_FOUND]
        if piece is None:
            return PlacedCell("", None, score, tuple(said), legible=False)
        doubts = (piece.doubt, *said) if piece.doubt else tuple(said)
        return PlacedCell(
            piece.raw, (piece.start, piece.end), score, doubts, legible=piece.legible, place=piece.place
        )


def _exchangeable(asked: Sequence[_Asked]) -> bool:
    """Whether rows that the model alone places could change places, and neither order nor any sum would tell."""
    printed = {
        any(each.string for each in row)
        for row in (list(together) for _, together in groupby(asked, lambda each: each.row.id))
        if not all(each.at_home for each in row)
    }
    return len(printed) > 1


@dataclass(frozen=True, slots=True)
class _End:
    """The heaviest match that ends with a certain string at a certain piece; `linked` where the string before it stands
    at the piece before it.
    """

    weight: int = 0
    linked: bool = False


_NONE = _End()


def _aligned(asked: Sequence[_Asked], pieces: Sequence[GridCell]) -> dict[str, GridCell]:
    """By cell the piece that prints its string: the heaviest match of strings with pieces that keeps both in order."""
    best = [[0] * (len(pieces) + 1) for _ in range(len(asked) + 1)]
    ends = [[_NONE] * (len(pieces) + 1) for _ in range(len(asked) + 1)]
    texts = [_solid(piece.raw) for piece in pieces]
    for i, each in enumerate(asked, 1):
        wanted = _solid(each.string)
        follows = i > 1 and asked[i - 2].row is each.row
        for j, text in enumerate(texts, 1):
            if text == wanted:
                before, link = best[i - 1][j - 1], ends[i - 1][j - 1].weight + _NEXT
                linked = follows and link > max(before, _NEXT)
                ends[i][j] = _End((link if linked else before) + _FOUND, linked)
            best[i][j] = max(best[i - 1][j], best[i][j - 1], ends[i][j].weight)
    return {asked[i].cell: pieces[j] for i, j in _traced(best, ends)}


def _traced(best: Sequence[Sequence[int]], ends: Sequence[Sequence[_End]]) -> Iterator[tuple[int, int]]:
    """The pairs of the heaviest match, the last first; of several as heavy, one with the earliest pieces."""
    i, j, linked = len(best) - 1, len(best[0]) - 1, False
    while i and j and (linked or best[i][j]):
        if not linked and best[i][j - 1] == best[i][j]:
            j -= 1
        elif not linked and best[i - 1][j] == best[i][j]:
            i -= 1
        else:
            yield i - 1, j - 1
            linked = ends[i][j].linked
            i, j = i - 1, j - 1


def ground_cell(string: str, own: PlacedCell, printed: Iterable[GridCell], view: ReaderView) -> PlacedCell:
    """A string picked among those `printed` on the cell's line, at its place; `own` is the cell by the rules."""
    piece = next((cell for cell in printed if string and same_text(string, cell.raw)), None)
    if same_text(string, own.raw):
        placed = own
    elif piece is None:
        placed = PlacedCell(
            "", None, own.label_score, (_NOT_FOUND if string else _OVERLOOKED,), legible=not string
        )
    else:
        placed = PlacedCell(
            piece.raw, (piece.start, piece.end), own.label_score, (_DISPLACED,), place=piece.place
        )
    return replace(placed, views={"model": view.model_copy(update={"raw": string})})


def same_text(left: str, right: str) -> bool:
    """Whether two strings print the same characters, white space and width aside."""
    return _solid(left) == _solid(right)


def _solid(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
