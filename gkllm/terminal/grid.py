"""One cell of the form as it stands in a printed table, and what rich has not.

That is lines without trailing blanks, and a ruled grid whose boxes may span columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.text import Text

from gkllm.checking.sentences import number
from gkllm.report import Cell, CellState
from gkllm.report.table import STANDINGS
from gkllm.terminal.words import printable

_LEAST_WIDTH = 20
REVIEW_STYLE = "bold red"
DIFFERENT_STYLE = "yellow"
REVIEW_MARK = "!"
PRINT_MARK = "⟵"
MISSING_MARK = STANDINGS[CellState.MISSING]
UNREADABLE_MARK = STANDINGS[CellState.UNREADABLE]
_LONGEST_IN_TABLE = 12


@dataclass(frozen=True, slots=True)
class Indented:
    """A text whose every line stands `by` terminal cells from the left."""

    text: Text
    by: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.wrap(console, max(_LEAST_WIDTH, options.max_width - self.by), overflow="fold"):
            line.rstrip()
            yield Text.assemble(" " * self.by, line) if line else Text()


_JUNCTIONS = " ───│┌┐┬│└┘┴│├┤┼"
"""Which lines meet, as bits: up 8, down 4, left 2, right 1."""


@dataclass(frozen=True, slots=True)
class Box:
    """A text over `span` columns.

    `joined` leaves out the line to the box above, which it then continues. `least` is the width, in terminal
    cells, under which the text should not be squeezed; a Chinese heading may break after any two characters.
    `indent` is kept free on the left of every line the text takes.
    """

    text: Text
    span: int = 1
    justify: JustifyMethod = "center"
    joined: bool = False
    least: int = 4
    indent: int = 0

    def wrapped(self, console: Console, width: int) -> list[Text]:
        """The text in lines of `width` terminal cells."""
        lines = self.text.wrap(console, width - self.indent, justify=self.justify, overflow="fold")
        return [Text.assemble(" " * self.indent, line) for line in lines]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of boxes; `ruled` draws a line above it."""

    boxes: tuple[Box, ...]
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines over columns of the given widths, in terminal cells. Every line's spans fill the columns."""

    lines: tuple[Line, ...]
    widths: tuple[int, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        above: Line | None = None
        for line in self.lines:
            if line.ruled or above is None:
                yield self._rule(above, line)
            yield from self._boxes(line, console)
            above = line
        yield self._rule(above, None)

    def _rule(self, above: Line | None, below: Line | None) -> Text:
        up, down = _edges(above), _edges(below)
        drawn = self._drawn(below)
        pieces = []
        for edge in range(len(self.widths) + 1):
            left = edge > 0 and drawn[edge - 1]
            right = edge < len(self.widths) and drawn[edge]
            pieces.append(_JUNCTIONS[8 * (edge in up) + 4 * (edge in down) + 2 * left + right])
            if edge < len(self.widths):
                pieces.append(("─" if drawn[edge] else " ") * self.widths[edge])
        return Text("".join(pieces), style="dim", no_wrap=True, overflow="ignore")

    def _drawn(self, below: Line | None) -> list[bool]:
        if below is None:
            return [True] * len(self.widths)
        return [not box.joined for box in below.boxes for _ in range(box.span)]

    def _boxes(self, line: Line, console: Console) -> Iterator[Text]:
        columns: list[list[Text]] = []
        widths: list[int] = []
        start = 0
        for box in line.boxes:
            width = sum(self.widths[start : start + box.span]) + box.span - 1
            start += box.span
            widths.append(width)
            columns.append(box.wrapped(console, width))
        for index in range(max(len(column) for column in columns)):
            printed = Text("│", style="dim", no_wrap=True, overflow="ignore", end="\n")
            for column, width in zip(columns, widths, strict=True):
                printed.append_text(_padded(column[index] if index < len(column) else Text(), width))
                printed.append("│")
            yield printed


def _padded(piece: Text, width: int) -> Text:
    # The line's own style is that of its rules, so the text states that it is not dim.
    padded = Text(style="not dim")
    padded.append_text(piece)
    padded.append(" " * (width - piece.cell_len))
    return padded


def _edges(line: Line | None) -> set[int]:
    spans: Sequence[int] = [box.span for box in line.boxes] if line else []
    return set(accumulate(spans, initial=0)) if spans else set()


def differs_from_print(cell: Cell) -> bool:
    """Whether the value or state is more than the printed text taken as it is."""
    if cell.state is CellState.UNREADABLE:
        return True
    return cell.state is CellState.REPORTED and cell.reading not in (None, "as_printed")


def render_cell(cell: Cell | None) -> Text:
    """The value or what stands for it; the mark of review; the print where the value differs from it.

    The parts are separated by a space, the only place where a narrow column may break the text.
    """
    if cell is None:
        return Text(MISSING_MARK, style="dim")
    value = number(cell.value) if cell.state is CellState.REPORTED else STANDINGS[cell.state]
    if cell.needs_review:
        text = Text(value + REVIEW_MARK, style=REVIEW_STYLE)
    else:
        text = Text(value, style="dim" if cell.state is CellState.MISSING else "")
    if differs_from_print(cell):
        text.append(f" {PRINT_MARK}{quoted(cell.raw, _LONGEST_IN_TABLE)}", style=DIFFERENT_STYLE)
    return text


def quoted(raw: str, width: int = 40) -> str:
    """The print in quotation marks, its spaces made visible, cut where it exceeds `width` terminal cells."""
    shown = printable(raw).replace(" ", "␣")
    return f'"{set_cell_size(shown, width - 1).rstrip()}…"' if cell_len(shown) > width else f'"{shown}"'


def narrowest(text: Text) -> int:
    """The width, in terminal cells, of the text's longest part that should not be broken."""
    return max((cell_len(part) for part in text.plain.split(" ")), default=0)
