"""What is installed, used from elsewhere: this checkout, or the environment that INSTALLED_GKLLM names.

`.ci/release` names one with the wheel and what it needs alone.
"""

import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import gkllm
from tests.review.terminal import Terminal

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "fixtures" / "yinzhou-2019.txt"
ELSEWHERE = os.environ.get("INSTALLED_GKLLM")
PYTHON = str(Path(ELSEWHERE) / "bin" / "python") if ELSEWHERE else sys.executable
GKLLM = [str(Path(ELSEWHERE) / "bin" / "gkllm")] if ELSEWHERE else [PYTHON, "-m", "gkllm"]
KEPT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GKLLM", "LC_"))}
VARIABLES = {**KEPT, "LANG": "C.UTF-8"} | ({} if ELSEWHERE else {"PYTHONPATH": str(ROOT)})

BROKEN = "although a relation is broken"
"""What the screen asks where a value is accepted that breaks one."""

LONGEST_IMPORT = 0.05
"""Seconds that `import gkllm` may take beyond what Python takes to start."""


def _is_answered(left: int, shown: str) -> bool:
    return BROKEN in shown or f"1 of {left} question" not in shown


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=VARIABLES, capture_output=True, encoding="utf-8", timeout=120
    )


def test_the_version_is_this_checkouts(tmp_path: Path) -> None:
    told = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert told and _run(*GKLLM, "--version", cwd=tmp_path).stdout.split() == ["gkllm", told[1]]


def test_extract_review_and_show_work(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    done = _run(*GKLLM, "extract", FIXTURE, "--reader", "rules", "-o", results, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(results.read_text(encoding="utf-8"))
    here = gkllm.extract(FIXTURE, gkllm.Settings(reader="rules"))
    assert report["cells"] == json.loads(here.to_json())["cells"]

    open_ = [cell["id"] for cell in report["cells"] if cell["needs_review"]]
    assert open_
    with Terminal([*GKLLM, "review", results], (80, 24), VARIABLES, tmp_path) as terminal:
        for left in range(len(open_), 0, -1):
            terminal.wait_for(f"1 of {left} question", FIXTURE.name)
            terminal.press("a")
            if BROKEN in terminal.wait_until(partial(_is_answered, left), "an answer"):
                terminal.press("y")
        terminal.wait_for("Nothing is open")
        terminal.press("q")
        assert terminal.end() == 0
    corrected = tmp_path / "corrected.json"
    assert _run(*GKLLM, "review", results, "--apply", "-o", corrected, cwd=tmp_path).returncode == 0
    settled = json.loads(corrected.read_text(encoding="utf-8"))
    assert not any(cell["needs_review"] for cell in settled["cells"])

    shown = _run(*GKLLM, "show", FIXTURE, cwd=tmp_path)
    assert shown.returncode == 0 and "（七）总计" in shown.stdout
    page = tmp_path / "page.html"
    assert _run(*GKLLM, "show", FIXTURE, "--html", "-o", page, cwd=tmp_path).returncode == 0
    assert "（七）总计" in page.read_text(encoding="utf-8")


@pytest.mark.skipif(ELSEWHERE is None, reason="the extras are installed here")
@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("serve", "--db", "reports.db"), "serve"),
        (("extract", FIXTURE, "-o", "report.xlsx"), "sheets"),
        (("extract", FIXTURE, "-o", "report.parquet"), "sheets"),
        (("extract", FIXTURE, "-o", "report.dta"), "stata"),
        (("extract", FIXTURE, "-o", "postgresql://127.0.0.1/none"), "postgres"),
        (("batch", FIXTURE, "-o", "shards", "--engine", "ray"), "ray"),
    ],
)
def test_what_needs_an_extra_names_it_in_a_line(
    arguments: tuple[str | Path, ...], extra: str, tmp_path: Path
) -> None:
    done = _run(*GKLLM, *arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert len(done.stderr.splitlines()) == 1 and f"gkllm[{extra}]" in done.stderr, done.stderr


def test_importing_it_takes_next_to_no_time(tmp_path: Path) -> None:
    """The quickest of many tries: what it takes where nothing else holds the processor up."""
    quickest = float("inf")
    for _ in range(20):
        done = _run(PYTHON, "-X", "importtime", "-c", "import gkllm", cwd=tmp_path)
        took = re.search(r"^import time:\s*\d+ \|\s*(\d+) \| gkllm$", done.stderr, re.M)
        assert took, done.stderr
        quickest = min(quickest, int(took[1]) / 1e6)
        if quickest < LONGEST_IMPORT / 2:
            break
    assert quickest < LONGEST_IMPORT
