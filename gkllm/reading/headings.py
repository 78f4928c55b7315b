"""Column headings printed over a table in layout text, stacked words put together by their place."""

from collections.abc import Sequence

from gkllm.documents.document import GridCell
from gkllm.reading.labels import normalise
from gkllm.reading.lines import TableLine
from gkllm.reading.ruler import Edge, Ruler, words_of

_LINES_ABOVE = 14
"""The form's headings stand at most this many lines over the first number."""
_STACKED = 1.5
"""Words of one heading stand over each other to within this many characters."""


def heading_ruler(
    lines: Sequence[TableLine], first: int, labels: Sequence[str], centre: Edge
) -> Ruler | None:
    """The ruler that the headings over line `first` give for columns so labelled; null where they do not."""
    wanted = [normalise(label) for label in labels]
    words: list[GridCell] = []
    for line in reversed(lines[max(0, first - _LINES_ABOVE) : first]):
        if line.row.page != lines[first].row.page:
            break
        for piece in line.cells:
            words += (
                [piece] if _of(piece, wanted) else [word for word in words_of(piece) if _of(word, wanted)]
            )
    columns = _stack(words, centre)
    fits = len(columns) == len(wanted) and all(
        all(_of(word, (label,)) for word in column) for column, label in zip(columns, wanted, strict=True)
    )
    if not fits:
        return None
    ruler = Ruler(tuple(sum(map(centre, column)) / len(column) for column in columns), centre)
    return ruler if ruler.ascends else None


def _of(word: GridCell, labels: Sequence[str]) -> bool:
    """Whether the word can be a part of a label: characters may be doubled or missing, none is foreign."""
    characters = set(normalise(word.raw))
    return bool(characters) and any(characters <= set(label) for label in labels)


def _stack(words: Sequence[GridCell], centre: Edge) -> list[list[GridCell]]:
    """Words whose middles are close, column by column from the left."""
    columns: list[list[GridCell]] = []
    for word in sorted(words, key=centre):
        if columns and centre(word) - centre(columns[-1][0]) <= _STACKED:
            columns[-1].append(word)
        else:
            columns.append([word])
    return columns
