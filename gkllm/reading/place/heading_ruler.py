"""Column headings printed over a table in layout text, stacked words put together by their place."""

from collections.abc import Callable, Sequence

from gkllm.documents.document import GridCell
from gkllm.documents.fixed_width import words_of
from gkllm.reading.place.ruler import Edge, Ruler
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine

_LINES_ABOVE = 14
"""The form's headings stand at most this many lines over the first number."""
_Belongs = Callable[[str, str], bool]
"""(word, label): whether the word can be a part of the label."""
_STACKED = 1.5
"""Words of one heading stand over each other to within this many characters."""


def heading_ruler(
    lines: Sequence[TableLine], first: int, labels: Sequence[str], centre: Edge
) -> Ruler | None:
    """The ruler that the headings over line `first` give for columns so labelled; null where they do not."""
    wanted = [normalise(label) for label in labels]
    above: list[GridCell] = []
    for line in reversed(lines[max(0, first - _LINES_ABOVE) : first]):
        if line.row.page != lines[first].row.page:
            break
        above += line.cells
    for belongs in (_printed_in, _letter_of, _damaged_in):
        ruler = _ruler(above, wanted, belongs, centre)
        if ruler is not None:
            return ruler
    return None


def _ruler(above: Sequence[GridCell], wanted: Sequence[str], belongs: _Belongs, centre: Edge) -> Ruler | None:
    """The ruler of the words that belong to headings, if they stand in one stack for each, in order."""
    words: list[GridCell] = []
    for piece in above:
        whole = any(belongs(normalise(piece.raw), label) for label in wanted)
        candidates = [piece] if whole else words_of(piece)
        words += [word for word in candidates if any(belongs(normalise(word.raw), label) for label in wanted)]
    columns = _stack(words, centre)
    fits = len(columns) == len(wanted) and all(
        all(belongs(normalise(word.raw), label) for word in column)
        for column, label in zip(columns, wanted, strict=True)
    )
    if not fits:
        return None
    ruler = Ruler(tuple(sum(map(centre, column)) / len(column) for column in columns), centre)
    return ruler if ruler.ascends else None


def _printed_in(word: str, label: str) -> bool:
    return len(word) > 1 and word in label


def _letter_of(word: str, label: str) -> bool:
    """As narrow columns print headings: from top to bottom, a character at a time."""
    return bool(word) and word in label


def _damaged_in(word: str, label: str) -> bool:
    """Characters may be doubled or missing, none is foreign."""
    return bool(word) and set(word) <= set(label)


def _stack(words: Sequence[GridCell], centre: Edge) -> list[list[GridCell]]:
    """Words whose middles are close, column by column from the left."""
    columns: list[list[GridCell]] = []
    for word in sorted(words, key=centre):
        if columns and centre(word) - centre(columns[-1][0]) <= _STACKED:
            columns[-1].append(word)
        else:
            columns.append([word])
    return columns
