"""A generated report as a Word file, with merged cells, revision marks, text boxes and nested tables."""

import io
from random import Random

import docx
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell

from evals.generator.truth import SyntheticReport
from tests.rendering.structure import Form, Slot, SlotTable, sections


def render_docx(report: SyntheticReport, form: Form, *, revisions: float = 0.1) -> bytes:
    """The file's bytes. `revisions` is the share of cells that revision marks changed."""
    rng = Random(f"{report.seed}/{form}/docx")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料 99 页"
    document.add_heading(report.title, 1)
    document.add_paragraph("一、总体情况")
    document.add_paragraph("本机关依法公开政府信息。")
    for section in sections(report, form, rng):
        document.add_paragraph(section.heading)
        for table in section.tables:
            _add_table(document, table, rng, revisions)
            document.add_paragraph("")
    document.add_paragraph("五、存在的主要问题及改进情况")
    year, month, day = (int(part) for part in report.published.split("-"))
    document.add_paragraph(report.issuer)
    document.add_paragraph(f"{year}年{month}月{day}日")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_table(document: WordDocument, table: SlotTable, rng: Random, revisions: float) -> None:
    width = sum(slot.across for slot in table[0])
    made = document.add_table(rows=len(table), cols=width)
    taken: set[tuple[int, int]] = set()
    # Cells of python-docx are looked up by walking the whole table, so they are fetched once.
    grid = [made.rows[index].cells for index in range(len(table))]
    for index, row in enumerate(table):
        column = 0
        for slot in row:
            while (index, column) in taken:
                column += 1
            taken |= {
                (index + down, column + over) for down in range(slot.down) for over in range(slot.across)
            }
            cell = grid[index][column]
            if slot.across > 1 or slot.down > 1:
                cell = cell.merge(grid[index + slot.down - 1][column + slot.across - 1])
            _fill(cell, slot, rng, revisions)
            column += slot.across
    _delete_a_row(made, rng)


def _fill(cell: WordCell, slot: Slot, rng: Random, revisions: float) -> None:
    paragraph = cell.paragraphs[0]
    if slot.cell is None or rng.random() >= revisions:
        if slot.cell and " " in slot.text and rng.random() < 0.5:
            first, _, rest = slot.text.partition(" ")
            paragraph.add_run(first)
            cell.add_paragraph(rest)
        else:
            paragraph.add_run(slot.text)
        return
    for kind, text in (("w:del", rng.choice(("0", "1", "23"))), ("w:ins", slot.text)):
        change = OxmlElement(kind)
        change.set(qn("w:id"), "1")
        change.set(qn("w:author"), "someone")
        run = OxmlElement("w:r")
        content = OxmlElement("w:delText" if kind == "w:del" else "w:t")
        content.text = text
        content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(content)
        change.append(run)
        paragraph._p.append(change)


def _delete_a_row(table: WordTable, rng: Random) -> None:
    """Add a row that a revision deleted: it is in the file, and no longer in the text."""
    if rng.random() < 0.5:
        return
    row = table.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    for cell in row.cells:
        cell.text = "77"
