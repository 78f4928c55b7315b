"""A report's tables as sheets of slots, printed in every layout that is read."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import docx

from evals.generator.columns import display_width
from evals.generator.grids import GridRow, Slot


@dataclass(frozen=True, slots=True)
class Section:
    """A line over tables, and the tables, each a rectangle of slots."""

    heading: str
    tables: tuple[tuple[GridRow, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """What a report prints: its title, its sections, and what stands in each cell of the form."""

    title: str
    sections: tuple[Section, ...]
    contents: Mapping[str, str]

    def text(self, slot: Slot) -> str:
        """What is printed in the slot; nothing where a merged cell reaches over it."""
        if slot.cell is not None:
            return self.contents[slot.cell]
        return "" if slot.covered else slot.text

    def rows(self, table: Sequence[GridRow]) -> list[list[str]]:
        return [[self.text(slot) for slot in row] for row in table]

    def written(self, write: Callable[[Sequence[GridRow]], str], gap: str = "\n") -> str:
        """Every section's heading and tables in their order."""
        parts = [self.title, "一、总体情况", "本机关依法公开政府信息，各项工作有序开展。"]
        for section in self.sections:
            parts += [section.heading] * bool(section.heading)
            parts += [write(table) for table in section.tables]
        return gap.join([*parts, "五、存在的主要问题及改进情况", "还需努力。"]) + "\n"


def pipe(sheets: Sheets) -> str:
    def write(table: Sequence[GridRow]) -> str:
        lines = ["| " + " | ".join(row) + " |" for row in sheets.rows(table)]
        return "\n".join([lines[0], "| --- " * len(table[0]) + "|", *lines[1:]])

    return sheets.written(write, "\n\n")


def csv(sheets: Sheets) -> str:
    return sheets.written(lambda table: "\n".join(map(",".join, sheets.rows(table))))


def tsv(sheets: Sheets) -> str:
    return sheets.written(lambda table: "\n".join(map("\t".join, sheets.rows(table))))


def word(sheets: Sheets) -> str:
    """As Word's text has it: cells merged sideways stand once."""

    def write(table: Sequence[GridRow]) -> str:
        return "\n".join(
            "".join(f"\t{sheets.text(slot)}\n" for slot in row if slot.covered != "across") for row in table
        )

    return sheets.written(write, "\n\n")


def aligned(sheets: Sheets) -> str:
    """As layout text has it: a blank cell is a gap."""

    def write(table: Sequence[GridRow]) -> str:
        widths = [max(_width(sheets, row, column) for row in table) + 3 for column in range(len(table[0]))]
        lines = []
        for row in sheets.rows(table):
            line = ""
            for column, text in enumerate(row):
                if text:
                    room = max(2 * bool(line), sum(widths[:column]) - display_width(line))
                    line += " " * room + text
            lines.append(line)
        return "\n".join(filter(None, lines))

    return sheets.written(write)


def _width(sheets: Sheets, row: GridRow, column: int) -> int:
    """How wide a column must be for what stands in it alone."""
    merged = column + 1 < len(row) and row[column + 1].covered == "across"
    return 0 if merged else display_width(sheets.text(row[column]))


def spaced(sheets: Sheets) -> str:
    """A row a line, a space between cells; blank cells leave nothing behind."""
    return sheets.written(lambda table: "\n".join(" ".join(filter(None, row)) for row in sheets.rows(table)))


def one_a_line(sheets: Sheets) -> str:
    """A cell a line; blank cells leave nothing behind."""
    return sheets.written(lambda table: "\n".join(text for row in sheets.rows(table) for text in row if text))


def html(sheets: Sheets) -> str:
    """A page whose merged cells span what they cover."""

    def cell(table: Sequence[GridRow], top: int, left: int) -> str:
        slot = table[top][left]
        if slot.covered:
            return ""
        across, down = _extent(table, top, left)
        return f"<td colspan={across} rowspan={down}>{escape(sheets.text(slot))}</td>"

    def write(table: Sequence[GridRow]) -> str:
        rows = ("".join(cell(table, top, left) for left in range(len(row))) for top, row in enumerate(table))
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    return _page(sheets.written(write))


def _page(body: str) -> str:
    lines = ("<p>" + line + "</p>" if "<t" not in line else line for line in body.splitlines())
    return "<html><body>" + "".join(lines) + "</body></html>"


def html_without_spans(sheets: Sheets) -> str:
    def write(table: Sequence[GridRow]) -> str:
        rows = ("".join(f"<td>{escape(text)}</td>" for text in row) for row in sheets.rows(table))
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    return _page(sheets.written(write))


def word_file(sheets: Sheets) -> bytes:
    document = docx.Document()
    document.add_paragraph(sheets.title)
    for section in sheets.sections:
        document.add_paragraph(section.heading)
        for table in section.tables:
            made = document.add_table(rows=len(table), cols=len(table[0]))
            cells = [row.cells for row in made.rows]
            for top, row in enumerate(table):
                for left, slot in enumerate(row):
                    if slot.covered:
                        continue
                    across, down = _extent(table, top, left)
                    cell = cells[top][left]
                    if across > 1 or down > 1:
                        cell = cell.merge(cells[top + down - 1][left + across - 1])
                    cell.paragraphs[0].add_run(sheets.text(slot))
            document.add_paragraph("")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _extent(table: Sequence[GridRow], top: int, left: int) -> tuple[int, int]:
    """How many columns and rows the slot reaches over."""
    row = table[top]
    right = left + 1
    while right < len(row) and row[right].covered == "across" and not row[right].cell:
        right += 1
    bottom = top + 1
    while bottom < len(table) and table[bottom][left].covered == "down":
        bottom += 1
    return right - left, bottom - top


LAYOUTS: dict[str, Callable[[Sheets], str | bytes]] = {
    "pipe": pipe,
    "csv": csv,
    "tsv": tsv,
    "word": word,
    "aligned": aligned,
    "spaced": spaced,
    "one_a_line": one_a_line,
    "html": html,
    "html_without_spans": html_without_spans,
    "word_file": word_file,
}
