"""Several reports in one document, told apart by their titles and by tables that stand there whole more than once."""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gkllm.documents.document import Document, collapse
from gkllm.form import Forms
from gkllm.reading.edition import locate_rows
from gkllm.reading.particulars import opens_with_year, title_patterns, whole_title
from gkllm.reading.table_lines import TableLine, begin_of, grids_between, table_lines

_WHOLE = 0.8
"""Share of a table's rows that makes it whole: a title that heads every page leaves no two pages so much of one."""
_LONGEST_ISSUER = 30


_Tables = frozenset[tuple[str, str]]
"""The tables that stand whole in a stretch of text, as (form id, table id)."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The text under one title: [start, end) and the title with its issuer, white space gone."""

    start: int
    end: int
    title: str


def reports_in(document: Document, forms: Forms) -> tuple[Document, ...]:
    """The document itself, or where it holds several reports, one document for each, named `name#1` and so on.

    Each has the whole text, so that places stay what they are, and the grids and the `part` of its own report.
    """
    stretches = _stretches(document, forms)
    if len({stretch.title for stretch in stretches}) < 2:
        return (document,)
    lines = table_lines(document)
    starts = [begin_of(line.row) for line in lines]
    reports: list[_Stretch] = []
    whole: list[_Tables] = []
    for stretch in stretches:
        first, last = (bisect.bisect_left(starts, place) for place in (stretch.start, stretch.end))
        tables = _whole_tables(lines[first:last], forms)
        if reports and (not tables or not whole[-1] or reports[-1].title == stretch.title):
            # A cover, a list of titles, or a title that heads a page: what has no tables goes with its neighbour.
            title = reports[-1].title if whole[-1] else stretch.title
            reports[-1] = _Stretch(reports[-1].start, stretch.end, title)
            whole[-1] |= tables
        else:
            reports.append(stretch)
            whole.append(tables)
    if not _are_several(whole):
        return (document,)
    return tuple(_part(document, stretch, number) for number, stretch in enumerate(reports, 1))


def _are_several(whole: Sequence[_Tables]) -> bool:
    """Whether stretches of text print tables of several forms, or one table more than once."""
    printed = Counter(table for tables in whole for table in tables)
    return len({form_id for form_id, _ in printed}) > 1 or any(count > 1 for count in printed.values())


def _stretches(document: Document, forms: Forms) -> list[_Stretch]:
    begin, end = document.part or (0, len(document.text))
    titles: list[tuple[int, str]] = []

    def is_title(line: str) -> bool:
        return any(whole_title(line, form) for form in forms)

    endings = dict.fromkeys(title_patterns(form).may_end for form in forms)
    lines = {
        match.start(): match for ending in endings for match in ending.finditer(document.text, begin, end)
    }
    for _, match in sorted(lines.items()):
        text = collapse(match[0])
        start_above, above = _line_above(document.text, begin, match.start())
        if is_title(text):
            issued = above and opens_with_year(text) and len(above) <= _LONGEST_ISSUER
            titles.append((start_above, above + text) if issued else (match.start(), text))
        elif is_title(above + text) and not is_title(above):
            titles.append((start_above, above + text))
    # Of no title there is no stretch, and one end too many.
    ends = [start for start, _ in titles[1:]] + [end]
    return [
        _Stretch(start, stop, "".join(title.split()))
        for (start, title), stop in zip(titles, ends, strict=False)
    ]


def _line_above(text: str, begin: int, start: int) -> tuple[int, str]:
    """Where the last line with something on it before `start` begins, and what it says."""
    stop = begin + len(text[begin:start].rstrip())
    above = max(begin, text.rfind("\n", begin, stop) + 1)
    return above, collapse(text[above:stop])


def _whole_tables(lines: Sequence[TableLine], forms: Forms) -> frozenset[tuple[str, str]]:
    """The tables of labelled rows that stand whole in these lines, as (form id, table id)."""
    renumbered = [replace(line, index=index) for index, line in enumerate(lines)]
    text = "".join(cell.raw for line in lines for cell in line.cells)
    found: set[tuple[str, str]] = set()
    tables = [(form, table_id) for form in forms.told_in(text) for table_id in form.table_ids]
    for form, table_id in tables:
        if form.untold(table_id).layout != "rows":
            continue
        located = locate_rows(renumbered, form.in_all_editions(table_id))
        if located is not None and len(located.rows) >= _WHOLE * len(located.table.rows):
            found.add((form.id, table_id))
    return frozenset(found)


def _part(document: Document, stretch: _Stretch, number: int) -> Document:
    grids = grids_between(document.grids, stretch.start, stretch.end)
    return replace(document, name=f"{document.name}#{number}", grids=grids, part=(stretch.start, stretch.end))
