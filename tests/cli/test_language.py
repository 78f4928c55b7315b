"""The command line speaks Chinese to whoever asks for it, and leaves no English sentence."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gkllm.cli import app
from gkllm.cli.program import asked_for
from gkllm.language import Language

FIXTURES = Path(__file__).parents[2] / "fixtures"
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
"""Three words in a row."""


def test_every_command_helps_in_chinese() -> None:
    names = list(_commands(typer.main.get_command(app)))
    assert len(names) > 20
    for arguments in names:
        shown = CliRunner().invoke(app, [*arguments, "--help"], env={"LANG": "zh_CN.UTF-8"}).output
        assert shown.startswith("用法："), arguments
        assert ENGLISH.findall(shown.replace(" ".join(("gkllm", *arguments)), "")) == [], arguments
        assert "--lang" in shown, arguments


def _commands(command: object, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command and group under one, itself included."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, *path, name)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["extract"], "缺少参数 'FILE'。"),
        (["extract", "--formt", "x"], "没有选项 --formt"),
        (["extrct"], "没有命令 'extrct'。是不是 'extract'"),
        (["extract", "a", "--format", "x"], "'--format' 的值不可用：'x' 不是 'json'"),
        (["extract", "a", "--concurrency", "0"], "--concurrency：'0' 不可用：应大于或等于 1"),
        (["extract", "nothing-here"], "nothing-here：没有此文件"),
        (["show", "nothing-here"], "nothing-here：没有此文件"),
        (["check", "nothing-here"], "nothing-here：没有此文件"),
        (["review", "nothing-here"], "nothing-here：没有此文件"),
        (["rules", "--rules", "nothing-here"], "nothing-here：没有此文件或文件夹"),
        (["eval", "nothing-here"], "nothing-here：没有此文件或文件夹"),
        (["review", "a", "--apply"], "--apply 需要 --output PATH"),
        (["schema", "--bogus"], "没有选项 --bogus"),
        (["extract", "a", "b", "--explain"], "--explain 只显示一份报告"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(arguments: list[str], told: str) -> None:
    done = CliRunner().invoke(app, [*arguments, "--lang", "zh"])
    assert told in done.output
    assert done.exit_code
    assert ENGLISH.findall(done.output) == []


@pytest.mark.parametrize("command", [("extract", "--reader", "rules"), ("show",), ("show", "--html")])
def test_a_report_is_shown_in_chinese(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*command, str(FIXTURES / "yinzhou-2019.txt")], env={"GKLLM_LANG": "zh"})
    assert done.exit_code == 0
    assert ENGLISH.findall(re.sub(r"<style>.*</style>|<[^>]*>", "", done.stdout, flags=re.S)) == []


@pytest.mark.parametrize(
    ("arguments", "environment", "configured", "language"),
    [
        ((), {}, "", "en"),
        ((), {"LANG": "zh_CN.UTF-8"}, "", "zh"),
        ((), {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "", "en"),
        ((), {"LANG": "zh_CN.UTF-8"}, "lang = 'en'", "en"),
        ((), {"GKLLM_LANG": "zh-Hans"}, "lang = 'en'", "zh"),
        (("x", "--lang=en"), {"GKLLM_LANG": "zh"}, "", "en"),
        (("--lang", "zh"), {}, "lang = 'en'", "zh"),
        (("--", "--lang", "zh"), {}, "", "en"),
        (("--lang",), {"GKLLM_LANG": "klingon"}, "lang = 3", "en"),
    ],
)
def test_the_strongest_source_chooses(
    tmp_path: Path,
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    configured: str,
    language: Language,
) -> None:
    (file := tmp_path / "gkllm.toml").write_bytes(b"\xef\xbb\xbf" + configured.encode())
    assert asked_for(arguments, environment, [file, tmp_path / "none.toml"]) == language
