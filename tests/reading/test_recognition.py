"""Texts in which programs wrote a table's cells one after another: no wrong cell passes for right in any of them."""

import time

import pytest

import gkllm
from gkllm.checking.evaluate import Number
from gkllm.errors import NoTablesFound
from gkllm.settings import Settings
from tests.reading.written import WRITERS, draw_report

_RULES = Settings(reader="rules")
_SEEDS = range(6)
_TOLD = 0.9
"""Share of the cells that are right and unmarked, at least."""


def outcome(text: str, truth: dict[str, Number | None]) -> tuple[list[str], list[str]]:
    """The cells that are wrong and unmarked, and those that are right and unmarked."""
    cells = {cell.id: cell for cell in gkllm.extract_text(text, "report.txt", _RULES).cells}
    unmarked = [name for name in truth if name in cells and not cells[name].needs_review]
    wrong = [name for name in unmarked if cells[name].value != truth[name]]
    return wrong, [name for name in unmarked if name not in wrong]


@pytest.mark.parametrize("way", WRITERS)
def test_every_way_is_recognised_by_what_it_explains(way: str) -> None:
    told = cells = 0
    for seed in _SEEDS:
        truth, report = draw_report(seed, 0.0 if "one line" in way else 0.5 * (seed % 2))
        wrong, right = outcome(WRITERS[way](report), truth)
        assert not wrong, (way, seed)
        told, cells = told + len(right), cells + len(truth)
    assert told >= _TOLD * cells, (way, told, cells)


@pytest.mark.parametrize("way", WRITERS)
def test_noise_in_any_way_of_writing_leaves_no_wrong_cell_unmarked(way: str) -> None:
    for seed in _SEEDS:
        truth, report = draw_report(seed, 0.5 * (seed % 2), noise=0.05, tear=("", "\n", " ")[seed % 3])
        wrong, _ = outcome(WRITERS[way](report), truth)
        assert not wrong, (way, seed)


@pytest.mark.parametrize("way", [way for way in WRITERS if way not in ("MediaWiki", "TEI", "a drawn grid")])
def test_lines_that_repeat_others_and_were_dropped_are_missed(way: str) -> None:
    for seed in range(3):
        truth, report = draw_report(seed, 0.5 * (seed % 2))
        lines = WRITERS[way](report).splitlines()
        text = "\n".join(line for index, line in enumerate(lines) if line not in lines[:index])
        try:
            wrong, _ = outcome(text, truth)
        except NoTablesFound:
            continue
        assert not wrong, (way, seed)


@pytest.mark.parametrize(
    "text",
    [
        "规章" + "\n" * 900_000 + "1",
        "规章\n" + "\xa0" * 900_000 + "\n1",
        " ".join("12" for _ in range(300_000)),
    ],
    ids=["line ends", "blanks", "one line"],
)
def test_a_long_text_without_a_table_costs_little(text: str) -> None:
    started = time.process_time()
    with pytest.raises(NoTablesFound):
        gkllm.extract_text(text, "report.txt", _RULES)
    assert time.process_time() - started < 5
