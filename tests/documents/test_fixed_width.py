"""Layout text: pieces, their places, and pages."""

from gkllm.documents.text import rebuild_grids
from tests.documents.grids import rows


def test_two_spaces_part_cells_and_one_does_not() -> None:
    assert rows("规章    1   2\n许可    1 2    3\n\u3000\u3000处罚\u3000\u30004\n", "fixed_width") == [
        ["规章", "1", "2"],
        ["许可", "1 2", "3"],
        ["处罚", "4"],
    ]


def test_a_value_a_space_behind_its_label_is_a_cell_of_its_own() -> None:
    assert rows("规章制度 1   2\n许可 事项    3   4\n暂无 0   5   6\n", "fixed_width") == [
        ["规章制度", "1", "2"],
        ["许可 事项", "3", "4"],
        ["暂无 0", "5", "6"],
    ]


def test_a_cell_knows_its_characters_and_its_width() -> None:
    [grid] = rebuild_grids("规章  12\n")
    label, number = grid.rows[0].cells
    assert (label.left, label.right, label.wide_left, label.wide_right) == (0, 2, 0, 4)
    assert (number.left, number.right, number.wide_left, number.wide_right) == (4, 6, 6, 8)


def test_ascii_text_is_as_wide_as_it_is_long() -> None:
    [grid] = rebuild_grids("a1  7\n")
    assert all((c.left, c.right) == (c.wide_left, c.wide_right) for row in grid.rows for c in row.cells)


def pages(text: str) -> list[tuple[str, int]]:
    [grid] = rebuild_grids(text)
    return [(row.cells[0].raw, row.page) for row in grid.rows]


def test_page_marks_end_pages_and_are_no_rows() -> None:
    for mark in ("- 3 -", "— 3 —", "第 3 页", "第3页 共 9页", "3 / 9"):
        assert pages(f"规章  1\n{mark}\n许可  2\n") == [("规章", 0), ("许可", 1)], mark


def test_a_form_feed_ends_a_page() -> None:
    assert pages("规章  1\n\f许可  2\n\f\f处罚  3\n") == [("规章", 0), ("许可", 1), ("处罚", 3)]


def test_a_mark_and_its_form_feed_end_one_page() -> None:
    assert pages("规章  1\n- 3 -\n\f许可  2\n") == [("规章", 0), ("许可", 1)]


def test_a_lone_number_is_a_page_number_only_before_a_form_feed() -> None:
    assert pages("规章  1\n     1\n\f许可  2\n") == [("规章", 0), ("许可", 1)]
    assert pages("规章  1\n     7\n许可  2\n") == [("规章", 0), ("7", 0), ("许可", 0)]


def test_a_row_of_values_is_no_page_mark() -> None:
    for values in ("14   /   14", "—   3   —", "-    2    -"):
        assert pages(f"规章  1\n     {values}\n许可  2\n")[1][1] == 0, values
        assert len(pages(f"规章  1\n     {values}\n许可  2\n")) == 3, values


def test_a_lone_number_that_does_not_count_the_pages_is_a_value() -> None:
    assert pages("规章  1\n  9\n\f许可  2\n  10\n\f处罚  3\n") == [("规章", 0), ("许可", 1), ("处罚", 2)]
    assert ("9", 0) in pages("规章  1\n   9\n\f许可  2\n")
