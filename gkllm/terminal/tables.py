"""The form's tables with their values, laid out as the form prints them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from gkllm.form import CellId, Column, Row, Table
from gkllm.report import Cell
from gkllm.terminal.grid import Box, Grid, Line, narrowest, render_cell

_LABEL_MIN = 14
_LABEL_MAX = 64
_HEADING_MIN = 4


def render_table(table: Table, cells: Mapping[str, Cell], width: int) -> Grid:
    """The table in at most `width` terminal cells, if its values allow it.

    A table of a single line of numbers becomes one row for each group where the line is too long.
    """
    texts = {
        f"{row.id}.{column.id}": render_cell(cells.get(CellId.of(table.id, row.id, column.id)))
        for row in table.rows
        for column in row.columns
    }
    if table.layout == "single_row":
        grid = _single_row(table, texts, width)
        if grid is not None:
            return grid
    return _rows(table, texts, width)


def _single_row(table: Table, texts: Mapping[str, Text], width: int) -> Grid | None:
    pairs = [(row, column) for row in table.rows for column in row.columns]
    values = [texts[f"{row.id}.{column.id}"] for row, column in pairs]
    least = [max(_HEADING_MIN, narrowest(text)) for text in values]
    if sum(least) + len(least) + 1 > width:
        return None
    wished = [
        max(cell_len(column.label), text.cell_len) for (_, column), text in zip(pairs, values, strict=True)
    ]
    lines = [
        *_row_headings(table.rows),
        Line(tuple(Box(Text(column.label)) for _, column in pairs), ruled=True),
        Line(tuple(Box(text) for text in values), ruled=True),
    ]
    return Grid(tuple(lines), _share(least, wished, width - len(least) - 1))


def _row_headings(rows: Sequence[Row]) -> Iterator[Line]:
    """The rows' labels over their columns, the groups they stand in above."""
    depth = max(len(row.groups) for row in rows)
    for level in range(depth + 1):
        boxes = []
        for _, members in groupby(rows, key=lambda row: (*row.groups, row.label)[: level + 1]):
            group = list(members)
            path = (*group[0].groups, group[0].label)
            span = sum(len(row.columns) for row in group)
            if level < len(path):
                boxes.append(Box(Text(path[level], style="bold"), span))
            else:
                boxes.append(Box(Text(), span, joined=True))
        yield Line(tuple(boxes), ruled=True)


def _rows(table: Table, texts: Mapping[str, Text], width: int) -> Grid:
    count = max(len(row.columns) for row in table.rows)
    varied = len({row.headings for row in table.rows}) > 1
    lines: list[Line] = []
    if varied:
        # Where columns differ from block to block, each block prints its own label and headings.
        for (groups, columns), rows in groupby(table.rows, key=lambda row: (row.groups, row.columns)):
            lines.append(Line((Box(Text("".join(groups), style="bold"), count + 1),), ruled=True))
            lines += _column_headings(columns, count, "信息内容")
            lines += _body(list(rows), texts, count, groups)
    else:
        lines += _column_headings(table.rows[0].columns, count, "")
        lines += _body(table.rows, texts, count, ())
    return Grid(tuple(lines), _widths(lines, count, width))


def _body(
    rows: Sequence[Row], texts: Mapping[str, Text], count: int, printed: tuple[str, ...]
) -> Iterator[Line]:
    """The rows, each group's label once above its rows; `printed` are the labels that stand above already."""
    base, above, block = len(printed), printed, printed[:1]
    units = len({column.unit for row in rows for column in row.columns}) > 1
    for number, row in enumerate(rows):
        ruled = number == 0 or row.groups[:1] not in (block, above[:1])
        for level, label in enumerate(row.groups):
            if row.groups[: level + 1] != above[: level + 1]:
                heading = Box(Text(label, style="bold"), count + 1, "left", indent=2 * (level - base))
                yield Line((heading,), ruled)
                ruled = False
        # The rows of a part stand under their whole, whose label is printed with its own number.
        above, block = (*row.groups, row.label), row.groups[:1]
        own = Text(row.label)
        if units and (unit := row.columns[0].unit):
            own.append(f" {unit}", style="dim")
        label_box = Box(own, justify="left", indent=2 * (len(row.groups) - base))
        yield Line((label_box, *_values(row, texts, count)), ruled)


def _values(row: Row, texts: Mapping[str, Text], count: int) -> Iterator[Box]:
    for position, column in enumerate(row.columns, start=1):
        span = count - position + 1 if position == len(row.columns) else 1
        text = texts[f"{row.id}.{column.id}"]
        yield Box(text, span, least=narrowest(text))


def _column_headings(columns: Sequence[Column], count: int, over_labels: str) -> Iterator[Line]:
    """The columns' labels, the groups they stand in above; the last one fills what the table has beyond."""
    depth = max(len(column.groups) for column in columns)
    spans = [1] * (len(columns) - 1) + [count - len(columns) + 1]
    for level in range(depth + 1):
        boxes = [Box(Text("" if level else over_labels), joined=level > 0)]
        paired = zip(columns, spans, strict=True)
        for _, members in groupby(paired, key=lambda pair: (*pair[0].groups, pair[0].label)[: level + 1]):
            group = list(members)
            path = (*group[0][0].groups, group[0][0].label)
            span = sum(member[1] for member in group)
            if level < len(path):
                boxes.append(Box(Text(path[level]), span))
            else:
                boxes.append(Box(Text(), span, joined=True))
        yield Line(tuple(boxes), ruled=True)


def _widths(lines: Sequence[Line], count: int, width: int) -> tuple[int, ...]:
    """The label's column first: it takes what the numbers leave, down to a bound, and they share the rest."""
    least = [_HEADING_MIN] * count
    wished = [_HEADING_MIN] * count
    label = _LABEL_MIN
    for line in lines:
        if len(line.boxes) < 2:
            continue
        label = max(label, line.boxes[0].indent + line.boxes[0].text.cell_len)
        for position, box in enumerate(line.boxes[1:]):
            if box.span == 1:
                least[position] = max(least[position], box.least)
                wished[position] = max(wished[position], box.text.cell_len)
    inner = width - count - 2
    label = min(label, _LABEL_MAX, max(_LABEL_MIN, inner - sum(max(6, size) for size in least)))
    return (label, *_share(least, wished, inner - label))


def _share(least: Sequence[int], wished: Sequence[int], total: int) -> tuple[int, ...]:
    """Widths of at least `least`, grown evenly towards `wished` while `total` lasts."""
    widths = list(least)
    spare = total - sum(widths)
    while spare > 0:
        growing = [index for index, size in enumerate(widths) if size < wished[index]]
        if not growing:
            break
        narrow = min(growing, key=lambda index: widths[index])
        widths[narrow] += 1
        spare -= 1
    return tuple(widths)
