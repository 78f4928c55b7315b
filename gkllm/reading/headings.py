"""Column headings printed over a table in layout text, stacked words put together by their place."""

from collections.abc import Sequence

from gkllm.documents.document import GridCell
from gkllm.reading.labels import normalise
from gkllm.reading.lines import TableLine
from gkllm.reading.ruler import Ruler, ruler_from_heading, words_of

_LINES_ABOVE = 14
"""The form's headings stand at most this many lines over the first number."""
_STACKED = 1.5
"""Words of one heading stand over each other to within this many characters."""


def heading_ruler(lines: Sequence[TableLine], first: int, labels: Sequence[str]) -> Ruler | None:
    """The ruler that the headings over line `first` give for columns so labelled; null where they do not."""
    wanted = [normalise(label) for label in labels]
    words: list[GridCell] = []
    for line in reversed(lines[max(0, first - _LINES_ABOVE) : first]):
        if line.row.page != lines[first].row.page:
            break
        for piece in line.cells:
            if any(normalise(piece.raw) in label for label in wanted):
                words.append(piece)
            else:
                words += [word for word in words_of(piece) if any(normalise(word.raw) in label for label in wanted)]
    for wide in (False, True):
        columns = _stack([word for word in words if normalise(word.raw)], wide)
        fits = len(columns) == len(wanted) and all(
            all(normalise(word.raw) in label for word in column) for column, label in zip(columns, wanted, strict=True)
        )
        if fits:
            return ruler_from_heading([column[0] for column in columns])
    return None


def _stack(words: Sequence[GridCell], wide: bool) -> list[list[GridCell]]:
    """Words whose middles are close, column by column from the left."""
    columns: list[list[GridCell]] = []
    middle = 0.0
    for word in sorted(words, key=lambda word: _middle(word, wide)):
        if columns and _middle(word, wide) - middle <= _STACKED:
            columns[-1].append(word)
        else:
            columns.append([word])
            middle = _middle(word, wide)
    return columns


def _middle(word: GridCell, wide: bool) -> float:
    return (word.wide_left + word.wide_right) / 2 if wide else (word.left + word.right) / 2
