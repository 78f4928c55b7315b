"""Reports drawn as PDF with what PDF files do to numbers planted into them: no number is read wrong and unmarked."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from evals.generator.drawn import draw
from evals.generator.scoring import score, total
from gkllm import Settings, extract
from tests.rendering.features import FEATURES, Feature, overprinted
from tests.rendering.pdf import draw_style, render_pdf

_IN_CI = 2
_LONG = 60


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.__name__)
@pytest.mark.parametrize("count", [_IN_CI, pytest.param(_LONG, marks=pytest.mark.long)])
def test_planted_features_are_read_right_or_marked(feature: Feature, count: int, tmp_path: Path) -> None:
    scores = []
    for seed in range(count):
        drawn = draw(seed)
        style = replace(draw_style(Random(f"{seed}/style")), feature=feature)
        path = tmp_path / "report.pdf"
        path.write_bytes(render_pdf(drawn, style))
        scores.append(score(drawn.truth, extract(path, Settings(reader="rules"))))
    found = total(scores)
    assert [str(error) for error in found.silent_errors] == []
    if feature is not overprinted:
        assert found.wrong <= found.cells * 0.06
