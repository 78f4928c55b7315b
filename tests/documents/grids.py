"""Grids as plain lists, for the layout tests."""

from gkllm.documents.document import Grid, collapse
from gkllm.documents.text import rebuild_grids


def rows(text: str, layout: str) -> list[list[str]]:
    """Every row's printed cells, over all grids; asserts the layout, and that each span holds its cell."""
    return [cells for grid in grids(text, layout) for cells in grid]


def grids(text: str, layout: str) -> list[list[list[str]]]:
    """The printed cells by grid and row, checked as in `rows`."""
    found = rebuild_grids(text)
    assert {grid.layout for grid in found} == {layout}
    assert_spans(text, found)
    return [[[cell.raw for cell in row.cells] for row in grid.rows] for grid in found]


def assert_spans(text: str, found: list[Grid]) -> None:
    """Every cell's span holds what the cell prints, and no two spans overlap."""
    end = 0
    for grid in found:
        for row in grid.rows:
            for cell in row.cells:
                assert collapse(text[cell.start : cell.end]) == cell.raw
                assert cell.raw or cell.start == cell.end
            for cell in sorted((c for c in row.cells if c.raw), key=lambda c: c.start):
                assert end <= cell.start < cell.end
                end = cell.end
