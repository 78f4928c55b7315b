"""Completion in shells: what they are told, and real shells where they are installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import ROOT, gkllm

OPTIONS = ["--reader", "--review-risk", "--resume"]


def test_each_shell_is_told_what_may_follow() -> None:
    words = {"COMP_WORDS": "gkllm extract --re", "COMP_CWORD": "2"}
    bash = gkllm(variables={"_GKLLM_COMPLETE": "complete_bash", **words}).stdout.decode().split()
    assert bash == OPTIONS
    asked = {"_TYPER_COMPLETE_ARGS": "gkllm extract --re", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    zsh = gkllm(variables={"_GKLLM_COMPLETE": "complete_zsh", **asked}).stdout.decode()
    assert all(f'"{option}":"' in zsh for option in OPTIONS)
    fish = gkllm(variables={"_GKLLM_COMPLETE": "complete_fish", **asked}).stdout.decode().splitlines()
    assert [line.split("\t")[0] for line in fish] == OPTIONS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_said_of_each_is_one_short_line_without_brackets(language: str) -> None:
    for asked in ("gkllm ", "gkllm extract --", "gkllm review --", "gkllm eval "):
        lines = gkllm(
            variables={
                "_GKLLM_COMPLETE": "complete_fish",
                "_TYPER_COMPLETE_ARGS": asked,
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
                "GKLLM_LANG": language,
            }
        ).stdout.decode()
        for line in lines.splitlines():
            name, _, told = line.partition("\t")
            assert name and " " not in name
            assert len(told) <= 60 and not set("()[]:;") & set(told), line


SHELLS = {
    "bash": 'eval "$(_GKLLM_COMPLETE=source_bash gkllm)"; COMP_WORDS=(gkllm extract --re); COMP_CWORD=2; '
    '_gkllm_completion gkllm; printf "%s\\n" "${COMPREPLY[@]}"',
    "zsh": "compdef() { :; }; _arguments() { print -r -- $*; }; "
    'eval "$(_GKLLM_COMPLETE=source_zsh gkllm)"; words=(gkllm extract --re); CURRENT=3; _gkllm_completion',
    "fish": '_GKLLM_COMPLETE=source_fish gkllm | source; complete -C "gkllm extract --re"',
}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_completes(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    program = tmp_path / "gkllm"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'gkllm'\nfrom gkllm.cli import main\nmain()\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    plain = {"zsh": ["-f"], "bash": ["--norc"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [shell, *plain, "-c", SHELLS[shell]],
        env={
            **os.environ,
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert all(option in done.stdout for option in OPTIONS), done.stderr
    assert "--form" not in done.stdout
