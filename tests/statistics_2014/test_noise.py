"""Damaged labels, lost rows, units torn off, digits doubled: what is read wrong is marked."""

from collections import Counter

import pytest

from evals.generator.statistics import generate
from tests.statistics_2014.reading import read

REPORTS = 60


def _measured(seeds: range, damage: float) -> tuple[Counter[str], list[object]]:
    counts: Counter[str] = Counter()
    silent: list[object] = []
    for seed in seeds:
        report = generate(seed, damage)
        for cell in read(report.text, report.suffix).cells:
            truth = report.cells[cell.id]
            right = (cell.value, cell.state) == (truth.value, truth.state)
            counts[("right" if right else "wrong") + (" marked" if cell.needs_review else "")] += 1
            if not right and not cell.needs_review:
                silent.append((seed, report.style, cell.id, cell.raw, truth))
    return counts, silent


@pytest.mark.parametrize("damage", [1.0, 3.0])
def test_no_error_is_silent(damage: float) -> None:
    counts, silent = _measured(range(REPORTS), damage)
    assert silent == []
    assert counts["right"] > 0.7 * counts.total()


def test_of_undamaged_tables_little_is_marked() -> None:
    """A text with a cell a line, blank cells and running numbers tells of no number what it counts."""
    counts, silent = _measured(range(REPORTS), 0.0)
    assert silent == []
    assert counts["right"] > 0.9 * counts.total()


@pytest.mark.long
@pytest.mark.parametrize("damage", [1.0, 3.0])
def test_of_many_reports_next_to_no_error_is_silent(damage: float) -> None:
    counts, silent = _measured(range(10_000, 12_000), damage)
    assert len(silent) * 10_000 < counts.total(), silent
