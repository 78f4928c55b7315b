"""Pages of fenced tables in which every cell prints another number: no misplaced cell can look right."""

from gkllm.documents.formats import open_document
from gkllm.form import Table
from gkllm.reading.placed import TableReading
from gkllm.reading.rules_reader import read_by_rules
from gkllm.reading.table_lines import table_lines
from tests.forms import FORM

Lines = list[list[str]]
"""A printed table: a list of lines, each a list of cells."""


def numbers(*tables: Table) -> dict[str, str]:
    """A number of four digits for every cell, none twice and none that looks doubled."""
    ids = [cell for table in tables for cell in table.cell_ids()]
    return {cell: str(2001 + 7 * index) for index, cell in enumerate(ids)}


def printed(table: Table, values: dict[str, str]) -> Lines:
    """The table's title, headings and rows as the form prints them."""
    lines = [[f"{table.section}、{table.title}"]]
    if table.layout == "single_row":
        pairs = [(row, column) for row in table.rows for column in row.columns]
        lines.append([row.label for row, _ in pairs])
        lines.append([column.label for _, column in pairs])
        lines.append([values[f"{table.id}.{row.id}.{column.id}"] for row, column in pairs])
        return lines
    columns = None
    for row in table.rows:
        if row.columns != columns:
            columns = row.columns
            lines.append(["信息内容", *(column.label for column in columns)])
        cells = [values[f"{table.id}.{row.id}.{column.id}"] for column in columns]
        lines.append([*row.groups[-1:], row.label, *cells])
    return lines


def page(*tables: Lines) -> str:
    """The tables one after the other, their cells fenced by bars."""
    return "\n\n".join("\n".join(f"| {' | '.join(cells)} |" for cells in table) for table in tables) + "\n"


def read(text: str) -> dict[str, TableReading]:
    """What the deterministic reader sees in the text."""
    document = open_document(text.encode(), "page.txt")
    return read_by_rules(document.text, table_lines(document), FORM)


def both(disclosure: str, requests: str) -> tuple[Table, Table, Table]:
    """The three tables, the first two in editions of their own."""
    return (
        FORM.table("disclosure", disclosure),
        FORM.table("requests", requests),
        FORM.table("proceedings", disclosure),
    )


def row_at(lines: Lines, label: str) -> int:
    """The index of the only line that prints the label."""
    [index] = [index for index, cells in enumerate(lines) if label in cells]
    return index


def misplaced(reading: TableReading, values: dict[str, str]) -> list[str]:
    """Cells that hold another text than is printed for them, with nothing that marks them."""
    return [
        cell
        for cell, placed in reading.cells.items()
        if placed.present and not placed.doubts and placed.raw != values[cell]
    ]


def marked(reading: TableReading, row_id: str) -> bool:
    """Whether every cell of the row is missing or in doubt."""
    cells = [placed for cell, placed in reading.cells.items() if cell.split(".")[1] == row_id]
    return all(placed.doubts or not placed.present for placed in cells)
