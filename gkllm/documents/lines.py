"""A text taken apart into lines that know their place in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAGE_MARK = re.compile(
    r"\s*(?:[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3})\s*$"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end. `start` is the code point of its first character in the text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The code point just after the line's last character."""
        return self.start + len(self.text)


def split_lines(text: str) -> list[Line]:
    """Every line of the text, in order; `\\n`, `\\r\\n` and a text of lone `\\r` are all understood."""
    ending = "\n" if "\n" in text else "\r"
    lines: list[Line] = []
    start = 0
    for part in text.split(ending):
        lines.append(Line(part.removesuffix("\r"), start))
        start += len(part) + 1
    return lines


def without_page_marks(lines: list[Line]) -> Iterator[tuple[Line, int]]:
    """Lines that are not page marks (`- 3 -`, `第 3 页`), each with the number of pages ended before it.

    A page ends at a form feed, or at a mark that no form feed follows.
    """
    page = 0
    marked = False
    for line in lines:
        feeds = line.text.count("\f")
        if feeds:
            page += feeds - (1 if marked else 0)
            marked = False
            text = line.text.replace("\f", " ")
        else:
            text = line.text
        if _PAGE_MARK.match(text):
            page += 1
            marked = True
            continue
        if text.strip():
            marked = False
        yield Line(text, line.start), page
