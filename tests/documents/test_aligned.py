"""Tables whose columns are as wide as their widest cell: every blank cell has a place."""

from gkllm.documents.fixed_width import parse_aligned
from gkllm.documents.lines import split_lines, without_page_marks

ROWS = [
    ["申请人", "自然人", "总计"],
    ["新收", "3", "", "", "3"],
    ["办理结果", "公开", "", "", "", "12"],
    ["不予公开", "", "", "", "7"],
]


def _cells(text: str) -> list[list[str]]:
    grids = parse_aligned(text, list(without_page_marks(split_lines(text))))
    return [[cell.raw for cell in row.cells] for grid in grids for row in grid.rows]


def _printed(rows: list[list[str]], gap: str = "  ") -> str:
    count = max(map(len, rows))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(count)]
    lines = [
        gap.join(cell.ljust(width) for cell, width in zip(row, widths[: len(row)], strict=True))
        for row in rows
    ]
    return "".join(f"    {line}\n" for line in lines)


def test_a_line_has_a_cell_for_each_column_one_that_is_blank_throughout_too() -> None:
    assert all(not row[3] for row in ROWS if len(row) > 3), "the fourth column has no cell"
    found = _cells("标题在此\n\n" + _printed(ROWS) + "\n结尾在此\n")
    assert found == [["标题在此"], *([*row, *[""] * (6 - len(row))] for row in ROWS), ["结尾在此"]]


def test_a_blank_line_as_long_as_the_rows_is_their_height() -> None:
    rows = _printed(ROWS).splitlines()
    assert _cells("\n".join(f"{row}\n{' ' * len(row)}" for row in rows)) == _cells(_printed(ROWS))


def test_columns_that_stand_further_apart_are_not_measured_out() -> None:
    assert not _cells(_printed(ROWS, "   "))
    assert not _cells("本机关依法公开信息。\n各项工作有序开展。\n")
