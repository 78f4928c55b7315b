"""How the cells of a report are called on a web page, and where their links lead."""

from dataclasses import dataclass
from typing import Protocol

from gkllm.report import Report


class Links(Protocol):
    """The elements of one report's cells. An element's name is its `id`, an address a link's `href`."""

    def cell(self, cell: str) -> str:
        """The name of a cell's element in its table."""

    def place(self, cell: str) -> str:
        """The name of the element where a cell is printed."""

    def to_cell(self, cell: str) -> str:
        """The address of the cell, as its place links to it."""

    def to_place(self, cell: str) -> str:
        """The address of the place, as the cell links to it."""

    def to_doubt(self, cell: str) -> str:
        """The address of what is said of a doubtful cell; empty where that is not on the page."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Those of a page that holds everything: places within it. `report` counts the reports of the page."""

    report: int
    numbers: dict[str, int]

    @classmethod
    def of(cls, number: int, report: Report) -> "PageLinks":
        """Those of a report, the `number`th of its page."""
        return cls(number, {cell.id: position for position, cell in enumerate(report.cells)})

    def cell(self, cell: str) -> str:
        return f"r{self.report}c{self.numbers[cell]}"

    def place(self, cell: str) -> str:
        return f"{self.cell(cell)}s"

    def doubt(self, cell: str) -> str:
        """The name of the element that tells what is held against a cell."""
        return f"{self.cell(cell)}d"

    def to_cell(self, cell: str) -> str:
        return f"#{self.cell(cell)}"

    def to_place(self, cell: str) -> str:
        return f"#{self.place(cell)}"

    def to_doubt(self, cell: str) -> str:
        return f"#{self.doubt(cell)}"


@dataclass(frozen=True, slots=True)
class ReviewLinks:
    """Those of the review page: cell and place lead to one address, which shows both. `report` is its id there."""

    report: str

    def cell(self, cell: str) -> str:
        return f"cell-{cell}"

    def place(self, cell: str) -> str:
        return f"place-{cell}"

    def to_cell(self, cell: str) -> str:
        return f"#/reports/{self.report}/{cell}"

    def to_place(self, cell: str) -> str:
        return self.to_cell(cell)

    def to_doubt(self, cell: str) -> str:  # noqa: ARG002
        return ""
