"""Reports of made-up issuers and years, from a fixture's."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import gkllm
from gkllm.crosscheck.series import Result
from gkllm.report import CellState, Report
from tests.forms import FORM

FIXTURES = Path(__file__).parents[2] / "fixtures"


@cache
def fixture(name: str) -> Report:
    """The fixture's report, as the rules read it."""
    return gkllm.extract(FIXTURES / f"{name}.txt", gkllm.Settings(reader="rules"))


def report(
    issuer: str | None, year: int | None, values: Mapping[str, float | None], *, base: str = "fangzheng-2020"
) -> Report:
    """A fixture's report under another name, with other values; a null value is a missing cell."""
    original = fixture(base)
    cells = tuple(
        cell.model_copy(
            update={
                "value": values[cell.id],
                "state": CellState.MISSING if values[cell.id] is None else CellState.REPORTED,
                "candidates": (),
            }
        )
        if cell.id in values
        else cell
        for cell in original.cells
    )
    about = original.report.model_copy(update={"issuer": issuer, "year": year})
    source = original.source.model_copy(update={"name": f"{issuer}-{year}.txt"})
    changes = {"cells": cells, "report": about, "source": source, "claims": ()}
    return original.model_copy(update=changes)


def result(
    issuer: str | None, year: int | None, values: Mapping[str, float | None] | None = None, **more: str
) -> Result:
    """The same as a result read back from a file."""
    return Result("results.jsonl", report(issuer, year, values or {}, **more), FORM)
