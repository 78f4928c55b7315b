"""A document's grids with the rows of the form found in them, and the rows of the form that were not found."""

from dataclasses import dataclass

from gkllm.documents.document import Document, GridCell
from gkllm.form import Forms
from gkllm.reading.recognition import read_on_its_form
from gkllm.reading.table_lines import table_lines


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A row of the form. `score` is the likeness of its printed label, 0 to 1."""

    table: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of a grid, and the rows of the form whose numbers it prints; most often one or none."""

    grid: int
    layout: str
    page: int | None
    cells: tuple[GridCell, ...]
    matches: tuple[MatchedRow, ...]


@dataclass(frozen=True, slots=True)
class TableMatch:
    """A table of the form: its edition, how many of its rows were found, and the labels of those that were not."""

    table: str
    title: str
    found: bool
    edition: str
    rows: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """A document as the rules see it."""

    document: Document
    rows: tuple[PrintedRow, ...]
    tables: tuple[TableMatch, ...]


def understand(document: Document, forms: Forms) -> Understanding:
    """The document's grids matched to its form, without the language model."""
    lines = table_lines(document)
    matches: dict[int, list[MatchedRow]] = {}
    tables: list[TableMatch] = []
    for table_id, reading in read_on_its_form(lines, document.own_text, forms)[1].items():
        missing: list[str] = []
        for row in reading.table.rows:
            label = "".join((*row.groups, row.label))
            span = reading.row_lines.get(row.id)
            if span is None:
                missing.append(label)
                continue
            score = reading.cells[f"{table_id}.{row.id}.{row.columns[0].id}"].label_score
            for index in range(span[0], span[1] + 1):
                matches.setdefault(index, []).append(MatchedRow(table_id, label, score))
        title = f"{reading.table.section}、{reading.table.title}"
        tables.append(
            TableMatch(
                table_id, title, reading.found, reading.table.edition, len(reading.table.rows), tuple(missing)
            )
        )
    grids = [(number, grid, row) for number, grid in enumerate(document.grids, 1) for row in grid.rows]
    rows = tuple(
        PrintedRow(
            number,
            grid.layout,
            next((cell.place.page for cell in row.cells if cell.place), None),
            row.cells,
            tuple(matches.get(index, ())),
        )
        for index, (number, grid, row) in enumerate(grids)
    )
    return Understanding(document, rows, tuple(tables))
