"""Text whose cells follow one another without a trace of their places: one a line, or a row a line.

So print programs that extract a page's text without its layout. A blank cell leaves nothing behind, and only a
row that has all its cells can be told.
"""

from gkllm.documents.document import Grid, GridCell, GridRow, cell_between
from gkllm.documents.lines import Line
from gkllm.documents.values import is_label_before_values, trailing_values

_GAP = "  "


def is_sequential_line(line: str) -> bool:
    """Whether the line is one value, or a label with several values a single space apart."""
    values = trailing_values(line)
    if not values or _GAP in line.strip() or "\t" in line:
        return False
    alone = not line[: values[0][0]].strip()
    return alone or (len(values) > 1 and is_label_before_values(line, 0, values[0][0]))


def is_spaced_out_line(line: str) -> bool:
    """Whether the line's values stand apart by more than a space, as cells do that keep their places."""
    values = trailing_values(line)
    apart = bool(values) and line[: values[0][0]].endswith(_GAP) and bool(line[: values[0][0]].strip())
    return apart or (len(values) > 1 and _GAP in line.strip())


def parse_sequential(text: str, paged: list[tuple[Line, int]]) -> list[Grid]:
    """The text as one grid: a row from each label to the next, with the values between them."""
    rows: list[GridRow] = []
    cells: list[GridCell] = []
    page = 0
    for line, line_page in paged:
        if not line.text.strip():
            continue
        values = trailing_values(line.text)
        label_end = values[0][0] if values else len(line.text)
        if line.text[:label_end].strip():
            if cells:
                rows.append(GridRow(tuple(cells), page))
            cells, page = [cell_between(text, line.start, line.start + label_end)], line_page
        cells += [cell_between(text, line.start + start, line.start + end) for start, end in values]
    if cells:
        rows.append(GridRow(tuple(cells), page))
    return [Grid("sequential", tuple(rows))]
