"""Indented lines, wrapped without the trailing blanks that rich's padding leaves."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

_LEAST_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Indented:
    """A text whose every line stands `by` terminal cells from the left."""

    text: Text
    by: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.wrap(console, max(_LEAST_WIDTH, options.max_width - self.by), overflow="fold"):
            line.rstrip()
            yield Text.assemble(" " * self.by, line) if line else Text()
