"""The sentences around a document's tables: lines that a layout broke are joined again, white space is left out."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gkllm.documents.document import Document, Grid, collapse
from gkllm.documents.lines import Line, is_page_mark
from gkllm.ideographs import IDEOGRAPHS
from gkllm.reading.placed import TableReading
from gkllm.reading.table_lines import TableLine

_WIDTHS = IDEOGRAPHS | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
"""One character for one: places in the text stay what they are."""
_RUN = re.compile(r"\S+")
_NUMERAL = re.compile(r"[\d０-９.,，]+(?:元|万元|件)?|[/\\—－-]+")
_SENTENCE = re.compile(r"[^。!?]{1,1000}[。!?]?")
"""No sentence of a report is as long; a text without full stops is read in pieces of that size."""
_HEADING = re.compile(r"(?:#+|[一二三四五六七八九十]{1,2}、|[(（][一二三四五六七八九十]{1,2}[)）])")
_BARS = re.compile(r"[|｜\t][^|｜\t]*[|｜\t]")
_MANY_PIECES = 4
_LONGEST_HEADING = 40
_LONGEST_PLAIN_HEADING = 20
_PUNCTUATION = re.compile(r"[,。;:!?、，；：！？]")
_PAUSE = re.compile(r"[,。;:!?，；：！？]")
Extent = tuple[int, int]
"""A half-open range of the document's text."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without white space, full-width letters and digits made half-width.

    `starts` and `places` map it to the document: the character at `starts[i]` and those after it stand from
    `places[i]` on. `headings` are the headings it stands under, and `paragraph` numbers its paragraph.
    """

    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]
    headings: str
    paragraph: int

    @staticmethod
    def folded(text: str) -> str:
        """A text as sentences have it: without white space, widths made one."""
        return "".join(text.split()).translate(_WIDTHS)

    def place(self, index: int) -> int:
        """Where the sentence's character stands in the document's text."""
        part = bisect_right(self.starts, index) - 1
        return self.places[part] + index - self.starts[part]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place of the half-open range of characters, which must not be empty."""
        return self.place(start), self.place(end - 1) + 1


def quote(document: Document, span: tuple[int, int]) -> str:
    """The text at a place, white space collapsed."""
    return collapse(document.text[span[0] : span[1]])


@dataclass(frozen=True, slots=True)
class Passages:
    """What stands outside the tables: `paragraphs` in text order, each of the lines that belong together.

    `tables` are the extents of those that were found, in text order.
    """

    paragraphs: tuple[Sequence[Line], ...]
    tables: tuple[Extent, ...]


def passages(document: Document, lines: Sequence[TableLine], readings: Iterable[TableReading]) -> Passages:
    """The document taken apart. `lines` and `readings` say where the tables were found."""
    tables = sorted(_extents(lines, readings))
    return Passages(tuple(_paragraphs(document.text, _taken(document, tables))), tuple(tables))


def sentences(paragraphs: Iterable[Sequence[Line]]) -> Iterator[Sentence]:
    """Every sentence of the paragraphs, in text order."""
    headings: dict[int, str] = {}
    for number, paragraph in enumerate(paragraphs):
        text, starts, places = _joined(paragraph)
        level = _heading_level(text)
        if level is not None:
            headings = {depth: title for depth, title in headings.items() if depth < level}
            headings[level] = text[: text.find("。")] if "。" in text else text
            if "。" not in text:
                continue
        for match in _SENTENCE.finditer(text):
            yield _cut(match[0], match.start(), starts, places, "/".join(headings.values()), number)


def _cut(
    text: str, offset: int, starts: Sequence[int], places: Sequence[int], headings: str, paragraph: int
) -> Sentence:
    first = bisect_right(starts, offset) - 1
    last = bisect_right(starts, offset + len(text) - 1)
    own = tuple(max(0, start - offset) for start in starts[first:last])
    there = (places[first] + offset - starts[first], *places[first + 1 : last])
    return Sentence(text, own, there, headings, paragraph)


def _heading_level(text: str) -> int | None:
    """The depth of the heading that the paragraph is or opens with; null where it has none."""
    match = _HEADING.match(text)
    if match is None:
        return None if _PUNCTUATION.search(text) or len(text) > _LONGEST_PLAIN_HEADING else 0
    opening = text.partition("。")[0]
    if len(opening) > _LONGEST_HEADING or any(mark in opening for mark in ",;"):
        return None
    return 1 if match[0][0] in "(（" else 0


def _joined(paragraph: Sequence[Line]) -> tuple[str, list[int], list[int]]:
    pieces: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    length = 0
    for line in paragraph:
        for run in _RUN.finditer(line.text):
            pieces.append(run[0])
            starts.append(length)
            places.append(line.start + run.start())
            length += len(run[0])
    return "".join(pieces).translate(_WIDTHS), starts, places


def _paragraphs(text: str, taken: bytearray) -> Iterator[list[Line]]:
    """Lines that belong together. A blank line parts them, but for one at a page's end in mid-sentence."""
    paragraph: list[Line] = []
    blank = new_page = False
    start = 0
    ending = "\n" if "\n" in text else "\r"
    for part in text.split(ending):
        line_start, start = start, start + len(part) + 1
        new_page = new_page or "\f" in part
        stripped = part.strip()
        if not stripped:
            blank = True
            continue
        if taken[line_start + len(part) - len(part.lstrip())] or _BARS.search(part):
            if paragraph:
                yield paragraph
                paragraph = []
            continue
        if is_page_mark(stripped) or stripped.isdigit():
            new_page = True
            continue
        if paragraph and _parts(paragraph[-1].text, stripped, blank and not new_page):
            yield paragraph
            paragraph = []
        paragraph.append(Line(part, line_start))
        blank = new_page = False
    if paragraph:
        yield paragraph


def _parts(before: str, line: str, blank: bool) -> bool:
    before = before.strip()
    if blank or before[-1] in "。!?！？" or _HEADING.match(line):
        return True
    marks = _PUNCTUATION.search(before)
    if _HEADING.match(before):
        return len(before) <= _LONGEST_HEADING and not _PAUSE.search(before)
    return not marks and len(before) <= _LONGEST_PLAIN_HEADING and not any(c.isdigit() for c in before)


def _extents(lines: Sequence[TableLine], readings: Iterable[TableReading]) -> Iterator[Extent]:
    for reading in readings:
        extents = reading.row_lines.values()
        if reading.found and extents:
            first, last = lines[min(e[0] for e in extents)], lines[max(e[1] for e in extents)]
            if first.cells and last.cells:
                yield first.cells[0].start, last.cells[-1].end


def _taken(document: Document, tables: Iterable[Extent]) -> bytearray:
    """For every character of the text, whether it stands in a table, or is none of the report's own."""
    taken = bytearray(len(document.text) + 1)
    if document.part is not None:
        start, end = document.part
        taken[:start] = b"\1" * start
        taken[end:] = b"\1" * (len(taken) - end)
    for start, end in (*tables, *(cell for grid in document.grids for cell in _cells(grid))):
        taken[start:end] = b"\1" * (end - start)
    return taken


def _cells(grid: Grid) -> Iterator[tuple[int, int]]:
    """Places of a grid's cells. A web page may put whole paragraphs into cells: those are none."""
    for row in grid.rows:
        printed = [cell for cell in row.cells if cell.raw]
        if grid.layout in ("fixed_width", "delimited", "sequential", "stream"):
            if printed and _is_tabular([cell.raw for cell in printed]):
                yield printed[0].start, printed[-1].end
            continue
        for cell in printed:
            if "。" not in cell.raw:
                yield cell.start, cell.end


def _is_tabular(pieces: Sequence[str]) -> bool:
    """Whether the pieces of a line are cells: several numbers, or many pieces that make no sentence."""
    if sum(1 for piece in pieces if _NUMERAL.fullmatch(piece)) > 1:
        return True
    return len(pieces) >= _MANY_PIECES and not any(mark in piece for piece in pieces for mark in "。，")
