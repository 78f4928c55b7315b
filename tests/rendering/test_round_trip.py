"""Generated reports printed as web pages and Word files, and read again: every cell is right or marked."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from evals.generator import NoiseLevel, generate
from evals.generator.scoring import Score, score, total
from evals.generator.truth import SyntheticReport
from gkllm import Extractor, Settings
from gkllm.documents.source import Source
from gkllm.report import Report
from tests.rendering.docx import render_docx
from tests.rendering.html import STYLES, render_html
from tests.rendering.structure import FORMS, Form

Render = Callable[[SyntheticReport, Form], bytes]


def html(report: SyntheticReport, form: Form) -> bytes:
    return render_html(report, form, STYLES[report.seed % len(STYLES)])


FORMATS: dict[str, Render] = {"html": html, "docx": render_docx}


def read(content: bytes) -> Report:
    async def run() -> Report:
        return await Extractor(Settings(reader="rules")).extract(Source("report", content=content))

    return asyncio.run(run())


def measured(render: Render, form: Form, noise: NoiseLevel, seeds: Iterable[int]) -> Score:
    truths = (generate(seed, layout="word_dump", noise=noise) for seed in seeds)
    return total(score(truth, read(render(truth, form))) for truth in truths)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("format_", FORMATS)
def test_what_was_printed_comes_back(format_: str, form: Form) -> None:
    found = measured(FORMATS[format_], form, NoiseLevel.MODERATE, range(1, 6))
    assert (found.silent, found.raw_mismatches, found.surplus_cells, found.wrong_editions) == (0, 0, 0, 0)
    assert (found.wrong_headings, found.broken_missed) == (0, 0)
    assert found.flagged < 0.02 * found.cells


@pytest.mark.parametrize("format_", FORMATS)
def test_a_clean_report_comes_back_whole(format_: str) -> None:
    """Only digits printed twice by chance (11, 33) where no relation speaks may be marked."""
    found = measured(FORMATS[format_], "merged", NoiseLevel.CLEAN, range(100, 103))
    assert (found.wrong, found.raw_mismatches, found.broken_false) == (0, 0, 0)
    assert found.flagged < 0.005 * found.cells


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("format_", FORMATS)
def test_of_many_reports_every_cell_is_right_or_marked(format_: str, form: Form) -> None:
    moderate = measured(FORMATS[format_], form, NoiseLevel.MODERATE, range(2_000, 2_200))
    heavy = measured(FORMATS[format_], form, NoiseLevel.HEAVY, range(3_000, 3_050))
    found = moderate + heavy
    assert found.raw_mismatches == 0
    assert found.silent == 0, "\n".join(map(str, found.silent_errors))
