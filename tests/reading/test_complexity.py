"""No function of the rooms where placement is decided has more cases than a reader holds in mind."""

import ast
from pathlib import Path

import pytest

import gkllm
from gkllm.documents.document import GridCell, GridRow, Layout
from gkllm.reading.table_lines import TableLine, begins_above, goes_on_below, wraps

_MOST = 12
_BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)


def complexity(function: ast.AST) -> int:
    """One, and one more for each branch, further operand of `and` or `or`, and condition of a comprehension."""
    count = 1
    for node in ast.walk(function):
        count += isinstance(node, _BRANCHES)
        count += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
        count += len(node.ifs) if isinstance(node, ast.comprehension) else 0
    return count


@pytest.mark.parametrize("room", ["reading", "checking"])
def test_no_function_has_more_cases(room: str) -> None:
    functions = [
        (node, path.name)
        for path in (Path(gkllm.__file__).parent / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = {f"{name}: {node.name}": complexity(node) for node, name in functions}
    assert found
    assert {name: count for name, count in found.items() if count > _MOST} == {}


@pytest.mark.parametrize(
    ("layout", "texts", "above", "wrapped", "below"),
    [
        ("lattice", ["规章"], True, False, True),
        ("lattice", [], False, False, True),
        ("fixed_width", ["规章"], True, True, True),
        ("fixed_width", [], True, True, True),
        ("fixed_width", ["件）"], True, False, False),
        ("fixed_width", ["）"], True, False, False),
        ("sequential", ["规章"], True, True, True),
        ("sequential", ["规章", "件"], True, True, False),
        ("pipe", ["规章"], True, False, False),
        ("delimited", [], True, False, False),
    ],
)
def test_where_a_label_may_be_spread_to(
    layout: Layout, texts: list[str], above: bool, wrapped: bool, below: bool
) -> None:
    """A second text is the unit of the line's number."""
    cells = tuple(GridCell(text, 0, len(text)) for text in [*texts, "12"])
    line = TableLine(0, layout, GridRow(cells), unit=cells[1] if len(texts) > 1 else None)
    assert (begins_above(line), wraps(line), goes_on_below(line)) == (above, wrapped, below)
