"""Layout text as extracted from a PDF: stable columns, gaps for blanks, page marks, wrapped words."""

from itertools import groupby

from evals.generator.columns import (
    Columns,
    Item,
    Line,
    Measure,
    display_width,
    lay_columns,
    stack,
    stacked_lines,
    write_line,
)
from evals.generator.fixed_width_requests import RequestsPrinter
from evals.generator.grids import CONTENT
from evals.generator.pages import Page, section_title
from gkllm.form import Row, Table

BREAKS = (" ",)


def write_fixed_width(page: Page) -> None:
    """One paper, page after page; positions count characters, or terminal columns."""
    _Paper(page, len if page.rng.random() < 0.65 else display_width).write()


class _Paper:
    def __init__(self, page: Page, measure: Measure) -> None:
        self._page, self._measure, self._rng = page, measure, page.rng
        self._mark = page.rng.choice(("- {} -", "- {} -", "-{}-", "-{}-", "— {} —", "{}"))
        self._number = 1
        self._spaced = page.rng.random() < 0.3

    def write(self) -> None:
        heading, rng = self._page.heading, self._rng
        rest = heading.title.removeprefix(heading.issuer)
        for text in (heading.issuer, rest.replace("年", " 年", 1) if rng.random() < 0.5 else rest):
            self._line((Item(20 - len(text) // 2, text),))
        self._line(())
        self._paragraphs(self._page.prose.opening)
        for table in self._page.tables():
            self._line((Item(rng.randint(2, 12), section_title(table)),))
            if rng.random() < 0.5:
                self._line(())
            self._table(table)
        self._paragraphs(self._page.prose.closing)
        self._turn_page()

    def _line(self, line: Line) -> None:
        write_line(self._page.writer, line, self._measure)

    def _paragraphs(self, paragraphs: tuple[str, ...]) -> None:
        width = self._rng.randint(26, 34)
        for paragraph in paragraphs:
            indented = "\u3000\u3000" + paragraph
            for at in range(0, len(indented), width):
                piece = indented[at : at + width]
                self._line((Item(len(piece) - len(piece.lstrip()), piece.lstrip()),))
        if self._rng.random() < 0.5:
            self._turn_page()

    def _turn_page(self) -> None:
        if self._rng.random() < 0.6:
            self._line(())
        self._line((Item(self._rng.randint(4, 60), self._mark.format(self._number)),))
        self._page.writer.write("\f")
        self._number += 1

    def _table(self, table: Table) -> None:
        if table.id == "disclosure":
            for _, rows in groupby(table.rows, key=lambda row: row.groups):
                self._block(table, list(rows))
        elif table.id == "requests":
            for index, lines in enumerate(RequestsPrinter(self._page, table, self._measure).segments()):
                if index:
                    self._turn_page()
                for line in lines:
                    self._line(line)
        else:
            self._proceedings(table)
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            self._line(())

    def _block(self, table: Table, rows: list[Row]) -> None:
        page, rng = self._page, self._rng
        headings = [page.labels.label(column.label) for column in rows[0].columns]
        labels = [page.labels.label(row.label) for row in rows]
        cells = [[f"{table.id}.{row.id}.{column.id}" for column in row.columns] for row in rows]
        widths = [
            max(map(self._measure, [heading, *(page.content(row[index]) for row in cells)]))
            for index, heading in enumerate(headings)
        ]
        margin = rng.randint(0, 8)
        start = margin + max(map(self._measure, [*labels, CONTENT])) + rng.randint(3, 12)
        gaps = [rng.randint(2, 8) for _ in widths]
        columns = lay_columns(
            start, widths, gaps, rng.choice(("centre", "centre", "left", "right")), self._measure
        )
        self._line((Item((margin + columns.right) // 3, page.labels.label(rows[0].groups[0])),))
        if rng.random() < 0.1:
            self._turn_page()
        printed = all(page.content(cell).strip() for row in cells for cell in row)
        if not (printed and page.labels.damages_table(table.id, "header_lost")):
            self._line(
                (Item(margin, CONTENT), *(columns.item(index, text) for index, text in enumerate(headings)))
            )
        for label, row in zip(labels, cells, strict=True):
            self._line((Item(margin, label), *self._values(columns, row)))
            if self._spaced:
                self._line(())

    def _values(self, columns: Columns, cells: list[str]) -> Line:
        contents = [(index, cell, self._page.content(cell)) for index, cell in enumerate(cells)]
        return tuple(columns.item(index, content, cell) for index, cell, content in contents if content)

    def _proceedings(self, table: Table) -> None:
        page, rng = self._page, self._rng
        cells = [f"{table.id}.{row.id}.{column.id}" for row in table.rows for column in row.columns]
        stacks = [stack(page.labels.label(column.label), 2) for row in table.rows for column in row.columns]
        widths = [
            max(map(self._measure, [*pieces, page.content(cell)]))
            for pieces, cell in zip(stacks, cells, strict=True)
        ]
        gaps = [rng.randint(2, 4) for _ in widths]
        columns = lay_columns(rng.randint(0, 4), widths, gaps, rng.choice(("centre", "left")), self._measure)
        review, direct, after = (page.labels.label(row.label) for row in table.rows)
        litigation = page.labels.label(table.rows[1].groups[0])
        lines: list[Line] = [
            (columns.over(0, 4, review), columns.over(5, 14, litigation)),
            (columns.over(5, 9, direct), columns.over(10, 14, after)),
            *stacked_lines(columns, stacks),
        ]
        printed = all(page.content(cell).strip() for cell in cells)
        if printed and page.labels.damages_table(table.id, "header_lost"):
            del lines[rng.choice((0, 1))]
        for line in lines:
            self._line(line)
        for _ in range(rng.choice((0, 0, 1, 3))):
            self._line(())
        self._line(self._values(columns, cells))
