"""A file's bytes become a document: decoded, and its grids rebuilt by the layout the text shows."""

import hashlib
from collections.abc import Callable

from gkllm.documents.aligned import parse_aligned
from gkllm.documents.decoding import decode
from gkllm.documents.delimited import is_delimited_line, parse_delimited
from gkllm.documents.document import Document, Grid
from gkllm.documents.lines import Line, split_lines, without_page_marks
from gkllm.documents.pipe import bars_in, parse_pipe
from gkllm.documents.streamed import is_spaced_out_line, is_streamed_line, parse_streamed
from gkllm.documents.word import is_word_line, parse_word

_MIN_LINES = 3
"""Fewer lines of a kind are taken for accidents, such as a tab that indents a paragraph."""


def open_document(content: bytes, name: str) -> Document:
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
    """The grids of a text in the one layout that most of its table lines show."""
    paged = list(without_page_marks(split_lines(text)))
    lines = [line for line, _ in paged]
    layouts: list[tuple[int, Callable[[], list[Grid]]]] = [
        (_count(lines, lambda line: bars_in(line) > 1), lambda: parse_pipe(text, lines)),
        (_count(lines, is_word_line), lambda: parse_word(text, lines)),
    ]
    for delimiter in "\t,;":
        layouts.append(
            (
                _count(lines, lambda line, mark=delimiter: is_delimited_line(line, mark)),  # type: ignore[misc]
                lambda mark=delimiter: parse_delimited(text, lines, mark),  # type: ignore[misc]
            )
        )
    streamed = _count(lines, is_streamed_line)
    if streamed > _count(lines, is_spaced_out_line):
        layouts.append((streamed, lambda: parse_streamed(text, paged)))
    count, parse = max(layouts, key=lambda entry: entry[0])
    return parse() if count >= _MIN_LINES else parse_aligned(paged)


def _count(lines: list[Line], belongs: Callable[[str], bool]) -> int:
    return sum(1 for line in lines if belongs(line.text))
