"""Tables printed column by column: the labels of their rows in a block, then as many numbers as rows for each column.

Programs that follow a page's columns write so, each page for itself. The columns' headings stand over all of them, or
each over its numbers. Where labels and numbers are as many as the form's, the table's rows are put together again.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import NamedTuple

from gkllm.checking.evaluate import Number, Support, support
from gkllm.documents.document import Document, Grid, GridRow, cell_between
from gkllm.documents.text import cells_in_lines
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import CellId, Form, Relation, Row
from gkllm.reading.label_blocks import Cells, LabelBlock, Piece, label_blocks, whole_headings
from gkllm.reading.numerals import read_text
from gkllm.reading.row_labels import normalise
from gkllm.reading.table_lines import TableLine, table_lines

_TELLING = 2
"""Relations between numbers other than zero that must hold before columns are said to be exchanged, and that must be
broken before numbers are said to be lost and others torn."""
_SURELY = 6
"""By so many more relations numbers are read down and not across, or across and not down."""
_OPEN = Doubt(DoubtKind.TAKEN_APART_OTHERWISE)


class ByColumns(NamedTuple):
    """Ways of putting the rows of such tables together. `evident` where the text can have been written in no other way
    than column by column, be it that some of it cannot be put together.
    """

    ways: Sequence[Grid]
    evident: bool


class _Order(NamedTuple):
    """Each row's numbers in one order of reading, and the relations that these satisfy; none where they are not as many
    as the form's. `exchanged` where two columns are.
    """

    numbers: Sequence[Cells]
    told: Support = Support(0, 0)
    exchanged: bool = False

    @property
    def open(self) -> bool:
        """Whether relations contradict the reading here and there."""
        return self.told.broken >= _TELLING

    @property
    def settled(self) -> bool:
        """Whether relations tell, or there is but one number."""
        return self.told.held >= _TELLING or sum(map(len, self.numbers)) == 1

    def doubted(self) -> "_Order":
        """The numbers, each in doubt."""
        return self._replace(
            numbers=[[replace(cell, doubt=_OPEN) for cell in cells] for cells in self.numbers]
        )


def by_columns(document: Document, form: Form) -> ByColumns:
    """The ways of putting the rows together of tables that the text prints column by column: numbers are read down the
    columns, or across the rows where nothing tells that they are not. None where it prints no such table.
    """
    taken = replace(document, grids=tuple(cells_in_lines(document.text)))
    lines = list(whole_headings(table_lines(taken), form))
    blocks = [
        block
        for table_id in form.table_ids
        if form.untold(table_id).layout == "rows"
        for block in label_blocks(document.text, lines, form.in_all_editions(table_id))
    ]
    evident = any(block.evident for block in blocks)
    down = [_down(document.text, block, form.relations_of(block.table)) for block in blocks]
    if not evident and all(len(one.numbers) < 2 for one in down):
        return ByColumns((), False)
    across = [
        _across(document.text, block, form.relations_of(block.table)) or one
        for block, one in zip(blocks, down, strict=True)
    ]
    lead = sum(one.told.lead for one in down) - sum(one.told.lead for one in across)
    ways = [down] if lead > -_SURELY else []
    if lead < _SURELY and across != down:
        ways.append(across)
    return ByColumns([_grid(lines, blocks, _with_doubts(way), evident=evident) for way in ways], evident)


def _with_doubts(orders: Sequence[_Order]) -> list[_Order]:
    """The numbers, in doubt where relations contradict them. Of blocks that no relations tell of, also where columns
    are exchanged elsewhere, or numbers are not as many as the form's: then one may be lost here and another torn.
    """
    exchanged = any(order.exchanged for order in orders)
    careless = not all(order.numbers for order in orders)
    return [
        order.doubted()
        if order.open or (not order.settled and (careless or (exchanged and len(order.numbers[0]) > 1)))
        else order
        for order in orders
    ]


def _down(text: str, block: LabelBlock, relations: Sequence[Relation]) -> _Order:
    """The numbers read column after column, those of rows under the same headings together: in the form's order, or
    with two neighbours exchanged where relations tell so. A page's columns are not always followed from left to right.
    """
    columns = _columns(text, block)
    if not columns:
        return _Order(())
    orders = [columns]
    if len(_under_headings(block.rows)) == 1:
        orders += [
            [*columns[:first], columns[first + 1], columns[first], *columns[first + 2 :]]
            for first in range(len(columns) - 1)
        ]
    found = [_told(block, _by_row(block.rows, order), relations) for order in orders]
    leads = [order.told.lead for order in found]
    best = max(leads)
    chosen = leads.index(best) if best >= _TELLING and leads.count(best) == 1 else 0
    return found[chosen]._replace(exchanged=chosen > 0)


def _across(text: str, block: LabelBlock, relations: Sequence[Relation]) -> _Order | None:
    """The numbers read row after row; null where that is the same, or headings stand between them."""
    several = any(len(group[0].columns) > 1 < len(group) for group in _under_headings(block.rows))
    if not several or len(block.pieces) != 1:
        return None
    numbers = _parted(text, block.pieces[0], [len(row.columns) for row in block.rows])
    return _told(block, numbers, relations) if numbers else None


def _told(block: LabelBlock, numbers: Sequence[Cells], relations: Sequence[Relation]) -> _Order:
    """The numbers with what relations say of them, as far as they can be read in one way only."""
    values: dict[str, Number | None] = {}
    for row, cells in zip(block.rows, numbers, strict=True):
        for column, cell in zip(row.columns, cells, strict=True):
            text = read_text(cell.raw, column.kind, column.unit)
            one_way = len(text.readings) < 2
            values[CellId.of(block.table.id, row.id, column.id)] = text.counted if one_way else None
    return _Order(numbers, support(relations, values))


def _columns(text: str, block: LabelBlock) -> list[Cells]:
    """The numbers of each column in the form's order; none where headings or numbers are not as many as the form's."""
    columns = [
        (normalise(column.label), len(group))
        for group in _under_headings(block.rows)
        for column in group[0].columns
    ]
    names = [name for name, _ in columns]
    printed = [piece.heading for piece in block.pieces]
    if printed == [""]:
        return _parted(text, block.pieces[0], [length for _, length in columns])
    if printed != names and (set(printed) != set(names) or len(set(names)) < len(printed)):
        return []
    ordered = block.pieces if printed == names else [block.pieces[printed.index(name)] for name in names]
    parts = [_parted(text, piece, [length]) for piece, (_, length) in zip(ordered, columns, strict=True)]
    return [cells for part in parts for cells in part] if all(parts) else []


def _parted(text: str, piece: Piece, lengths: Sequence[int]) -> list[Cells]:
    """The numbers in parts of these lengths, one a line or a part a line; none where they are not as many."""
    if len(piece.lines) == sum(lengths):
        whole = [cell_between(text, line[0].start, line[-1].end) for line in piece.lines]
        return [whole[end - length : end] for length, end in zip(lengths, accumulate(lengths), strict=True)]
    return list(piece.lines) if [len(line) for line in piece.lines] == list(lengths) else []


def _under_headings(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows under the same headings, together."""
    return [list(group) for _, group in groupby(rows, lambda row: row.headed_by)]


def _by_row(rows: Sequence[Row], columns: Sequence[Cells]) -> list[Cells]:
    rest = iter(columns)
    return [
        numbers
        for group in _under_headings(rows)
        for numbers in zip(*(next(rest) for _ in group[0].columns), strict=True)
    ]


def _grid(
    lines: Sequence[TableLine], blocks: Sequence[LabelBlock], orders: Sequence[_Order], *, evident: bool
) -> Grid:
    """The lines as one grid, with the rows that were put together in their lines' stead.

    Where the text is evidently written column by column, the numbers behind several labels that were not are in doubt.
    """
    stead: dict[int, list[GridRow]] = {}
    for block, order in zip(blocks, orders, strict=True):
        if order.numbers:
            stead |= {index: [] for index in block.extent}
            page = lines[block.extent[0]].row.page
            parts = zip(block.labels, order.numbers, strict=True)
            stead[block.extent[0]] = [GridRow((*label, *numbers), page) for label, numbers in parts]
        elif evident and len(block.rows) > 1:
            stead |= {index: [_doubted(lines[index])] for index in block.extent}
    return Grid("sequential", tuple(row for line in lines for row in stead.get(line.index, [line.row])))


def _doubted(line: TableLine) -> GridRow:
    label = line.cells[: line.label_end]
    return replace(line.row, cells=(*label, *(replace(cell, doubt=_OPEN) for cell in line.values)))
