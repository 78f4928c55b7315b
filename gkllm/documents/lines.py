"""A text taken apart into lines that know their place in it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

# Wider gaps than one space are between the columns of a table, whose cells may hold dashes and slashes.
_PAGE_MARK = re.compile(
    r"\s*(?:[-—–－] ?\d{1,3} ?[-—–－]|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3} ?/ ?\d{1,3})\s*$"
)

ENUMERATOR = re.compile(
    r"[\s\"(（\[【]*(?P<number>[一二三四五六七八九十]{1,2}|\d{1,2})[\s)）\]】]*[、.．,，:：)）\]】]\s*"
)
"""`一、`, `（一）` or `1.` before a label or a heading, in any of its printed variants."""
_NUMERALS = "一二三四五六七八九十"
_AMONG = re.compile(r"\s*其中\s*[:：]?\s*")
"""What a row that is a part of the one above may open with, before its enumerator or without one."""
_MARK_OPENINGS = frozenset("-—–－第0123456789")
_BARE_NUMBER = re.compile(r"\d{1,3}$")


class Line(NamedTuple):
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


def without_enumerator(text: str) -> str:
    """The text after its leading enumerator, if it has one."""
    among = _AMONG.match(text)
    start = among.end() if among else 0
    found = ENUMERATOR.match(text, start)
    return text[found.end() if found else start :]


def number_of_enumerator(text: str) -> int | None:
    """The number that the text's leading enumerator says, null where it has none."""
    among = _AMONG.match(text)
    found = ENUMERATOR.match(text, among.end() if among else 0)
    if found is None:
        return None
    digits = found["number"]
    return int(digits) if digits.isdigit() else sum(_NUMERALS.index(digit) + 1 for digit in digits)


def is_page_mark(line: str) -> bool:
    """Whether the line is nothing but a page's number in one of its usual prints."""
    return line.lstrip()[:1] in _MARK_OPENINGS and _PAGE_MARK.match(line) is not None


def is_page_number(text: str) -> bool:
    """Whether the first or last line of a page is nothing but its number, with or without what marks it as one."""
    return bool(_PAGE_MARK.match(text) or _BARE_NUMBER.match(text.strip()))


def without_page_marks(lines: list[Line]) -> Iterator[tuple[Line, int]]:
    """Lines that are not page marks (`- 3 -`, `第 3 页`), each with the number of pages ended before it.

    A page ends at a form feed, or at a mark that no form feed follows. A lone number is a mark only where it is
    the last line before a form feed and counts the pages.
    """
    page = 0
    marked = False
    bare = _bare_page_numbers(lines)
    for index, line in enumerate(lines):
        if "\f" in line.text:
            page += line.text.count("\f") - (1 if marked else 0)
            marked = False
            line = Line(line.text.replace("\f", " "), line.start)
        if index in bare:
            continue
        if is_page_mark(line.text):
            page += 1
            marked = True
            continue
        if marked and line.text.strip():
            marked = False
        yield line, page


def _bare_page_numbers(lines: list[Line]) -> set[int]:
    """Indices of lone numbers next to a form feed, blank lines aside, that count the pages from 1 or from elsewhere.

    One that keeps no step with any other may as well be a cell's value.
    """
    if not any("\f" in line.text for line in lines):
        return set()
    printed = [index for index, line in enumerate(lines) if line.text.strip() or "\f" in line.text]
    offsets: dict[int, int] = {}
    page = 1
    for position, index in enumerate(printed):
        text = lines[index].text
        page += text.count("\f")
        following = lines[printed[position + 1]].text if position + 1 < len(printed) else ""
        ends_page = text.rstrip(" ").endswith("\f")
        if _BARE_NUMBER.match(text.strip()) and (following.lstrip(" ").startswith("\f") or ends_page):
            offsets[index] = int(text.strip()) - page + ends_page
    shared = Counter(offsets.values())
    return {index for index, offset in offsets.items() if not offset or shared[offset] > 1}
