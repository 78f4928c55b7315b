"""Generated reports drawn as PDF and read back: every cell right, or marked."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from pypdfium2 import PdfDocument

from evals.generator.drawn import draw
from evals.generator.scoring import Score, score, total
from gkllm import Settings, extract
from gkllm.documents.scan.engine import ocr_installed
from tests.rendering.pdf import RULINGS, draw_style, outline_font, render_pdf

_IN_CI = 40
_LONG = 2_000
_FIRST_SCANNED = 4
_SCANNED_LONG = 60


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


@pytest.mark.skipif(outline_font() is None, reason="no font with Chinese outlines is installed")
@pytest.mark.skipif(not ocr_installed(), reason="the extra gkllm[ocr] is not installed")
@pytest.mark.parametrize("count", [1, pytest.param(_SCANNED_LONG, marks=pytest.mark.long)])
def test_reports_scanned_at_150_dots_are_read_right_or_marked(count: int, tmp_path: Path) -> None:
    found = total(_scanned(seed, tmp_path) for seed in range(_FIRST_SCANNED, _FIRST_SCANNED + count))
    assert found.silent * 5_000 <= found.cells, [str(error) for error in found.silent_errors]
    assert found.wrong <= found.cells * 0.03
    assert found.flagged <= found.cells * 0.1


def _scanned(seed: int, folder: Path) -> Score:
    """A report drawn with lines, its pages as pictures in one TIFF file."""
    drawn = draw(seed)
    style = replace(
        draw_style(Random(f"{seed}/style")), ruling=("strokes", "boxes", "bars", "open_sides")[seed % 4]
    )
    with PdfDocument(render_pdf(drawn, style)) as pdf:
        pictures = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in pdf]
    path = folder / "scan.tif"
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], dpi=(150, 150), compression="tiff_deflate"
    )
    return score(drawn.truth, extract(path, Settings(reader="rules")))


@pytest.mark.long
def test_many_reports_drawn_as_pdf_are_read_right_or_marked(tmp_path: Path) -> None:
    _assert_right(_score(range(_LONG), tmp_path))
