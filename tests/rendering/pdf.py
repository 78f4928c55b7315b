"""Generated reports drawn as PDF pages, with tables ruled in the ways that office programs rule them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Literal

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from evals.generator.drawn import DrawnReport
from evals.generator.grids import Grid, Slot
from tests.rendering.features import Feature, Print

Ruling = Literal["strokes", "boxes", "bars", "dashed", "double", "open_sides", "none"]
RULINGS: tuple[Ruling, ...] = ("strokes", "boxes", "bars", "dashed", "double", "open_sides", "none")

_OUTLINES = (
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
)
_WIDTH, _HEIGHT = A4
_MARGIN = 60.0
_BOTTOM = 70.0
_LEADING = 1.35
_EVERY = 4
_SHARES = {4: (0.34, 0.22, 0.22, 0.22), 10: (0.08, 0.12, 0.24, *[0.08] * 7), 15: (1 / 15,) * 15}
"""Widths of columns as shares of the table's, by how many it has."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is drawn. `spaced` sets label characters apart; `repeated` prints a table's head again.

    `feature` draws every fourth number's cell in its way.
    """

    ruling: Ruling
    size: float = 9.0
    spaced: bool = False
    repeated: bool = False
    shaded: bool = False
    bold: bool = False
    feature: Feature | None = None


def draw_style(rng: Random) -> Style:
    """A style at random; every ruling is as likely."""
    return Style(
        rng.choice(RULINGS),
        rng.choice((8.0, 9.0, 10.0)),
        spaced=rng.random() < 0.2,
        repeated=rng.random() < 0.4,
        shaded=rng.random() < 0.3,
        bold=rng.random() < 0.3,
    )


def outline_font() -> Path | None:
    """A font file with Chinese outlines on this machine, for pages that are to be seen."""
    return next((path for path in _OUTLINES if path.exists()), None)


@cache
def _font() -> str:
    """The embedded font, or where there is none one that every reader of PDF is to know."""
    path = outline_font()
    if path is None:
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        return "STSong-Light"
    pdfmetrics.registerFont(TTFont("outline", str(path), subfontIndex=0))
    return "outline"


def render_pdf(report: DrawnReport, style: Style) -> bytes:
    """The report as a PDF file."""
    return _Press(report, style).file()


class _Press:
    """Draws a report from top to bottom. `y` is the top of what comes next, in points from the page's bottom."""

    def __init__(self, report: DrawnReport, style: Style) -> None:
        self.report, self.style = report, style
        self.buffer = BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=True)
        self.y = _HEIGHT - _MARGIN
        self.page = 1
        self.numbers = 0

    def file(self) -> bytes:
        for paragraph in self.report.opening:
            self._paragraph(paragraph)
        for title, grids in self.report.sections:
            self._paragraph(title)
            for grid in grids:
                self._table(grid)
        for paragraph in self.report.closing:
            self._paragraph(paragraph)
        self._end_page()
        self.canvas.save()
        return self.buffer.getvalue()

    def _end_page(self) -> None:
        self._text(_WIDTH / 2 - 10, _MARGIN / 2, f"- {self.page} -", 9)
        self.canvas.showPage()
        self.page += 1
        self.y = _HEIGHT - _MARGIN

    def _text(self, x: float, y: float, text: str, size: float) -> None:
        self.canvas.setFont(_font(), size)
        self.canvas.drawString(x, y, text)
        if self.style.bold:
            self.canvas.drawString(x + 0.25, y, text)

    def _paragraph(self, text: str) -> None:
        size = 11.0
        for line in _wrapped(text, size, _WIDTH - 2 * _MARGIN):
            if self.y - size * _LEADING < _BOTTOM:
                self._end_page()
            self.y -= size * _LEADING
            self._text(_MARGIN, self.y, line, size)
        self.y -= 6

    def _table(self, grid: Grid) -> None:
        widths = [share * (_WIDTH - 2 * _MARGIN) for share in _SHARES[len(grid.rows[0])]]
        rows = [[self._slot_text(slot) for slot in row] for row in grid.rows]
        heights = self._heights(grid, rows, widths)
        first = 0
        while first < len(rows):
            again = [i for i in sorted(grid.header_rows) if i < first and self.style.repeated]
            last = self._rows_that_fit(heights, first, sum(heights[i] for i in again))
            if last == first:
                self._end_page()
                continue
            shown = [*again, *range(first, last)]
            self._part(grid, rows, widths, heights, shown)
            first = last
            if first < len(rows):
                self._end_page()
        self.y -= 12

    def _slot_text(self, slot: Slot) -> str:
        if slot.covered:
            return ""
        if slot.cell:
            return self.report.contents[slot.cell]
        return " ".join(slot.text) if self.style.spaced and 2 <= len(slot.text) <= 6 else slot.text

    def _heights(self, grid: Grid, rows: list[list[str]], widths: Sequence[float]) -> list[float]:
        """Each row's height: that of its highest text, a label over several rows not counted."""
        heights: list[float] = []
        for index, row in enumerate(rows):
            lines = 1
            for column, text in enumerate(row):
                down, across = _extent(grid, index, column)
                if down == 1:
                    inner = sum(widths[column : column + across]) - 6
                    lines = max(lines, len(_wrapped(text, self.style.size, inner)))
            heights.append(lines * self.style.size * _LEADING + 8)
        return heights

    def _rows_that_fit(self, heights: Sequence[float], first: int, taken: float) -> int:
        room, last = self.y - _BOTTOM - taken, first
        while last < len(heights) and room >= heights[last]:
            room -= heights[last]
            last += 1
        return last

    def _part(
        self,
        grid: Grid,
        rows: list[list[str]],
        widths: Sequence[float],
        heights: Sequence[float],
        shown: Sequence[int],
    ) -> None:
        """Rows of a table on one page; a merged cell that began before them is drawn without its text again."""
        lefts = [_MARGIN + sum(widths[:index]) for index in range(len(widths) + 1)]
        tops = {}
        for index in shown:
            tops[index] = self.y
            self.y -= heights[index]
        for index in shown:
            for column, slot in enumerate(grid.rows[index]):
                begun_before = slot.covered == "down" and index - 1 not in shown
                starts = not slot.covered or (
                    begun_before and (column == 0 or grid.rows[index][column - 1] != slot)
                )
                if not starts:
                    continue
                down, across = _extent(grid, index, column)
                bottoms = [tops[i] - heights[i] for i in range(index, index + down) if i in tops]
                box = (lefts[column], bottoms[-1], lefts[column + across], tops[index])
                self._cell(
                    box, rows[index][column], label=slot.cell is None, header=index in grid.header_rows
                )

    def _cell(self, box: tuple[float, float, float, float], text: str, *, label: bool, header: bool) -> None:
        left, bottom, right, top = box
        if self.style.shaded and header:
            self.canvas.setFillGray(0.85)
            self.canvas.rect(left, bottom, right - left, top - bottom, stroke=0, fill=1)
            self.canvas.setFillGray(0)
        self._border(box)
        lines = _wrapped(text, self.style.size, right - left - 6)
        height = len(lines) * self.style.size * _LEADING
        y = (top + bottom) / 2 + height / 2
        for line in lines:
            y -= self.style.size * _LEADING
            width = pdfmetrics.stringWidth(line, _font(), self.style.size)
            x = left + 3 if label and not header else (left + right - width) / 2
            if self._is_featured(label):
                assert self.style.feature is not None
                self.style.feature(
                    Print(self.canvas, line, x, y + self.style.size * 0.25, _font(), self.style.size)
                )
            else:
                self._text(x, y + self.style.size * 0.25, line, self.style.size)

    def _is_featured(self, label: bool) -> bool:
        self.numbers += not label
        return self.style.feature is not None and not label and self.numbers % _EVERY == 0

    def _border(self, box: tuple[float, float, float, float]) -> None:
        left, bottom, right, top = box
        canvas, ruling = self.canvas, self.style.ruling
        if ruling == "none":
            return
        if ruling == "boxes":
            canvas.rect(left, bottom, right - left, top - bottom)
            return
        if ruling == "bars":
            for x, y, width, height in (
                (left, bottom - 0.25, right - left, 0.5),
                (left, top - 0.25, right - left, 0.5),
                (left - 0.25, bottom, 0.5, top - bottom),
                (right - 0.25, bottom, 0.5, top - bottom),
            ):
                canvas.rect(x, y, width, height, stroke=0, fill=1)
            return
        if ruling == "dashed":
            canvas.setDash(2, 2)
        outer = ruling == "open_sides"
        for x in (left, right):
            if not (outer and (x < _MARGIN + 1 or x > _WIDTH - _MARGIN - 1)):
                canvas.line(x, bottom, x, top)
        for y in (bottom, top):
            canvas.line(left, y, right, y)
            if ruling == "double":
                canvas.line(left, y - 1.5, right, y - 1.5)
        canvas.setDash()


def _extent(grid: Grid, row: int, column: int) -> tuple[int, int]:
    """How many rows and columns the merged area that starts here covers."""
    across = 1
    while column + across < len(grid.rows[row]) and grid.rows[row][column + across].covered == "across":
        across += 1
    down = 1
    while row + down < len(grid.rows) and _goes_down(grid, row + down, column):
        down += 1
    return down, across


def _goes_down(grid: Grid, row: int, column: int) -> bool:
    return grid.rows[row][column].covered == "down"


def _wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines no wider than that, broken between any two characters but digits."""
    lines, line = [], ""
    for piece in _unbroken(text):
        if line and pdfmetrics.stringWidth(line + piece, _font(), size) > width:
            lines.append(line)
            line = ""
        line += piece
    return [*lines, line] if line or not lines else lines


def _unbroken(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        if pieces and character.isdigit() and pieces[-1][-1].isdigit():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
