"""A report checked again from its cells alone."""

import asyncio
from pathlib import Path

import pytest

import gkllm
from evals.generator import LAYOUTS, Layout, NoiseLevel, generate
from gkllm.documents.source import Source
from gkllm.facts import Doubt, DoubtKind
from gkllm.rechecking import recheck
from gkllm.report import CellState, Report, Verdict
from tests.forms import FORM

FIXTURES = Path(__file__).parents[1] / "fixtures"
RULES = gkllm.Settings(reader="rules")
RESULTS = "requests.results_total.natural_person"


def reports_of(path: Path) -> list[Report]:
    async def read() -> list[Report]:
        outcomes = gkllm.Extractor(RULES).extract_all([Source(path.name, path)])
        return [outcome.report async for outcome in outcomes if outcome.report is not None]

    return asyncio.run(read())


def with_cell(report: Report, cell_id: str, **changes: object) -> Report:
    cells = tuple(c.model_copy(update=changes) if c.id == cell_id else c for c in report.cells)
    return report.model_copy(update={"cells": cells})


@pytest.fixture(scope="module")
def yinzhou() -> Report:
    return gkllm.extract(FIXTURES / "yinzhou-2019.txt", RULES)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_fixtures_violations_are_found_again(path: Path) -> None:
    reports = reports_of(path)
    assert reports
    for report in reports:
        assert recheck(report.model_copy(update={"violations": ()}), FORM) == report


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("noise", [NoiseLevel.MODERATE, NoiseLevel.HEAVY])
def test_a_noisy_reports_violations_are_found_again(layout: Layout, noise: NoiseLevel) -> None:
    checked = 0
    for seed in range(300, 312):
        report = gkllm.extract_text(generate(seed, layout=layout, noise=noise).text, "noisy.txt", RULES)
        assert recheck(report, FORM).violations == report.violations
        stored = Report.model_validate_json(report.to_json())
        assert recheck(stored, FORM).violations == report.violations
        checked += len(report.violations)
    assert checked > 0


def test_a_corrected_cell_mends_what_it_broke(yinzhou: Report) -> None:
    mended = with_cell(with_cell(yinzhou, RESULTS, value=3), "requests.results_total.total", value=3)
    assert yinzhou.violations and recheck(mended, FORM).violations == ()


def test_a_cell_that_becomes_unreadable_leaves_its_relations_open(yinzhou: Report) -> None:
    report = recheck(with_cell(yinzhou, RESULTS, value=None, state=CellState.UNREADABLE), FORM)
    over = [violation for violation in report.violations if RESULTS in violation.cells]
    assert len(over) == 3
    assert {violation.verdict for violation in over} == {Verdict.NOT_ASSESSABLE}


def test_a_table_that_was_not_found_is_not_checked(yinzhou: Report) -> None:
    gone = yinzhou.tables["requests"].model_copy(update={"found": False})
    report = yinzhou.model_copy(update={"tables": {**yinzhou.tables, "requests": gone}})
    assert not any(violation.rule.startswith("requests.") for violation in recheck(report, FORM).violations)


def test_a_confirmed_cell_has_no_other_reading(yinzhou: Report) -> None:
    doubt = Doubt.of(DoubtKind.MISCOUNTED, cells=6, expected=7)
    doubtful = with_cell(yinzhou, RESULTS, doubts=(doubt,), evidence={"doubt.miscounted": 1.0})
    assert {v.verdict for v in recheck(doubtful, FORM).violations if RESULTS in v.cells} == {
        Verdict.SUSPECT_READING
    }
    confirmed = recheck(doubtful, FORM, confirmed=[RESULTS]).violations
    assert {v.verdict for v in confirmed if RESULTS in v.cells} == {Verdict.SOURCE_INCONSISTENCY}
