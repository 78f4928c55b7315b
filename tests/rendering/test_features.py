"""Reports drawn as PDF with what PDF files do to numbers planted into them: no number is read wrong and unmarked."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile

import pytest

from evals.generator.drawn import draw
from evals.generator.scoring import Score, score, total
from gkllm import Settings, extract
from tests.rendering.features import FEATURES, overprinted
from tests.rendering.pdf import draw_style, render_pdf

_IN_CI = 2
_LONG = 60


def measured(name: str, seeds: Iterable[int]) -> Score:
    """What is read of reports with the feature of that name."""
    feature = next(feature for feature in FEATURES if feature.__name__ == name)
    scores = []
    for seed in seeds:
        drawn = draw(seed)
        content = render_pdf(drawn, replace(draw_style(Random(f"{seed}/style")), feature=feature))
        with NamedTemporaryFile(suffix=".pdf") as file:
            Path(file.name).write_bytes(content)
            scores.append(score(drawn.truth, extract(file.name, Settings(reader="rules"))))
    return total(scores)


@pytest.mark.parametrize("name", [feature.__name__ for feature in FEATURES])
@pytest.mark.parametrize("count", [_IN_CI, pytest.param(_LONG, marks=pytest.mark.long)])
def test_planted_features_are_read_right_or_marked(name: str, count: int) -> None:
    found = measured(name, range(count))
    assert [str(error) for error in found.silent_errors] == []
    if name != overprinted.__name__:
        assert found.wrong <= found.cells * 0.06
