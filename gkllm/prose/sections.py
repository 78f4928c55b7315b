"""The report's own sections (一、总体情况 and those after it): their headings, and what they say beside the tables."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from gkllm.documents.document import Document, collapse
from gkllm.documents.lines import Line, is_page_mark, number_of_enumerator
from gkllm.form import Form, Table
from gkllm.ideographs import simplified
from gkllm.prose.passages import Extent, Passages
from gkllm.report import Section, Span

_HEADING = re.compile(
    r"^[^\S\n]*+(?:[#*|>\"]++[^\S\n]*+)*+(?:第?(?P<number>[一二三四五六七八九十]{1,2})"
    r"(?:(?:部分|章)[、．.:：]?|[^\S\n]*[、．.,，:：]|(?=[^\S\n]))[^\S\n]*)?(?P<title>[^\n]*\S)",
    re.MULTILINE,
)
_TITLE_ENDS = re.compile(r"[。；;：:\t|]|\s{2,}|[*\s\"]+$|(?<=情况|事项)(?=\s)")
_OF_CONTENTS = re.compile(r"(?:\.{2,}|…+|·{2,}|\s)\s*\d{1,3}\s*$")
"""A list of contents names the page after each heading."""
_TAIL = 40
"""Characters of a line's end that tell of a page; all of a line of blanks would be searched from each of them."""
_LONGEST_TITLE = 40
_LIKE = 75
"""Likeness, in percent, of a title to the form's: offices add words to it and leave some out."""
_SAME = 100
"""The same of a line without a number before it, which is a heading only for its words."""
_KNOWN_WEIGHT, _NUMBERED_WEIGHT, _FILLED_WEIGHT = 4, 2, 1


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line that may open a section: `rank` is the form's number for its title, else the printed one.

    The heading stands in [start, body), and `weight` is how much speaks for it.
    """

    number: int
    rank: int
    title: str
    start: int
    body: int
    weight: int


def sections_of(
    document: Document, around: Passages, form: Form, tables: Iterable[Table]
) -> tuple[Section, ...]:
    """The sections in text order. `tables` are the form's: what stands around one in its own characters is its head.

    Of lines that look like headings, those are taken whose numbers rise and for which most speaks: the form's titles,
    and that something follows. So neither a list of contents nor one within a section is taken for sections.
    """
    headings = _rising(list(_headings(document, around.tables, form)))
    end = document.part[1] if document.part else len(document.text)
    labels = _characters(tuple(tables))
    ends = (*(heading.start for heading in headings[1:]), end)
    return tuple(
        Section(
            number=heading.number,
            title=heading.title,
            text=_text(around.paragraphs, heading.body, stop, labels),
            span=Span(
                start=heading.start, end=heading.start + len(document.text[heading.start : stop].rstrip())
            ),
        )
        for heading, stop in zip(headings, ends, strict=False)
    )


@cache
def _characters(tables: tuple[Table, ...]) -> frozenset[str]:
    """What the tables' titles and labels are written with."""
    return frozenset(" 　").union(*(text for table in tables for text in (table.title, *table.labels)))


@cache
def _titles(form: Form) -> Mapping[int, str]:
    """The form's titles by number."""
    numbered = (
        (number_of_enumerator(f"{numeral}、"), title) for numeral, title in form.section_titles.items()
    )
    return {number: title for number, title in numbered if number is not None}


def _headings(document: Document, tables: Sequence[Extent], form: Form) -> Iterator[_Heading]:
    begin, end = document.part or (0, len(document.text))
    starts = [table[0] for table in tables]
    found: list[tuple[re.Match[str], str, int | None, int | None]] = []
    for match in _HEADING.finditer(document.text, begin, end):
        printed = match["number"]
        if printed is None and len(match["title"]) > _LONGEST_TITLE:
            continue
        at = match.start("number" if printed else "title")
        table = bisect_right(starts, at) - 1
        if table >= 0 and at < tables[table][1]:
            continue
        title = collapse(_TITLE_ENDS.split(match["title"], maxsplit=1)[0])
        if not title or len(title) > _LONGEST_TITLE or _OF_CONTENTS.search(match[0][-_TAIL:]):
            continue
        known = _known(title, form, _LIKE if printed else _SAME)
        number = number_of_enumerator(f"{printed}、") if printed else None
        if (number or known) is not None:
            found.append((match, title, number, known))
    for index, (match, title, number, known) in enumerate(found):
        start = match.start("number" if match["number"] else "title")
        body = match.start("title") + _length(match["title"], title)
        following = found[index + 1][0].start() if index + 1 < len(found) else end
        filled = bool(document.text[body:following].strip("。：:；;*|# \t\r\n　"))
        weight = (
            1
            + _KNOWN_WEIGHT * (known is not None)
            + _NUMBERED_WEIGHT * (number is not None)
            + _FILLED_WEIGHT * filled
        )
        yield _Heading(number or known or 0, known or number or 0, title, start, body, weight)


def _length(text: str, title: str) -> int:
    """How far the title reaches in the text, whose white space it may have lost."""
    left = len("".join(title.split()))
    for index, character in enumerate(text):
        left -= not character.isspace()
        if not left:
            return index + 1
    return len(text)


@lru_cache(maxsize=1024)
def _known(title: str, form: Form, least: int) -> int | None:
    """The number of the form's title that this one is like, null where it is like none."""
    bare = "".join(simplified(title).split())
    score, number = max(
        ((fuzz.ratio(bare, known), number) for number, known in _titles(form).items()), default=(0, 0)
    )
    return number if score >= least else None


def _rising(headings: Sequence[_Heading]) -> list[_Heading]:
    """The headings of rising ranks that weigh most together; of equal ones the first."""
    best: dict[int, tuple[int, tuple[_Heading, ...]]] = {}
    for heading in headings:
        before = max(
            (chain for rank, chain in best.items() if rank < heading.rank),
            key=lambda c: c[0],
            default=(0, ()),
        )
        weight = before[0] + heading.weight
        if weight > best.get(heading.rank, (0, ()))[0]:
            best[heading.rank] = (weight, (*before[1], heading))
    return list(max(best.values(), key=lambda chain: chain[0], default=(0, ()))[1])


def _text(paragraphs: Sequence[Sequence[Line]], start: int, end: int, labels: frozenset[str]) -> str:
    """A paragraph a line, what a layout broke joined; white space collapsed."""
    first = bisect_right(paragraphs, start, key=lambda paragraph: paragraph[-1].end)
    told: list[str] = []
    for paragraph in paragraphs[first:]:
        if paragraph[0].start >= end:
            break
        parts = (
            collapse(line.text[max(0, start - line.start) : max(0, end - line.start)]) for line in paragraph
        )
        text = ""
        for part in parts:
            if part and not is_page_mark(part):
                text += " " * bool(text and (text[-1] + part[0]).isascii()) + part
        text = text if told else text.lstrip("。：:；;*|# ")
        if not labels.issuperset(text) and any(map(str.isalnum, text)):
            told.append(text)
    return "\n".join(told)
