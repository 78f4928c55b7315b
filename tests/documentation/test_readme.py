"""What the documents say is what the program does."""

import doctest
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import gkllm
from gkllm.cli import app
from gkllm.cli.configuration import Keys, configure

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
GUIDE = "\n".join(PAGES.values())
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def _marked(marker: str, text: str = README) -> str:
    """The fenced block after the comment `<!-- marker -->`."""
    (block,) = re.findall(rf"<!-- {re.escape(marker)} -->\n```\w*\n(.*?)\n```", text, re.DOTALL)
    return str(block)


def _fenced(language: str, text: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)\n```", text, re.DOTALL))


def _gkllm_commands(text: str) -> Iterator[list[str]]:
    """The arguments of every gkllm command line in the text's code."""
    fenced = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
    for code in fenced.findall(text) + re.findall(r"`([^`]+)`", fenced.sub("", text)):
        for line in re.split(r"\n|&&", code):
            words = shlex.split(line.partition(" > ")[0]) if re.match(r"\s*(\S*/)?gkllm ", line) else []
            if words:
                yield words[1:]


def _run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def _offered(command: tuple[str, ...]) -> set[str]:
    """The options that a command's help lists."""
    done = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "100"})
    return set(_OPTION.findall(done.stdout))


def _commands() -> list[tuple[str, ...]]:
    """Every command and subcommand, the longest first."""
    found: list[tuple[str, ...]] = [()]
    for group in found:
        command: Any = get_command(app)
        for name in group:
            command = command.commands[name]
        found += [(*group, name) for name in getattr(command, "commands", ())]
    return sorted(found[1:], key=len, reverse=True)


def _contains(whole: object, part: object) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and _contains(whole[key], value) for key, value in part.items())
    return whole == part


def test_the_first_command_extracts_the_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, extract = _marked("ci: extract").split(" && ")
    program, *arguments = shlex.split(extract)
    assert program == ".venv/bin/gkllm"
    assert "requests.balance" in _run(arguments, monkeypatch)


@pytest.mark.parametrize("text", [README, CHINESE], ids=["README", "Chinese"])
def test_the_quoted_output_is_the_real_output(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (command,) = re.findall(r"<!-- output: (.*) -->", text)
    printed = iter(_run(shlex.split(command)[1:], monkeypatch).splitlines())
    for line in _marked(f"output: {command}", text).splitlines():
        # Searching on from the last hit holds the lines to their order.
        assert line == "…" or line.rstrip() in (found.rstrip() for found in printed), line


def test_the_chinese_readme_has_the_commands_and_the_session_that_are_run() -> None:
    for marker in ("ci: extract", "ci: test"):
        assert _marked(marker, CHINESE) == _marked(marker)
    assert _fenced("python", CHINESE) == _fenced("python", README)


def test_the_quoted_cell_and_violation_are_real() -> None:
    report = json.loads(gkllm.extract(ROOT / "fixtures" / "yinzhou-2019.txt").to_json())
    for marker, key in (("cell", "cells"), ("violation", "violations")):
        quoted = json.loads(_marked(marker, PAGES["data.md"]))
        assert len([found for found in report[key] if _contains(found, quoted)]) == 1, marker


def test_the_python_session_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    session = doctest.DocTestParser().get_doctest(_fenced("python", README) + "\n", {}, "README", None, None)
    assert len(session.examples) > 3
    assert doctest.DocTestRunner(verbose=False).run(session).failed == 0


@pytest.mark.parametrize("page", ["data.md", "data.zh.md"])
def test_the_wide_files_are_written_and_read_as_the_page_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    for arguments in _gkllm_commands(f"```sh\n{_marked('wide', PAGES['data.md'])}\n```"):
        assert CliRunner().invoke(app, arguments).exit_code == 0, arguments
    gkllm.speak("en")
    session = doctest.DocTestParser().get_doctest(_fenced("python", PAGES[page]) + "\n", {}, page, None, None)
    assert len(session.examples) > 5
    assert doctest.DocTestRunner(verbose=False).run(session).failed == 0
    assert _marked("wide", PAGES["data.md"]) in PAGES[page]


def test_the_configuration_file_is_usable(tmp_path: Path) -> None:
    file = tmp_path / "gkllm.toml"
    file.write_text(_fenced("toml", PAGES["model.md"]), encoding="utf-8")
    settings = configure({}, {}, [file])
    assert settings.model is not None
    assert settings.model.base_url == "http://127.0.0.1:8080/v1"


def test_every_variable_is_read() -> None:
    named = set(re.findall(r"\bGKLLM_([A-Z_]+)\b", GUIDE))
    assert named
    assert {name.lower() for name in named} <= Keys.model_fields.keys()


@pytest.mark.parametrize(
    "text", [README, CHINESE, GUIDE, CONTRIBUTING], ids=["README", "Chinese", "docs", "CONTRIBUTING"]
)
def test_every_option_exists(text: str) -> None:
    known = {command: _offered(command) for command in _commands()}
    # A suite's name alone stands for running it.
    known["eval",] |= known["eval", "run"]
    commands = list(_gkllm_commands(text))
    assert commands
    for arguments in commands:
        command = next(name for name in known if tuple(arguments[: len(name)]) == name)
        options = {word for word in arguments if word.startswith("-") and word != "-"}
        assert options <= known[command], (command, options - known[command])
    alone = set(re.findall(r"`(--[a-z-]+)", text))
    assert alone <= set().union(*known.values()), alone


@pytest.mark.parametrize("module", ["evals.generator", "evals.generator.measure", "tests.wire.record"])
def test_every_option_of_the_tools_exists(module: str) -> None:
    lines = re.findall(rf"-m {re.escape(module)} (.*)", CONTRIBUTING)
    options = {option for line in lines for option in _OPTION.findall(line)}
    assert options
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert options <= set(_OPTION.findall(done.stdout))


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "README.zh-CN.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "evals/README.md",
        *(f"docs/{name}" for name in PAGES),
    ],
)
def test_every_link_within_the_repository_leads_somewhere(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target
