"""In every layout, a cell's span holds what the cell prints."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.generator import LAYOUTS, Layout, NoiseLevel, generate
from gkllm.documents.text import rebuild_grids
from tests.documents.grids import assert_spans

MARKS = '规章许可0123456789０１|｜\t,;"\\*-— \u3000\xa0\n\r\f<br>（）、.'


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(MARKS, max_size=12), max_size=30).map("".join))
def test_of_any_text(text: str) -> None:
    assert_spans(text, rebuild_grids(text))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["\t{}", "| {} |", "|{}|\n|---|"]),
    st.lists(st.text(MARKS, max_size=8), min_size=3, max_size=20),
)
def test_of_any_cells_in_a_layout(frame: str, cells: list[str]) -> None:
    text = "\n".join(frame.format(cell) for cell in cells)
    assert_spans(text, rebuild_grids(text))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_noisy_reports(layout: Layout) -> None:
    for seed in range(3):
        text = generate(seed, layout=layout, noise=NoiseLevel.HEAVY).text
        grids = rebuild_grids(text)
        assert {grid.layout for grid in grids} == {layout}
        assert_spans(text, grids)
