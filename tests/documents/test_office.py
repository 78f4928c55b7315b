"""Word files of older and other programs, written and read by the real LibreOffice where it is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from evals.generator import NoiseLevel, generate
from evals.generator.scoring import score
from gkllm import Settings, extract
from tests.rendering.docx import render_docx

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("kind", "suffix"), [("doc", ".doc"), ("doc", ".wps"), ("rtf", ".rtf"), ("odt", ".odt")]
)
def test_a_report_that_libreoffice_saved_comes_back(kind: str, suffix: str, tmp_path: Path) -> None:
    truth = generate(23, layout="word_dump", noise=NoiseLevel.CLEAN)
    word = tmp_path / "report.docx"
    word.write_bytes(render_docx(truth, "merged", revisions=0.0))
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(word)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    saved = tmp_path / f"saved{suffix}"
    (tmp_path / f"report.{kind}").rename(saved)
    report = extract(saved, Settings(reader="rules"))
    found = score(truth, report)
    assert (found.silent, found.wrong, found.surplus_cells) == (0, 0, 0)
    assert [section.number for section in report.sections] == [1, 2, 3, 4, 5]
