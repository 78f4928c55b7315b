"""Lines of layout text: pieces of text at positions, and columns to put them in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import east_asian_width

from evals.generator.writer import TextWriter

Measure = Callable[[str], int]
"""How many positions a text takes on a line."""

Alignment = Literal["left", "centre", "right"]


def display_width(text: str) -> int:
    """Terminal columns: a wide character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a line. `x` is its first position; with `cell` the text is that cell's content."""

    x: int
    text: str
    cell: str | None = None


Line = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of numbers side by side, in positions of a line."""

    lefts: tuple[int, ...]
    widths: tuple[int, ...]
    alignment: Alignment
    measure: Measure

    @property
    def right(self) -> int:
        """The position after the last column."""
        return self.lefts[-1] + self.widths[-1]

    def item(self, index: int, text: str, cell: str | None = None) -> Item:
        """The text put into one column; a heading (no cell) is centred."""
        spare = self.widths[index] - self.measure(text)
        alignment = self.alignment if cell else "centre"
        shift = {"left": 0, "centre": spare // 2, "right": spare}[alignment]
        return Item(self.lefts[index] + shift, text, cell)

    def over(self, first: int, last: int, text: str) -> Item:
        """The text centred over several columns."""
        left, right = self.lefts[first], self.lefts[last] + self.widths[last]
        return Item(left + max(0, right - left - self.measure(text)) // 2, text)


def lay_columns(
    start: int, widths: Sequence[int], gaps: Sequence[int], alignment: Alignment, measure: Measure
) -> Columns:
    """Columns from `start` on, `gaps[i]` positions after column i."""
    lefts = [start]
    for width, gap in zip(widths[:-1], gaps, strict=False):
        lefts.append(lefts[-1] + width + gap)
    return Columns(tuple(lefts), tuple(widths), alignment, measure)


def stack(text: str, size: int) -> list[str]:
    """A heading cut into pieces of `size` characters, its white space gone."""
    solid = "".join(text.split())
    return [solid[at : at + size] for at in range(0, len(solid), size)]


def stacked_lines(columns: Columns, stacks: Sequence[list[str]]) -> list[Line]:
    """Headings stacked over their columns, each in the vertical middle."""
    height = max(map(len, stacks))
    lines: list[list[Item]] = [[] for _ in range(height)]
    for index, pieces in enumerate(stacks):
        top = (height - len(pieces)) // 2
        for offset, piece in enumerate(pieces):
            lines[top + offset].append(columns.item(index, piece))
    return [tuple(line) for line in lines]


def write_line(writer: TextWriter, line: Line, measure: Measure) -> None:
    """Writes the items left to right, blanks between them, and ends the line.

    Raises:
        ValueError: two items would touch or overlap.
    """
    position = 0
    for item in sorted(line, key=lambda item: item.x):
        if item.x < position + (2 if position else 0):
            raise ValueError(f"no room for {item.text!r} at {item.x} after {position}")
        writer.write(" " * (item.x - position))
        if item.cell:
            writer.cell(item.cell)
        else:
            writer.write(item.text)
        position = item.x + measure(item.text)
    writer.write("\n")
