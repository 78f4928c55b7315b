"""What was understood of a document, as plain lines."""

from collections.abc import Iterator

from gkllm.documents.document import GridCell
from gkllm.show.understanding import PrintedRow, TableMatch, Understanding
from gkllm.terminal.words import printable
from gkllm.wording import sentence

_UNREADABLE = "?"
_NO_TEXT = "·"


def show_lines(understood: Understanding) -> Iterator[str]:
    """The document's text, its grids row by row, and the labels of the form that were found or not."""
    document = understood.document
    yield f"{printable(document.name)} · {document.media_type}"
    yield from (f"warning: {printable(warning)}" for warning in document.warnings)
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
