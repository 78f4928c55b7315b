"""Ways of taking a text apart into cells: what stands between two of them, what ends a row, what a blank one leaves.

A converter writes a table's cells one after another in a way of its own. Each way is a hypothesis about the whole
text, and none is known to be right until it is seen what it makes of the text's tables.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkllm.documents.delimited import BARS
from gkllm.documents.document import Grid, GridCell, GridRow, Layout, cell_between
from gkllm.documents.lines import Line, is_page_mark
from gkllm.documents.values import VALUE, is_label_like, trailing_values
from gkllm.facts import Doubt, DoubtKind

Range = tuple[int, int]

_LINE_END = re.compile(r"\n")
_LINE = re.compile(r"[^\n]+")
_LETTERS = re.compile(r"(?!(?i:nan|none|null)\b)[A-Za-z]{3}")
"""What no value is written with, but for the names that programs have for a blank one."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One way of taking a text apart.

    `between` is what stands between two cells, and `behind` what parts the values behind the label of their line,
    null where a line is one cell. A row is a line where `lined`; otherwise it goes from each label to the next. In
    layout "sequential" a blank cell leaves nothing behind, in any other a cell. A text is only so taken apart where
    `sign` is found in it `signs` times.
    """

    layout: Layout
    between: re.Pattern[str]
    sign: re.Pattern[str]
    behind: re.Pattern[str] | None = None
    lined: bool = False
    signs: int = 12

    def shows_in(self, text: str) -> bool:
        """Whether the text has enough of what this way leaves in it."""
        found = self.sign.finditer(text)
        return all(next(found, None) is not None for _ in range(self.signs))

    def grids(self, text: str, lines: Iterable[tuple[Line, int]]) -> list[Grid]:
        """The text as one grid. `lines` are its lines without page marks, each with the number of its page."""
        rows = tuple(self._lined(text, lines) if self.lined else self._labelled(text, lines))
        if not self.lined and self.layout == "sequential":
            rows = _with_odd_gaps(text, rows)
        return [Grid(self.layout, rows)] if rows else []

    def _lined(self, text: str, lines: Iterable[tuple[Line, int]]) -> Iterator[GridRow]:
        for line, page in lines:
            if line.text.strip():
                yield GridRow(tuple(cell_between(text, *piece) for piece in self._pieces(line)), page)

    def _labelled(self, text: str, lines: Iterable[tuple[Line, int]]) -> Iterator[GridRow]:
        """A row from each label to the next, with the cells between them."""
        cells: list[GridCell] = []
        row_page = 0
        for cell, page in self._stream(text, lines):
            if self._opens_row(cell.raw):
                if cells:
                    yield GridRow(tuple(cells), row_page)
                cells, row_page = [], page
            cells.append(cell)
        if cells:
            yield GridRow(tuple(cells), row_page)

    def _opens_row(self, raw: str) -> bool:
        if not raw or VALUE.fullmatch(raw):
            return False
        return self.behind is not None or is_label_like(raw) or _LETTERS.search(raw) is not None

    def _stream(self, text: str, lines: Iterable[tuple[Line, int]]) -> Iterator[tuple[GridCell, int]]:
        """Every cell with its page, as far as the way of taking the text apart has pages."""
        if self.between is _LINE_END:
            for line, page in lines:
                for piece in self._pieces(line):
                    yield cell_between(text, *piece), page
            return
        start = 0
        for match in self.between.finditer(text):
            yield from self._cells(text, start, match.start())
            start = match.end()
        yield from self._cells(text, start, len(text))

    def _cells(self, text: str, start: int, end: int) -> Iterator[tuple[GridCell, int]]:
        """What stands between two separators: a blank cell, or each of its lines."""
        cells = [cell_between(text, *match.span()) for match in _LINE.finditer(text, start, end)]
        printed = [cell for cell in cells if cell.raw]
        if not printed and self.layout != "sequential":
            yield cell_between(text, start, end), 0
        for cell in printed:
            if not is_page_mark(cell.raw):
                yield cell, 0

    def _pieces(self, line: Line) -> Iterator[Range]:
        """The cells of a line: its label, and what stands behind it."""
        values = trailing_values(line.text) if self.behind else []
        if not values and (self.behind is None or self.layout == "sequential"):
            if line.text.strip() or self.layout != "sequential":
                yield line.start, line.end
            return
        start = 0
        if values and (label := line.text[: values[0][0]].rstrip()):
            yield line.start, line.start + len(label)
            start = len(label) + 1
        for left, right in values if self.layout == "sequential" else self._fields(line.text, start):
            yield line.start + left, line.start + right

    def _fields(self, line: str, start: int) -> Iterator[Range]:
        assert self.behind is not None, "asked for a line whose values are parted"
        end = len(line)
        for match in self.behind.finditer(line, start, end):
            yield start, match.start()
            start = match.end()
        yield start, end


_ODD_GAP = Doubt(DoubtKind.BLANKS_VANISH)
_SELDOM = 0.1
"""Share of the gaps between values, up to which those that are unlike the others may stand within a torn number."""


def _with_odd_gaps(text: str, rows: Sequence[GridRow]) -> tuple[GridRow, ...]:
    """The rows with a doubt at values between which stands something else than between nearly all others: a space and
    not a line's end, or another space.
    """
    behind = [
        (before, after)
        for row in rows
        for before, after in pairwise(row.cells)
        if VALUE.fullmatch(before.raw) and VALUE.fullmatch(after.raw)
    ]
    kinds = [_kind_of_gap(text[before.end : after.start]) for before, after in behind]
    usual, count = Counter(kinds).most_common(1)[0] if kinds else ("", 0)
    if not 0 < len(kinds) - count <= _SELDOM * len(kinds):
        return tuple(rows)
    doubtful = {id(cell) for pair, kind in zip(behind, kinds, strict=True) if kind != usual for cell in pair}
    return tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, doubt=_ODD_GAP) if id(cell) in doubtful else cell for cell in row.cells
            ),
        )
        for row in rows
    )


def _kind_of_gap(gap: str) -> str:
    return "\n" if "\n" in gap else gap[:1]


_BAR = re.compile(f"[{BARS}]")
_BAR_ALONE = re.compile(rf"^[^\n{BARS}]*[{BARS}][^\n{BARS}]*$", re.MULTILINE)
_MANY_BARS = re.compile(rf"(?:[{BARS}][^\n{BARS}]*+){{60}}")
"""More bars on a line than a row of the form has: rows follow one another on it."""
_MANY_TABS = re.compile(r"(?:\t[^\n\t]*+){60}")
_NUMBER_ALONE = re.compile(r"^[^\S\n]*\d[\d.,，]*+[^\S\n]*$", re.MULTILINE)
_NUMBERS_APART = re.compile(r"(?<=\d) +(?=\d)")
_WIDER_GAP = re.compile(rf"(?<=[^\s\d{BARS}]) \d[\d.,]*+(?: \d[\d.,]*+)*+ {{2,}}(?=\d)")
"""One space behind a label or between numbers, and more further on: a space parts cells, and blank ones keep theirs."""
_BARRED_LINES = re.compile(rf"^[{BARS}]?$\n^[{BARS}]\d", re.MULTILINE)
_EMPTY_LINES = re.compile(r"[^\s]\n{3,7}[^\s]")
_LINES_APART = re.compile(r"\S\n{3,}[ \t]*\S")
"""One empty line parts two cells, and each blank one leaves another: what lynx prints of paragraphs in cells."""
_BLANK_ALONE = re.compile(r"(?<= )\xa0 \xa0(?= )")
_PARAGRAPH_END = r"[\t\n][ \t\r\f\n]*"
_SPACE = re.compile(" ")

CELLS_IN_LINES = Scan("sequential", _LINE_END, _NUMBERS_APART, behind=_SPACE)
"""A cell a line, or several with a space between; blank ones leave nothing behind."""
SCANS: tuple[Scan, ...] = (
    Scan("stream", _BAR, _BAR_ALONE),
    Scan("stream", _BAR, _MANY_BARS, signs=1),
    Scan("stream", re.compile("[\t\n]"), _MANY_TABS, signs=1),
    Scan("stream", _LINE_END, _NUMBER_ALONE),
    Scan("stream", re.compile(_PARAGRAPH_END), _NUMBER_ALONE),
    Scan("stream", re.compile(rf"{_PARAGRAPH_END}|(?<=\xa0)(?=\xa0)"), re.compile("\xa0\xa0"), signs=1),
    Scan("stream", re.compile(rf"[{BARS}]?\n[{BARS}]?"), _BARRED_LINES),
    Scan("stream", re.compile(r"(?<!\n)\n{3}|\n{2}"), _EMPTY_LINES),
    Scan("stream", re.compile(r"(?<!\n)\n{2}|\n"), _LINES_APART),
    Scan("stream", _LINE_END, _WIDER_GAP, behind=_SPACE, lined=True, signs=3),
    Scan("sequential", _LINE_END, _NUMBERS_APART, behind=_SPACE, lined=True),
    CELLS_IN_LINES,
    Scan("stream", re.compile("[ \n]"), _WIDER_GAP, signs=3),
    Scan("stream", re.compile("[ \n]"), _BLANK_ALONE, signs=3),
    Scan("sequential", re.compile(r"\s+"), re.compile(r"(?<=\d)\s+(?=\d)")),
)
"""Every way but the first guess, which stands on signs of its own."""
