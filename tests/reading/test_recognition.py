"""Texts in which programs wrote a table's cells one after another: no wrong cell passes for right in any of them."""

import pytest

import gkllm
from gkllm.settings import Settings
from tests.reading.written import WRITERS, draw_report

_RULES = Settings(reader="rules")
_SEEDS = range(6)
_ALWAYS_TOLD = 0.9
"""Share of the cells that are right and unmarked, at least; what is left open is told below."""


def outcome(text: str, values: dict[str, str]) -> tuple[list[str], list[str]]:
    """The cells that are wrong and unmarked, and those that are right and unmarked."""
    cells = {cell.id: cell for cell in gkllm.extract_text(text, "report.txt", _RULES).cells}
    unmarked = [name for name in values if name in cells and not cells[name].needs_review]
    wrong = [name for name in unmarked if (cells[name].raw or "") != values[name]]
    return wrong, [name for name in unmarked if name not in wrong]


@pytest.mark.parametrize("way", WRITERS)
def test_every_way_is_recognised_by_what_it_explains(way: str) -> None:
    told = cells = 0
    for seed in _SEEDS:
        values, report = draw_report(seed, 0.0 if "one line" in way else 0.5 * (seed % 2))
        wrong, right = outcome(WRITERS[way](report), values)
        assert not wrong, (way, seed)
        told, cells = told + len(right), cells + len(values)
    assert told >= _ALWAYS_TOLD * cells, (way, told, cells)
