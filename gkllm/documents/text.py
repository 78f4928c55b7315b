"""A text file becomes a document: its bytes decoded, and its grids rebuilt by the layout the text shows."""

import codecs
import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

from gkllm.documents.delimited import bars_in, is_delimited_line, parse_delimited, parse_pipe
from gkllm.documents.document import MAX_TEXT, Document, Grid
from gkllm.documents.fixed_width import parse_aligned, parse_fixed_width
from gkllm.documents.lines import Line, split_lines, without_page_marks
from gkllm.documents.scanning import CELLS_IN_LINES, SCANS
from gkllm.documents.values import is_label_before_values, trailing_values
from gkllm.documents.word_dump import is_word_dump_line, parse_word_dump
from gkllm.documents.written_tables import written_tables
from gkllm.errors import DocumentTooLarge, EmptyDocument, UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind
from gkllm.language import later, said

_SIGNED = 0.25
"""A text with this share of lines in a layout that has signs of its own is of that layout."""
_MIN_LINES = 3
"""Fewer lines of a kind are taken for accidents, such as a tab that indents a paragraph."""
_GAP = "  "
_TABS = re.compile(r"\t+")


def read_text(content: bytes, name: str) -> Document:
    """The document in a text file's bytes.

    Raises:
        EmptyDocument: the file holds only white space.
        DocumentTooLarge: it holds more text than any report.
        UnsupportedFormat: the bytes are not text.
    """
    text, encoding, damaged = decode(content, name)
    if len(text) > MAX_TEXT:
        raise DocumentTooLarge(
            "{name}: more than {max_text} characters of text, which no report has",
            name=name,
            max_text=MAX_TEXT,
        )
    doubts = (Doubt.of(DoubtKind.BYTES_DAMAGED, encoding=encoding),) if damaged else ()
    digest = hashlib.sha256(content).hexdigest()
    return Document(
        name, "text/plain", digest, encoding, text, tuple(rebuild_grids(text)), doubts, scanned=True
    )


def rebuild_grids(text: str) -> list[Grid]:
    """The grids of a text: tables written out as such, and the rest in the one layout that most of its lines show.

    Bars, tabs and delimiters are signs of their own; only where they are few do the gaps between words tell.
    """
    paged = list(without_page_marks(split_lines(text)))
    written = written_tables(text, [line for line, _ in paged])
    if not written:
        return _unwritten(text, paged)
    around = [
        (line, page)
        for line, page in paged
        if not any(line.start <= table.end and table.start <= line.end for table in written)
    ]
    grids = [*(table.grid for table in written), *(grid for grid in _unwritten(text, around) if grid.rows)]
    return sorted(grids, key=lambda grid: grid.rows[0].cells[0].start)


def _unwritten(text: str, paged: list[tuple[Line, int]]) -> list[Grid]:
    """The grids of lines in which no table is written out as such."""
    lines = [line for line, _ in paged]
    printed = [line.text for line in lines if line.text.strip()]
    layouts: list[tuple[int, Callable[[], list[Grid]]]] = [
        (
            sum(bars_in(line) > 1 for line in printed) if bars_in(text) else 0,
            partial(parse_pipe, text, lines),
        ),
        (sum(map(is_word_dump_line, printed)), partial(parse_word_dump, text, lines)),
    ]
    for mark in (_tabs(text), ",", ";"):
        count = sum(is_delimited_line(line, mark) for line in printed if mark in line)
        layouts.append((count, partial(parse_delimited, text, lines, mark)))
    count, parse = max(layouts, key=itemgetter(0))
    if count < max(_MIN_LINES, _SIGNED * len(printed)):
        sequential = sum(map(_is_sequential_line, printed))
        if sequential >= max(count, _MIN_LINES) and sequential > sum(map(_is_spaced_out_line, printed)):
            return CELLS_IN_LINES.grids(text, paged)
    return parse() if count >= _MIN_LINES else parse_fixed_width(paged)


def other_grids(text: str) -> Iterator[list[Grid]]:
    """The grids of a text taken apart in each of the other ways that it shows a sign of.

    Of tables written out as such there is no other.
    """
    paged = list(without_page_marks(split_lines(text)))
    first = rebuild_grids(text)
    beside = list(_lines_beside(paged, first))
    for parse in (_unwritten, CELLS_IN_LINES.grids) if beside else ():
        grids = [*first, *(grid for lines in beside for grid in parse(text, lines))]
        yield sorted(grids, key=lambda grid: grid.rows[0].cells[0].start)
    written = written_tables(text, [line for line, _ in paged])
    if written:
        return
    for scan in SCANS:
        if scan.shows_in(text):
            yield scan.grids(text, paged)
    if aligned := parse_aligned(text, paged):
        yield aligned


def _lines_beside(
    paged: Sequence[tuple[Line, int]], grids: Sequence[Grid]
) -> Iterator[list[tuple[Line, int]]]:
    """The lines between two grids, and around them, where some end in a number."""
    begun = sorted((row.cells[0].start, row.cells[-1].end) for grid in grids for row in grid.rows)

    def above(line: Line) -> int | None:
        """How many rows stand over the line; null where it is a row's."""
        index = bisect_right(begun, (line.end, line.end)) - 1
        return None if index >= 0 and begun[index][1] >= line.start else index

    for place, together in groupby(paged, lambda each: above(each[0])):
        lines = [(line, page) for line, page in together if line.text.strip()]
        if place is not None and any(line.text.rstrip()[-1].isdigit() for line, _ in lines):
            yield lines


def cells_in_lines(text: str) -> list[Grid]:
    """The grids of a text taken apart into a cell a line."""
    return CELLS_IN_LINES.grids(text, without_page_marks(split_lines(text)))


def _is_sequential_line(line: str) -> bool:
    """Whether the line is one value, or a label with several values a single space apart."""
    values = trailing_values(line)
    if not values or _GAP in line.strip() or "\t" in line:
        return False
    alone = not line[: values[0][0]].strip()
    return alone or (len(values) > 1 and is_label_before_values(line, 0, values[0][0]))


def _is_spaced_out_line(line: str) -> bool:
    """Whether the line's values stand apart by more than a space, as cells do that keep their places."""
    values = trailing_values(line)
    apart = bool(values) and line[: values[0][0]].endswith(_GAP) and bool(line[: values[0][0]].strip())
    return apart or (len(values) > 1 and _GAP in line.strip())


def _tabs(text: str) -> str:
    """What tabs stand between two cells: some programs write two, as every run of tabs then shows."""
    return "\t\t" if all(len(run[0]) % 2 == 0 for run in _TABS.finditer(text)) else "\t"


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", later("a PNG picture")),
    (b"\xff\xd8\xff", later("a JPEG picture")),
    (b"GIF8", later("a GIF picture")),
    (b"BM", later("a BMP picture")),
    (b"II*\x00", later("a TIFF picture")),
    (b"MM\x00*", later("a TIFF picture")),
    (b"%PDF-", later("a PDF file")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", later("an Office file that holds no Word document")),
    (b"Rar!", later("an archive")),
    (b"7z\xbc\xaf", later("an archive")),
    (b"\x1f\x8b", later("an archive")),
    (b"\x7fELF", later("a program")),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAX_DAMAGED = 0.002
"""Share of undecodable characters above which text is not taken for text with a few damaged bytes."""
_CONTROL = re.compile(r"[\x00-\x06\x08\x0e-\x1b\x1d-\x1f]")
_MAX_CONTROL = 0.01
"""Share of control characters above which decoded bytes are not taken for text."""


def decode(content: bytes, name: str) -> tuple[str, str, bool]:
    """The text, the encoding it was decoded from, and whether bytes were damaged (shown as U+FFFD).

    A byte order mark is not part of the text.

    Raises:
        EmptyDocument: nothing but white space.
        UnsupportedFormat: the bytes are of another format, or are not text.
    """
    _refuse_other_formats(content, name)
    text, encoding, damaged = _decode_text(content, name)
    if not text.strip():
        raise EmptyDocument("{name}: the file is empty", name=name)
    if len(_CONTROL.findall(text)) > len(text) * _MAX_CONTROL:
        raise UnsupportedFormat("{name}: not a text file (binary data)", name=name)
    return text, encoding, damaged


def _refuse_other_formats(content: bytes, name: str) -> None:
    for signature, kind in _SIGNATURES:
        if content.startswith(signature) and not (signature == b"BM" and content[:200].isascii()):
            raise UnsupportedFormat(
                "{name}: {kind}; gkllm reads text, such as the output of pdftotext -layout",
                name=name,
                kind=said(kind),
            )


def _decode_text(content: bytes, name: str) -> tuple[str, str, bool]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, errors="replace"), encoding, False
    candidates = [*_utf16_without_bom(content), "utf-8", "gb18030"]
    for encoding in candidates:
        try:
            return content.decode(encoding), encoding, False
        except UnicodeDecodeError:
            continue
    for encoding in ("utf-8", "gb18030"):
        text = content.decode(encoding, errors="replace")
        if text.count("\ufffd") <= len(text) * _MAX_DAMAGED:
            return text, encoding, True
    raise UnsupportedFormat(
        "{name}: not a text file (its bytes fit none of UTF-8, UTF-16 and GB18030)", name=name
    )


def _utf16_without_bom(content: bytes) -> list[str]:
    """UTF-16 shows itself by its line ends: a zero byte beside each newline, always on the same side."""
    sample = content[: 1 << 16]
    if b"\x00" not in sample:
        return []
    little, big = sample.count(b"\n\x00"), sample.count(b"\x00\n")
    return ["utf-16-le"] if little >= big else ["utf-16-be"]
