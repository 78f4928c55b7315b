"""What was understood of a document, as plain lines: its grids, the form's rows found in them or not, its sections."""

from collections.abc import Iterator
from dataclasses import dataclass

from gkllm.documents.document import Document, GridCell
from gkllm.form import CellId, Forms
from gkllm.prose.passages import passages
from gkllm.prose.sections import sections_of
from gkllm.reading.recognition import recognise
from gkllm.report import Section
from gkllm.terminal.words import printable
from gkllm.wording import sentence, sentences


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
    sections: tuple[Section, ...]


def understand(document: Document, forms: Forms) -> Understanding:
    """The document's grids matched to the form, without the language model."""
    found = recognise(document, forms)
    document = found.document
    matches: dict[int, list[MatchedRow]] = {}
    tables: list[TableMatch] = []
    for table_id, reading in found.readings.items():
        missing: list[str] = []
        for row in reading.table.rows:
            label = "".join((*row.groups, row.label))
            span = reading.row_lines.get(row.id)
            if span is None:
                missing.append(label)
                continue
            score = reading.cells[CellId.of(table_id, row.id, row.columns[0].id)].label_score
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
    outside = passages(document, found.lines, found.readings.values())
    printed = [reading.table for reading in found.readings.values()]
    sections = sections_of(document, outside, found.form, printed)
    return Understanding(document, rows, tuple(tables), sections)


_UNREADABLE = "?"
_NO_TEXT = "·"


def show_lines(understood: Understanding) -> Iterator[str]:
    """The document's text, its grids row by row, the labels of the form that were found or not, and the sections."""
    document = understood.document
    yield f"{printable(document.name)} · {document.media_type}"
    yield from (f"warning: {printable(warning)}" for warning in sentences(document.doubts))
    yield ""
    yield "TEXT"
    for number, line in enumerate(document.text.splitlines(), 1):
        yield f"{number:5}  {printable(line)}".rstrip()
    yield ""
    yield "GRIDS"
    if not understood.rows:
        yield "  none"
    before = 0
    for row in understood.rows:
        if row.grid != before:
            before = row.grid
            yield _grid_heading(row)
        yield f"    {' | '.join(_cell(cell) for cell in row.cells)}"
        yield from (f"        = {match.label}  (likeness {match.score:.2f})" for match in row.matches)
    yield ""
    yield "LABELS"
    for table in understood.tables:
        yield from _table(table)
    yield ""
    yield "SECTIONS"
    if not understood.sections:
        yield "  none"
    for section in understood.sections:
        first = document.text.count("\n", 0, section.span.start) + 1
        yield f"  {section.number}. {printable(section.title)}  (line {first})"
        yield from (f"    {printable(paragraph)}" for paragraph in section.text.splitlines())


def _grid_heading(row: PrintedRow) -> str:
    page = f", page {row.page}" if row.page else ""
    return f"  grid {row.grid}, {row.layout}{page}"


def _cell(cell: GridCell) -> str:
    text = printable(cell.raw) if cell.legible else _UNREADABLE
    return f"{text or _NO_TEXT} ({printable(sentence(cell.doubt))})" if cell.doubt else text or _NO_TEXT


def _table(table: TableMatch) -> Iterator[str]:
    if not table.found:
        yield f"  {table.title}: not found"
        return
    found = table.rows - len(table.missing)
    yield f"  {table.title}: edition {table.edition}, {found} of {table.rows} rows found"
    yield from (f"    not found: {label}" for label in table.missing)
