"""Lines whose numbers stand by their places, one of whose relations is broken."""

import pytest

from gkllm.checking.evaluate import residuals
from gkllm.checking.variables import shifted
from gkllm.form import Relation

FIRST = Relation("sum", "first", "=", "error", ("at",), ("a", "b", "c"))
SECOND = Relation("sum", "second", "=", "error", ("zt",), ("x", "y", "z"))
LINE = ("a", "b", "c", "at", "x", "y", "z", "zt")


@pytest.mark.parametrize(
    ("numbers", "marked"),
    [
        ("1102 1102", ()),
        ("0002 1102", ("a", "b", "c", "at")),
        ("0002 1001", LINE),  # One number equals its total in any column.
        ("0002 0000", LINE),
        ("0002 0001", LINE),
    ],
)
def test_a_broken_relation_marks_the_line_but_what_another_confirms(
    numbers: str, marked: tuple[str, ...]
) -> None:
    counted = dict(zip(LINE, map(int, numbers.replace(" ", "")), strict=True))
    assert shifted([frozenset(LINE)], residuals([FIRST, SECOND], counted), counted) == frozenset(marked)


def test_a_relation_beyond_the_line_says_nothing_of_it() -> None:
    counted = dict.fromkeys(LINE, 0) | {"at": 1}
    assert not shifted([frozenset(LINE) - {"at"}], residuals([FIRST], counted), counted)
