"""A drawn report as a web page, a Word file and a PDF file: plain ones, for what converters make of them is read.

Each takes the variety that a converter's text depends on from the report's seed: what a blank cell holds, whether a
cell's text stands in a paragraph, whether the markup has lines.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from random import Random

from evals.generator.drawn import DrawnReport
from evals.generator.grids import Grid, Slot

_OUTLINES = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
_SIZE = 8
_SHARES = {4: (0.34, 0.22, 0.22, 0.22), 10: (0.08, 0.12, 0.24, *[0.08] * 7), 15: (1 / 15,) * 15}
"""Widths of columns as shares of the table's, by how many it has."""


def _merged(grid: Grid) -> Iterator[tuple[int, int, Slot, int, int]]:
    """Every cell of a grid as it is merged: row, column, slot, rows and columns covered."""
    for row, slots in enumerate(grid.rows):
        for column, slot in enumerate(slots):
            if not slot.covered:
                yield row, column, slot, *_extent(grid, row, column)


def _extent(grid: Grid, row: int, column: int) -> tuple[int, int]:
    across = down = 1
    while column + across < len(grid.rows[row]) and grid.rows[row][column + across].covered == "across":
        across += 1
    while row + down < len(grid.rows) and grid.rows[row + down][column].covered == "down":
        down += 1
    return down, across


def _content(report: DrawnReport, slot: Slot) -> str:
    return report.contents[slot.cell] if slot.cell else slot.text


def html_page(report: DrawnReport) -> bytes:
    """The report as a web page."""
    rng = Random(f"{report.truth.seed}/page")
    blank, end = rng.choice(("", "&nbsp;", "")), rng.choice(("", "\n"))
    opening, closing = rng.choice((("", ""), ("<p>", "</p>"), ("<p><span>", "</span></p>")))
    parts = [f"<h1>{report.opening[0]}</h1>", *(f"<p>{paragraph}</p>" for paragraph in report.opening[1:])]
    for title, grids in report.sections:
        parts.append(f"<p>{title}</p>")
        for grid in grids:
            rows: list[str] = ["" for _ in grid.rows]
            for row, _, slot, down, across in _merged(grid):
                span = f' rowspan="{down}"' * (down > 1) + f' colspan="{across}"' * (across > 1)
                text = escape(_content(report, slot)) or blank
                rows[row] += f"<td{span}>{opening}{text}{closing}</td>{end}"
            parts.append(
                f"<table><tbody>{''.join(f'<tr>{end}{row}</tr>{end}' for row in rows)}</tbody></table>"
            )
    parts += [f"<p>{paragraph}</p>" for paragraph in report.closing]
    head = f"<head><meta charset='utf-8'><title>{report.opening[0]}</title></head>"
    body = "\n".join(parts)
    return f"<!DOCTYPE html><html>{head}<body><div id='zoom'>{body}</div></body></html>".encode()


def word_file(report: DrawnReport) -> bytes:
    """The report as a .docx file."""
    import docx

    document = docx.Document()
    document.add_heading(report.opening[0], 1)
    for paragraph in report.opening[1:]:
        document.add_paragraph(paragraph)
    for title, grids in report.sections:
        document.add_paragraph(title)
        for grid in grids:
            table = document.add_table(rows=len(grid.rows), cols=len(grid.rows[0]))
            # Cells of python-docx are looked up by walking the whole table, so they are fetched once.
            cells = [row.cells for row in table.rows]
            for row, column, slot, down, across in _merged(grid):
                cell = cells[row][column].merge(cells[row + down - 1][column + across - 1])
                cell.paragraphs[0].add_run(_content(report, slot))
            document.add_paragraph("")
    for paragraph in report.closing:
        document.add_paragraph(paragraph)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


@cache
def _font() -> str:
    """An embedded font, or where the machine has none one that every reader of PDF is to know."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    if not _OUTLINES.exists():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        return "STSong-Light"
    pdfmetrics.registerFont(TTFont("converters", str(_OUTLINES), subfontIndex=0))
    return "converters"


def pdf_file(report: DrawnReport) -> bytes:
    """The report as a PDF file with ruled tables."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    style = ParagraphStyle("text", fontName=_font(), fontSize=11, leading=16, wordWrap="CJK")
    small = ParagraphStyle("cell", parent=style, fontSize=_SIZE, leading=_SIZE * 1.35)
    stream = BytesIO()
    template = SimpleDocTemplate(stream, pagesize=A4, invariant=True)
    story: list[object] = [Paragraph(escape(text), style) for text in report.opening]
    for title, grids in report.sections:
        story.append(Paragraph(escape(title), style))
        for grid in grids:
            shown: list[list[object]] = [[""] * len(row) for row in grid.rows]
            merged: list[tuple[object, ...]] = [
                ("GRID", (0, 0), (-1, -1), 0.5, "black"),
                ("FONT", (0, 0), (-1, -1), _font(), _SIZE),
            ]
            for row, column, slot, down, across in _merged(grid):
                text = _content(report, slot)
                shown[row][column] = text if slot.cell else Paragraph(escape(text), small)
                if down > 1 or across > 1:
                    merged.append(("SPAN", (column, row), (column + across - 1, row + down - 1)))
            widths = [share * template.width for share in _SHARES[len(grid.rows[0])]]
            story += [Table(shown, widths, style=merged), Spacer(1, 8)]
    story += [Paragraph(escape(text), style) for text in report.closing]
    template.build(story)
    return stream.getvalue()
