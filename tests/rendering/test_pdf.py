"""Generated reports drawn as PDF and read back: every cell right, or marked."""

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from gkllm import Settings, extract
from gkllm.evaluation.synthetic.scoring import Score, score, total
from tests.rendering.drawn import draw
from tests.rendering.pdf import RULINGS, draw_style, render_pdf

_IN_CI = 40
_LONG = 2_000


def _score(seeds: Iterable[int], folder: Path) -> Score:
    scores: list[Score] = []
    for seed in seeds:
        drawn = draw(seed)
        path = folder / "report.pdf"
        path.write_bytes(render_pdf(drawn, draw_style(Random(f"{seed}/style"))))
        report = extract(path, Settings(reader="rules"))
        assert all(cell.page and cell.box for cell in report.cells if cell.raw)
        scores.append(score(drawn.truth, report))
    return total(scores)


def _assert_right(found: Score) -> None:
    assert [str(error) for error in found.silent_errors] == []
    assert found.broken_missed == 0
    assert found.wrong <= found.cells * 0.03
    assert found.flagged <= found.cells * 0.06


def test_every_ruling_is_drawn() -> None:
    assert {draw_style(Random(f"{seed}/style")).ruling for seed in range(_IN_CI)} == set(RULINGS)


def test_reports_drawn_as_pdf_are_read_right_or_marked(tmp_path: Path) -> None:
    _assert_right(_score(range(_IN_CI), tmp_path))


@pytest.mark.long
def test_many_reports_drawn_as_pdf_are_read_right_or_marked(tmp_path: Path) -> None:
    _assert_right(_score(range(_LONG), tmp_path))
