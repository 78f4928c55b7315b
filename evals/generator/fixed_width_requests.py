"""The requests table as layout text: wrapped labels, groups between rows, columns shifting at page ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from evals.generator.columns import Columns, Item, Line, Measure, lay_columns, stack, stacked_lines
from evals.generator.grids import APPLICANTS, BALANCE_NOTE
from evals.generator.pages import Page
from gkllm.form import Row, Table

_GROUP_WIDTH = 8
_STACKED_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Style:
    """How one report prints the table; positions are relative to the margin."""

    levels: tuple[int, int, int]
    label_characters: int
    values_on: Literal["first", "middle", "last", "own"]
    groups_inline: bool
    group_at: Literal["first", "middle"]
    top_group: Literal["line", "spaced", "stacked"]
    heading_piece: int
    alignment: Literal["left", "centre", "right"]


def draw_style(rng: Random, measure: Measure) -> Style:
    """One report's way of printing."""
    inline = rng.random() < 0.4
    wide = measure("字")
    if inline:
        first = _STACKED_WIDTH * wide + 2
        levels = (0, first, first + _GROUP_WIDTH * wide + 2)
    else:
        first = rng.randint(2, 8)
        levels = (0, first, first + rng.randint(2, 10))
    return Style(
        levels=levels,
        label_characters=rng.randint(13, 20),
        values_on=rng.choice(("first", "middle", "last", "own")),
        groups_inline=inline,
        group_at=rng.choice(("first", "middle")),
        top_group=rng.choice(("line", "stacked")) if inline else rng.choice(("line", "line", "spaced")),
        heading_piece=rng.choice((2, 2, 3, 6)),
        alignment=rng.choice(("centre", "centre", "left", "right")),
    )


@dataclass(frozen=True, slots=True)
class _Labels:
    """Printed labels of one row: its own, and those of the groups that start to be named at it."""

    own: str
    top_group: str
    group: str


class RequestsPrinter:
    """Lines of the table, one page segment after the other."""

    def __init__(self, page: Page, table: Table, measure: Measure) -> None:
        self._page, self._table, self._measure = page, table, measure
        self._style = draw_style(page.rng, measure)
        self._headings = [page.labels.label(column.label) for column in table.rows[0].columns]
        self._organisations = page.labels.label(table.rows[0].columns[1].groups[0])
        self._labels = self._print_labels()
        self._widths = self._column_widths()
        self._gaps = self._draw_gaps()
        self._pending: list[str] = []

    def segments(self) -> list[list[Line]]:
        """The table's lines, cut where a page ends."""
        rng, rows = self._page.rng, self._table.rows
        cuts = sorted(rng.sample(range(3, len(rows) - 3), k=rng.choice((0, 1, 1, 2))))
        segments: list[list[Line]] = []
        for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
            segment = rows[start:end]
            complete = self._every_column_printed(segment)
            if start and complete:
                self._gaps = self._draw_gaps()
            margin = rng.randint(0, 9)
            columns = self._columns(margin)
            lines = [] if start else self._header(margin, columns, complete=complete)
            for row in segment:
                lines += self._beside_top_group(row, margin, self._row(row, margin, columns))
            segments.append(lines)
        return segments

    def _beside_top_group(self, row: Row, margin: int, lines: list[Line]) -> list[Line]:
        """Where the outermost group's label runs down the left edge, its next pieces go beside the lines."""
        label = self._labels[row.id].top_group
        if label and self._style.top_group != "stacked":
            text = " ".join(stack(label, 2)) if self._style.top_group == "spaced" else label
            return [(Item(margin, text),), *lines]
        self._pending += stack(label, _STACKED_WIDTH)
        beside = len(self._pending[: len(lines)]) if row.groups else 0
        pieces, self._pending = self._pending[:beside], self._pending[beside:]
        heads: list[Line] = [(Item(margin, piece),) for piece in pieces] + [()] * (len(lines) - beside)
        return [head + line for head, line in zip(heads, lines, strict=True)]

    def _draw_gaps(self) -> list[int]:
        return [self._page.rng.randint(2, 6) for _ in self._widths]

    def _columns(self, margin: int) -> Columns:
        start = margin + self._style.levels[2] + self._style.label_characters * self._measure("字") + 2
        return lay_columns(start, self._widths, self._gaps, self._style.alignment, self._measure)

    def _column_widths(self) -> list[int]:
        widths: list[int] = []
        for index, heading in enumerate(self._headings):
            texts = stack(heading, self._style.heading_piece)
            texts += [self._page.content(self._cell(row, index)) for row in self._table.rows]
            widths.append(max(map(self._measure, texts)))
        return widths

    def _cell(self, row: Row, index: int) -> str:
        return f"{self._table.id}.{row.id}.{row.columns[index].id}"

    def _every_column_printed(self, rows: Sequence[Row]) -> bool:
        """Whether the numbers alone show where each column stands."""
        return all(
            any(self._page.content(self._cell(row, index)).strip() for row in rows)
            for index in range(len(self._headings))
        )

    def _print_labels(self) -> dict[str, _Labels]:
        """A group is named at its first row, or at the one in its middle."""
        labels, rows = self._page.labels, self._table.rows
        repeated = self._style.groups_inline and labels.damages_table(self._table.id, "group_repeated")
        named: dict[str, str] = {}
        for level in (0, 1):
            for group in dict.fromkeys(row.groups[level] for row in rows if len(row.groups) > level):
                members = [
                    row.id for row in rows if group in row.groups and (level == 0 or len(row.groups) == 2)
                ]
                printed = labels.group(group)
                at = len(members) // 2 if self._style.group_at == "middle" else 0
                chosen = members if repeated and level else [members[at]]
                named |= {f"{level}.{row}": printed for row in chosen}
        return {
            row.id: _Labels(
                labels.label(row.label), named.get(f"0.{row.id}", ""), named.get(f"1.{row.id}", "")
            )
            for row in rows
        }

    def _header(self, margin: int, columns: Columns, *, complete: bool) -> list[Line]:
        stacks = [stack(heading, self._style.heading_piece) for heading in self._headings]
        lines: list[Line] = [
            (columns.over(0, 6, self._page.labels.label(APPLICANTS)),),
            (columns.over(1, 5, self._organisations),),
            *stacked_lines(columns, stacks),
        ]
        if complete and self._page.labels.damages_table(self._table.id, "header_lost"):
            lines = lines[1:] if self._page.rng.random() < 0.5 else lines[:2]
        room = (columns.lefts[0] - 2 - margin) // self._measure("字")
        note = [BALANCE_NOTE[at : at + room] for at in range(0, len(BALANCE_NOTE), room)]
        while len(lines) < len(note):
            lines.append(())
        return [
            (Item(margin, note[index]), *line) if index < len(note) else line
            for index, line in enumerate(lines)
        ]

    def _row(self, row: Row, margin: int, columns: Columns) -> list[Line]:
        labels, style = self._labels[row.id], self._style
        left = margin + style.levels[len(row.groups)]
        room = (columns.lefts[0] - 2 - left) // self._measure("字")
        pieces = [labels.own[at : at + room].strip() for at in range(0, len(labels.own), room)]
        lines: list[list[Item]] = [[Item(left, piece)] for piece in pieces]
        last = len(pieces) - 1
        values_at = {"first": 0, "middle": (last + 1) // 2, "last": last, "own": last}[style.values_on]
        if style.values_on == "own" and last:
            lines.append([])
            values_at = last + 1
        for index in range(len(row.columns)):
            cell = self._cell(row, index)
            if content := self._page.content(cell):
                lines[values_at].append(columns.item(index, content, cell))
        group = [Item(margin + style.levels[1], labels.group)] if labels.group else []
        if group and style.groups_inline:
            lines[min(values_at, last)] += group
        elif group:
            lines.insert(0, group)
        return [tuple(line) for line in lines]
