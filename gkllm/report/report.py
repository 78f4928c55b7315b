"""One report: its cells and what was found of them, looked up, shown and put into frames."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gkllm.facts import Doubt
from gkllm.forms import FIRST
from gkllm.language import Language
from gkllm.report.parts import (
    Cell,
    Claim,
    Frozen,
    ReportInfo,
    Section,
    SourceInfo,
    TableInfo,
    Usage,
    Violation,
)

if TYPE_CHECKING:
    from gkllm.report.frames import Library
    from gkllm.report.table import ReportTable

SCHEMA_VERSION = 1


class Report(Frozen):
    """One document's tables, checked. `form` is the id of the form that they are of.

    `doubts` are what is to be known of the whole, and `warnings` the same in sentences; these and all reasons are in
    `language`. `review_risk` is the target of the review, null where it was the form's own.
    """

    schema_version: int = SCHEMA_VERSION
    source: SourceInfo
    report: ReportInfo
    form: str = FIRST
    tables: dict[str, TableInfo]
    cells: tuple[Cell, ...]
    violations: tuple[Violation, ...]
    claims: tuple[Claim, ...] = ()
    sections: tuple[Section, ...] = ()
    language: Language = "en"
    review_risk: float | None = None
    usage: Usage = Usage()
    doubts: tuple[Doubt, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self, *, indent: int | None = None) -> str:
        """The contract's JSON, Chinese written as itself."""
        return self.model_dump_json(by_alias=True, indent=indent)

    @property
    def to_review(self) -> tuple[Cell, ...]:
        """The cells that a person should look at, in printed order."""
        return tuple(cell for cell in self.cells if cell.needs_review)

    def cell(self, cell_id: str) -> Cell:
        """The cell of that id, `table.row.column`.

        Raises:
            KeyError: the report's tables have no such cell; one that was not found in the document they have.
        """
        found = next((cell for cell in self.cells if cell.id == cell_id), None)
        if found is None:
            raise KeyError(cell_id)
        return found

    def __getitem__(self, table_id: str) -> "ReportTable":
        """The table of that id, as the form lays it out.

        Raises:
            KeyError: the form has no such table.
        """
        from gkllm.report.table import table_in

        return table_in(self, table_id)

    def to_frame(self, library: "Library" = "pandas", *, wide: bool = False) -> Any:
        """The report as a data frame: a row a cell, or with `wide` one row in which each cell is a column.

        Raises:
            ConfigurationError: the library is not installed.
        """
        from gkllm.report.frames import to_frame

        return to_frame([self], library, wide=wide)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """What is shown of it at a prompt: the whole would be 100 kB."""
        yield "source", self.source.name
        yield "issuer", self.report.issuer
        yield "year", self.report.year
        yield "cells", len(self.cells)
        yield "to_review", len(self.to_review)
        yield "violations", len(self.violations)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from gkllm.report.table import report_page

        return report_page(self)
