"""What is configured, where, and what is wrong with it."""

import codecs
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gkllm.cli.configuration import Keys
from gkllm.review.log import DecisionLog, Note
from gkllm.settings import Settings
from tests.cli.process import FIXTURE, ROOT, gkllm
from tests.cli.test_rules import OWN

HOME = {
    "XDG_CONFIG_HOME": "/nowhere",
    "XDG_CACHE_HOME": "/cache",
    "OPENAI_API_KEY": "",
    "OPENAI_BASE_URL": "",
}
MARKED = codecs.BOM_UTF8


def test_every_key_is_shown_with_its_value_and_its_place(tmp_path: Path) -> None:
    (tmp_path / "gkllm.toml").write_text('reader = "rules"\nconcurrency = 3\n', encoding="utf-8")
    secrets = {"OPENAI_API_KEY": "sk-very-secret", "GKLLM_CONCURRENCY": "5"}
    done = gkllm("config", "--format", "json", cwd=tmp_path, variables={**HOME, **secrets})
    shown = json.loads(done.stdout)
    assert list(shown) == list(Keys.model_fields)
    assert shown["reader"] == {"value": "rules", "from": "gkllm.toml"}
    assert shown["concurrency"] == {"value": 5, "from": "GKLLM_CONCURRENCY"}
    assert shown["prompt"] == {"value": Settings().prompt, "from": None}
    assert shown["api_key"] == {"value": "***", "from": "OPENAI_API_KEY"}
    lines = gkllm("config", cwd=tmp_path, variables={**HOME, **secrets}).stdout.decode()
    assert "secret" not in lines
    assert "gkllm.toml: read" in lines and "/nowhere" in lines


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        ((), {"GKLLM_REVEW_RISK": "1"}, "GKLLM_REVEW_RISK: gkllm knows no such variable; the nearest is"),
        (("--prompt", "nonsense"), {}, "there is no prompt 'nonsense'; shipped prompts: "),
        (("--prompt", "nonsense", "--reader", "rules"), {}, "there is no prompt 'nonsense'"),
        (("--model", "m", "--base-url", "example"), {}, "and is 'example'"),
        (
            ("--model", "m", "--base-url", "http://127.0.0.1:99999/v1"),
            {},
            "and is 'http://127.0.0.1:99999/v1'",
        ),
        (("--model", "m", "--base-url", "http://[::1/v1"), {}, "and is 'http://[::1/v1'"),
        (("--model", "m", "--base-url", "http://a b/v1"), {}, "and is 'http://a b/v1'"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    arguments: tuple[str, ...], variables: dict[str, str], told: str
) -> None:
    done = gkllm("extract", FIXTURE, *arguments, variables={**HOME, **variables})
    assert done.returncode == 2 and not done.stdout
    assert told in done.stderr.decode() and done.stderr.count(b"\n") == 1


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "gkllm.toml").write_bytes(MARKED + b'reader = "rules"\n')
    (tmp_path / "rules.toml").write_bytes(MARKED + OWN.encode())
    shutil.copytree(ROOT / "gkllm" / "forms" / "statistics_2014", tmp_path / "form")
    for file in (tmp_path / "form").rglob("*.toml"):
        file.write_bytes(MARKED + file.read_bytes())
    listed = gkllm("rules", "--rules", "rules.toml", "--form", "form", cwd=tmp_path, variables=HOME)
    assert listed.returncode == 0, listed.stderr.decode()
    assert b"own.results" in listed.stdout
    done = gkllm("extract", FIXTURE, "-o", "r.jsonl", cwd=tmp_path, variables=HOME)
    assert done.returncode == 0
    results = tmp_path / "r.jsonl"
    results.write_bytes(MARKED + results.read_bytes())
    assert gkllm("check", results, variables=HOME).returncode == 0
    again = gkllm("extract", FIXTURE, "-o", results, "--resume", variables=HOME)
    assert b"0 reports written" in again.stderr and results.read_bytes().count(b"\n") == 1


def test_a_log_that_an_editor_marked_is_read(tmp_path: Path) -> None:
    entry = Note(
        gkllm="0",
        id="1",
        document="ab" * 32,
        source="a.txt",
        cell="requests.received.total",
        reviewer="a",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        text="seen",
    ).model_dump_json()
    path = tmp_path / "log.review.jsonl"
    path.write_bytes(MARKED + entry.encode() + b"\n")
    plain = tmp_path / "plain.review.jsonl"
    plain.write_bytes(entry.encode() + b"\n")
    assert DecisionLog(path).read() == DecisionLog(plain).read()
