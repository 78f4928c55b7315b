"""One cell of the form as it stands in a printed table."""

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from gkllm.checking.sentences import number
from gkllm.report import Cell, CellState
from gkllm.terminal.words import printable

REVIEW_STYLE = "bold red"
DIFFERENT_STYLE = "yellow"
REVIEW_MARK = "!"
PRINT_MARK = "⟵"
MISSING_MARK = "缺"
UNREADABLE_MARK = "?"
_LONGEST_IN_TABLE = 12

STANDINGS = {
    CellState.BLANK: "",
    CellState.NONE: "无",
    CellState.NOT_APPLICABLE: "—",
    CellState.MISSING: MISSING_MARK,
    CellState.UNREADABLE: UNREADABLE_MARK,
}
"""What stands for a cell that holds no number."""


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
