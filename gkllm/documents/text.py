"""A text file becomes a document: decoded, and its grids rebuilt by the layout the text shows."""

import hashlib
from collections.abc import Callable

from gkllm.documents.decoding import decode
from gkllm.documents.delimited import is_delimited_line, parse_delimited
from gkllm.documents.document import Document, Grid
from gkllm.documents.fixed_width import parse_aligned
from gkllm.documents.lines import Line, split_lines, without_page_marks
from gkllm.documents.pipe import bars_in, parse_pipe
from gkllm.documents.sequential import is_spaced_out_line, is_streamed_line, parse_streamed
from gkllm.documents.word_dump import is_word_line, parse_word

_SIGNED = 0.25
"""A text with this share of lines in a layout that has signs of its own is of that layout."""
_MIN_LINES = 3
"""Fewer lines of a kind are taken for accidents, such as a tab that indents a paragraph."""


def read_text(content: bytes, name: str) -> Document:
    """The document in a text file's bytes.

    Raises:
        EmptyDocument: the file holds only white space.
        UnsupportedFormat: the bytes are not text.
    """
    text, encoding, damaged = decode(content, name)
    warnings = (f"some bytes are not valid {encoding}; they read as \ufffd",) if damaged else ()
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, "text/plain", digest, encoding, text, tuple(rebuild_grids(text)), warnings)


def rebuild_grids(text: str) -> list[Grid]:
    """The grids of a text in the one layout that most of its table lines show.

    Bars, tabs and delimiters are signs of their own; only where they are few do the gaps between words tell.
    """
    paged = list(without_page_marks(split_lines(text)))
    lines = [line for line, _ in paged]
    printed = [line for line in lines if line.text.strip()]
    layouts: list[tuple[int, Callable[[], list[Grid]]]] = [
        (_count(printed, lambda line: bars_in(line) > 1), lambda: parse_pipe(text, lines)),
        (_count(printed, is_word_line), lambda: parse_word(text, lines)),
    ]
    for delimiter in "\t,;":
        if delimiter in text:
            layouts.append(
                (
                    _count(printed, lambda line, mark=delimiter: is_delimited_line(line, mark)),  # type: ignore[misc]
                    lambda mark=delimiter: parse_delimited(text, lines, mark),  # type: ignore[misc]
                )
            )
    count, parse = max(layouts, key=lambda entry: entry[0])
    if count < max(_MIN_LINES, _SIGNED * len(printed)):
        streamed = _count(printed, is_streamed_line)
        if streamed >= max(count, _MIN_LINES) and streamed > _count(printed, is_spaced_out_line):
            return parse_streamed(text, paged)
    return parse() if count >= _MIN_LINES else parse_aligned(paged)


def _count(lines: list[Line], belongs: Callable[[str], bool]) -> int:
    return sum(1 for line in lines if belongs(line.text))
