"""Layout text over pages: a page without headings may be shifted, or spaced otherwise, and must never guess."""

import pytest

from gkllm.reading.placed import TableReading
from tests.forms import FORM
from tests.reading.excerpts import marked, read

TABLE = FORM.table("requests", "2021")
COLUMNS = [column.id for column in TABLE.rows[0].columns]
HEADINGS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
PLACES = [40, 50, 60, 70, 84, 98, 108]
FIRST_PAGE = 12


def line(indent: int, label: str, numbers: dict[int, str], places: list[int]) -> str:
    text = " " * indent + label
    for column, number in numbers.items():
        text = text.ljust(places[column] + indent) + number
    return text


def printed(numbers: dict[int, str], later: list[int], indent: int = 0) -> TableReading:
    """The same numbers in every row: headings on the first page, other places and an indent on the second."""
    heading = line(0, "", dict(enumerate(HEADINGS)), PLACES)
    first = [line(0, row.label, numbers, PLACES) for row in TABLE.rows[:FIRST_PAGE]]
    second = [line(indent, row.label, numbers, later) for row in TABLE.rows[FIRST_PAGE:]]
    return read("\n".join([heading, *first, "- 1 -", *second]))["requests"]


def values(reading: TableReading, row: str) -> dict[int, str]:
    cells = (reading.cells[f"requests.{row}.{column}"].raw for column in COLUMNS)
    return {index: raw for index, raw in enumerate(cells) if raw}


@pytest.mark.parametrize("indent", [0, 3, 9])
def test_a_page_takes_its_columns_from_the_page_before_moved_as_its_labels_are(indent: int) -> None:
    numbers = {1: "5", 6: "5"}
    reading = printed(numbers, PLACES, indent)
    for row in TABLE.rows:
        assert values(reading, row.id) == numbers and not marked(reading, row.id), row.id


@pytest.mark.parametrize(
    "later",
    [[place + 10 for place in PLACES], [40, 48, 56, 64, 76, 88, 98]],
    ids=["a column off", "narrower"],
)
def test_a_page_whose_columns_stand_elsewhere_than_its_labels_say_is_marked(later: list[int]) -> None:
    numbers = {0: "5", 6: "5"}
    reading = printed(numbers, later)
    for row in TABLE.rows[FIRST_PAGE:]:
        assert values(reading, row.id) == numbers or marked(reading, row.id), row.id
