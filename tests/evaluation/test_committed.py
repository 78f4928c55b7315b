"""The shipped suites reproduce their committed results exactly, and a planted regression turns a gate red."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gkllm.cli import app
from gkllm.evaluation.results import load_result

ROOT = Path(__file__).parents[2]
EVALS = ROOT / "evals"


@pytest.mark.parametrize("name", ["rules", "recorded", "prompts", "prompts-requests", "asking"])
def test_a_shipped_suite_reproduces_its_committed_result(name: str, tmp_path: Path) -> None:
    committed = EVALS / "results" / f"{name}.json"
    arguments = [str(EVALS / f"{name}.toml"), "-q", "-o", str(tmp_path / name), "--check", str(committed)]
    done = CliRunner().invoke(app, ["eval", *arguments])
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / f"{name}.md").read_bytes() == (EVALS / "results" / f"{name}.md").read_bytes()
    assert load_result(tmp_path / f"{name}.json").invalid == ()


def _drop_a_rule(package: Path) -> None:
    path = package / "gkllm" / "forms" / "disclosure" / "edit_rules.toml"
    rules = path.read_text(encoding="utf-8").split("[[rules]]")
    path.write_text(
        "[[rules]]".join(rule for rule in rules if "requests.total" not in rule), encoding="utf-8"
    )


def _remove_a_numeral_case(package: Path) -> None:
    path = package / "gkllm" / "reading" / "digit_runs.py"
    source = path.read_text(encoding="utf-8")
    changed = source.replace('found.append((halves, "duplicated_run"))', "pass")
    assert changed != source
    path.write_text(changed, encoding="utf-8")


def _break_the_prompt(package: Path) -> None:
    path = package / "prompts" / "rows-v1.md"
    path.write_text(path.read_text(encoding="utf-8").replace("只抄录", "只计算"), encoding="utf-8")


@pytest.mark.parametrize(
    ("suite", "plant", "said"),
    [
        ("rules", _drop_a_rule, "cells right is "),
        ("rules", _remove_a_numeral_case, "cells wrong and not marked, more than "),
        ("recorded", _break_the_prompt, "model rows-v1 qwen-1.5b: 0/396 cells right"),
    ],
)
def test_a_planted_regression_turns_the_gate_red(
    suite: str, plant: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    for folder in ("gkllm", "prompts", "evals"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    plant(tmp_path)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "gkllm",
            "eval",
            str(EVALS / f"{suite}.toml"),
            "-q",
            "-o",
            str(tmp_path / "r"),
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert said in done.stderr
