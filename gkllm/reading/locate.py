"""Which line of the document is which row of the form, found by an order-preserving match of labels.

Rows whose label is lost are taken from their position between rows that are known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from gkllm.form import Table
from gkllm.reading.row_labels import LabelMatch, RowLabels, row_labels
from gkllm.reading.table_lines import LabelOption, TableLine, joined_options

_POSITION_SCORE = 0.3
"""The label score of a row that only its position names: under any score of a label that was read."""
_VALUE_BONUS = 0.3
"""Preference for a line with values over a line of the same label without: headings and prose repeat labels."""
_BASE = 0.5
"""What a match must add before it is better than leaving the line out."""
_ONE_LINE_DETOUR = 0.2
_OVER_LABEL = 0.02
"""Between two labels of one line each, numbers are taken for the upper one's: people read downwards."""
_BELOW_DETOUR = 0.15
"""Less than the value bonus, so that a line of numbers is still preferred to a heading without any."""


class RowMatch(NamedTuple):
    """A form row found on a line.

    `rival` is the score of the next most similar row, 0 if there is none. `detour` is how unusual it is to print
    the label where it stands.
    """

    row: int
    line: int
    score: float
    rival: float
    values_from: int
    first_line: int
    last_line: int
    detour: float = 0.0

    @property
    def weight(self) -> float:
        return self.score - _BASE - self.detour


@dataclass(frozen=True, slots=True)
class TableMatch:
    """A table in one edition laid over the document: at most one line for each row, in the form's order.

    `copies` counts lines outside the match that print a row's label and values once more.
    """

    table: Table
    rows: tuple[RowMatch, ...]
    weight: float
    copies: int


def match_rows(lines: Sequence[TableLine], table: Table) -> TableMatch:
    """The heaviest assignment of lines to rows that keeps both in order."""
    labels = row_labels(table)
    options = {line.index: found for line in lines if (found := _matches(lines, line, labels))}
    best: list[tuple[float, tuple[RowMatch, ...]]] = [(0.0, ())] * (len(labels.rows) + 1)
    for index in sorted(options):
        bonus = _VALUE_BONUS if lines[index].has_values else 0.0
        for match in sorted(options[index], key=lambda m: -m.row):
            weight, chain = best[match.row]
            if chain and chain[-1].last_line >= match.first_line:
                continue
            candidate = weight + match.weight + bonus
            if candidate > best[match.row + 1][0]:
                best[match.row + 1] = (candidate, (*chain, match))
                _carry_forward(best, match.row + 1)
    weight, chain = best[-1]
    chain = _with_twins(chain, options, len(labels.rows))
    return TableMatch(table, chain, weight, _copies(lines, options, chain))


def _carry_forward(best: list[tuple[float, tuple[RowMatch, ...]]], start: int) -> None:
    for position in range(start + 1, len(best)):
        if best[position][0] >= best[start][0]:
            break
        best[position] = best[start]


def _matches(lines: Sequence[TableLine], line: TableLine, labels: RowLabels) -> list[RowMatch]:
    """Every row the line may be, from its own label or from one joined with the fragments around it."""
    if not line.has_values and _repeats(line):
        return []
    for option in line.own_options:
        if exact := labels.exact(option.text):
            return [_row_match(line, option, match) for match in exact]
    if line.has_values and is_heading(line, labels):
        return []
    joined = list(_joined(lines, line, labels))
    found: dict[int, RowMatch] = {}
    for option in joined:
        for match in labels.exact(option.text):
            found.setdefault(match.row, _row_match(line, option, match))
    if all(match.detour for match in found.values()):
        _add_similar(found, lines, line, joined, labels)
    return list(found.values())


def _repeats(line: TableLine) -> bool:
    """Whether a text comes back on the line after another one: so do headings of columns, and no row's label."""
    texts = [text for text, _ in groupby(cell.raw for cell in line.cells if cell.raw)]
    return len(texts) > len(set(texts))


def _add_similar(
    found: dict[int, RowMatch],
    lines: Sequence[TableLine],
    line: TableLine,
    joined: Sequence[LabelOption],
    labels: RowLabels,
) -> None:
    """Add the rows whose labels are like the line's own or its `joined` ones, where that is more than was found."""
    beside = (option for option in joined if not _swallows(lines, line, option, labels))
    for option in (*line.own_options, *beside):
        for match in labels.similar(option.text):
            if match.row not in found or match.score > found[match.row].score:
                found[match.row] = _row_match(line, option, match)


def _joined(lines: Sequence[TableLine], line: TableLine, labels: RowLabels) -> Iterator[LabelOption]:
    """The line's label joined with fragments around it; without a number, only where it is a fragment of a wrapped one
    in layout text.
    """
    fragment = line.layout == "fixed_width" and any(
        labels.is_fragment(option.text) for option in line.own_options
    )
    if line.has_values or fragment:
        yield from joined_options(lines, line.index, labels.is_fragment, labels.is_label)


def _swallows(lines: Sequence[TableLine], line: TableLine, option: LabelOption, labels: RowLabels) -> bool:
    """Whether the text joins another line that is a row's label by itself, or is more like one than the text: its
    numbers may have been left blank.
    """
    others = (lines[index] for index in range(option.first, option.last + 1) if index != line.index)
    alone = [own.text for other in others for own in other.own_options]
    if any(labels.exact(text) for text in alone):
        return True
    return bool(line.own_options) and any(
        _likeness(labels, text) > _likeness(labels, option.text) for text in alone
    )


def _likeness(labels: RowLabels, text: str) -> float:
    return max((match.score for match in labels.similar(text)), default=0.0)


def is_heading(line: TableLine, labels: RowLabels) -> bool:
    """Whether the line is the heading of a group of rows, without a number where dashes may stand."""
    own = line.own_options
    return (
        bool(own)
        and labels.is_heading(own[0].text)
        and not any(map(str.isdigit, "".join(cell.raw for cell in line.values)))
    )


def _with_twins(
    chain: tuple[RowMatch, ...], options: dict[int, list[RowMatch]], rows: int
) -> tuple[RowMatch, ...]:
    """The matches, each rivalled by the rows of the very same label that the rows around it leave room for."""
    bounds = [-1, *(match.row for match in chain), rows]
    return tuple(
        match._replace(rival=match.score)
        if any(
            before < other.row < after and other.row != match.row and other.score == match.score
            for other in options[match.line]
        )
        else match
        for before, match, after in zip(bounds, chain, bounds[2:], strict=False)
    )


def _row_match(line: TableLine, option: LabelOption, match: LabelMatch) -> RowMatch:
    lone = option.first == option.last == line.index
    detour = 0.0 if lone else _detour(line, option)
    return RowMatch(
        match.row,
        line.index,
        match.score,
        match.rival,
        option.values_from,
        option.first,
        option.last,
        detour,
    )


def _detour(line: TableLine, option: LabelOption) -> float:
    """Numbers stand in the middle of a wrapped label's height: seldom off a label of one line, or over one."""
    own = line.cells[line.label_end - 1].raw if line.label_end else ""
    if own and own in option.text:
        return 0.0
    if option.last - option.first == 1:
        return _ONE_LINE_DETOUR + (_OVER_LABEL if option.first == line.index else 0.0)
    return _BELOW_DETOUR if option.first == line.index else 0.0


def _copies(
    lines: Sequence[TableLine], options: dict[int, list[RowMatch]], chain: tuple[RowMatch, ...]
) -> int:
    used = {match.line for match in chain}
    rows = {match.row for match in chain}
    return sum(
        1
        for index, matches in options.items()
        if index not in used
        and lines[index].has_values
        and any(match.score == 1.0 and match.row in rows for match in matches)
    )


def rows_by_position(lines: Sequence[TableLine], table: Table, matches: Sequence[RowMatch]) -> list[RowMatch]:
    """The matches, and between two neighbours as many unclaimed lines with values as the form has rows there."""
    labels = row_labels(table)
    found: list[RowMatch] = list(matches[:1])
    for before, after in pairwise(matches):
        missing = range(before.row + 1, after.row)
        free = [
            index
            for index in range(before.last_line + 1, after.first_line)
            if _could_be(lines[index], len(table.rows[min(before.row + 1, len(table.rows) - 1)].columns))
            and not is_heading(lines[index], labels)
        ]
        if len(missing) == len(free):
            found += [
                RowMatch(row, line, _POSITION_SCORE, 0.0, lines[line].label_end, line, line)
                for row, line in zip(missing, free, strict=True)
            ]
        found.append(after)
    return found


def _could_be(line: TableLine, width: int) -> bool:
    return line.has_values and len(line.values) >= (1 if line.layout == "fixed_width" else width)
