"""The rules reader on generated noisy reports with known truth: what is wrong must be marked."""

import pytest

import gkllm
from evals.generator import LAYOUTS, Layout, NoiseLevel, generate
from evals.generator.scoring import Score, score, total

REPORTS = 27
"""For each layout; over the four layouts these are 20,000 cells."""


def measured(layout: Layout, noise: NoiseLevel, seeds: range) -> Score:
    truths = (generate(seed, layout=layout, noise=noise) for seed in seeds)
    return total(score(truth, gkllm.extract_text(truth.text, f"{truth.seed}.txt")) for truth in truths)


def told(found: Score) -> str:
    return "\n".join(map(str, found.silent_errors))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_moderate_noise_leaves_no_silent_error_and_little_to_review(layout: Layout) -> None:
    found = measured(layout, NoiseLevel.MODERATE, range(1, 1 + REPORTS))
    assert found.cells * len(LAYOUTS) >= 20_000
    assert found.silent == 0, told(found)
    assert found.flagged < 0.03 * found.cells
    assert (found.surplus_cells, found.wrong_editions) == (0, 0)


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout != "fixed_width"])
def test_a_clean_report_is_read_whole(layout: Layout) -> None:
    found = measured(layout, NoiseLevel.CLEAN, range(100, 106))
    assert (found.wrong, found.raw_mismatches, found.span_errors, found.broken_false) == (0, 0, 0, 0)


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout != "fixed_width"])
def test_of_a_clean_report_only_what_looks_doubled_is_marked(layout: Layout) -> None:
    truths = [generate(seed, layout=layout, noise=NoiseLevel.CLEAN) for seed in range(100, 106)]
    reports = [gkllm.extract_text(truth.text, f"{truth.seed}.txt") for truth in truths]
    marked = [cell for report in reports for cell in report.cells if cell.needs_review]
    assert all(len(cell.candidates) > 1 for cell in marked)
    assert len(marked) < 0.001 * sum(len(report.cells) for report in reports)


def test_a_clean_layout_text_has_no_silent_error() -> None:
    """Where blank cells are gaps, not every place can be told; what cannot is marked."""
    found = measured("fixed_width", NoiseLevel.CLEAN, range(100, 106))
    assert found.silent == 0, told(found)
    assert found.flagged < 0.03 * found.cells


@pytest.mark.long
@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(NoiseLevel.MODERATE, id="moderate"),
        pytest.param(NoiseLevel.HEAVY, id="heavy"),
    ],
)
def test_many_reports_have_next_to_no_silent_error(noise: NoiseLevel) -> None:
    seeds = range(1_000, 1_000 + 4 * REPORTS)
    found = total(measured(layout, noise, seeds) for layout in LAYOUTS)
    assert found.cells > 80_000
    assert found.silent * 10_000 < found.cells, told(found)
