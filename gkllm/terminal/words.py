"""Labels and messages made fit for a terminal."""

from gkllm.form import CellId, Form, Table
from gkllm.language import spoken
from gkllm.report import Cell, Report
from gkllm.wording import sentences


def printable(text: str) -> str:
    """The text with control characters made visible, so that a document cannot steer the terminal."""
    return "".join(
        character if character.isprintable() or character == "\u3000" else _visible(character)
        for character in text
    )


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return chr(0x2400 + ord(character)) if ord(character) < 32 else "\ufffd"


def reasons_of(cell: Cell) -> tuple[str, ...]:
    """What is held against a cell, in the language in force; results written before doubts had kinds have their own."""
    return sentences(cell.doubts, spoken()) if cell.doubts else cell.reasons


def table_of(report: Report, form: Form, table_id: str) -> Table:
    """The form's table in the edition the report says the document has."""
    return form.table(table_id, report.tables[table_id].edition)


def cell_label(report: Report, form: Form, cell_id: str) -> str:
    """The row's and the column's printed labels, the section's number before them."""
    place = table_of(report, form, CellId(cell_id).table).places.get(cell_id)
    return place.label if place else cell_id
