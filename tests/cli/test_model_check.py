"""`gkllm model check` over real HTTP."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from tests.wire.scripted import ScriptedServer, completion, failure

RIGHT = '{"label": "（一）甲类事项", "cells": ["3", "0", "12"]}'
NO_SCHEMA = failure(400, "This response_format type is unavailable now")
NO_TEMPERATURE = failure(400, "invalid temperature: only 1 is allowed for this model")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GKLLM_CACHE_DIR", str(tmp_path / "cache"))


def check(base_url: str) -> Result:
    return CliRunner().invoke(app, ["model", "check", "--model", "scripted", "--base-url", base_url])


def test_it_prints_what_the_endpoint_takes_and_what_a_report_would_cost(tmp_path: Path) -> None:
    prices = "prompt_price = 2.0\ncompletion_price = 8.0\n"
    Path("gkllm.toml").write_text(prices, encoding="utf-8")
    with ScriptedServer(NO_SCHEMA, NO_TEMPERATURE, completion(RIGHT, tokens=(80, 30))) as server:
        done = check(server.base_url)
    assert done.exit_code == 0
    said = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert said["answer"] == "right"
    assert said["shape"].startswith("json_object")
    assert said["limit"] == "max_tokens; not taken: temperature"
    assert "in 3 requests" in said["speed"]
    assert "about 4900 tokens" in done.stdout and "0.0146 at the prices set" in done.stdout


def test_what_it_learns_is_remembered_and_what_was_remembered_is_learnt_anew() -> None:
    with ScriptedServer(NO_SCHEMA, completion(RIGHT), completion(RIGHT)) as server:
        check(server.base_url)
        report = str(Path(__file__).parents[2] / "fixtures" / "yinzhou-2019.txt")
        endpoint = ("--model", "scripted", "--base-url", server.base_url)
        CliRunner().invoke(app, ["extract", report, "--format", "json", *endpoint])
        asked = [received.body["response_format"]["type"] for received in server.received[:3]]
        assert asked == ["json_schema", "json_object", "json_object"]
        check(server.base_url)
        assert server.received[-1].body["response_format"]["type"] == "json_schema"


def test_an_answer_that_is_wrong_is_shown() -> None:
    with ScriptedServer(completion('{"label": "x", "cells": ["312"]}')) as server:
        done = check(server.base_url)
    assert done.exit_code == 0 and "not what is printed" in done.stdout and "312" in done.stdout


def test_a_key_that_is_refused_is_status_4_and_no_model_is_wrong_usage() -> None:
    with ScriptedServer(failure(401)) as server:
        done = check(server.base_url)
    assert done.exit_code == 4 and "HTTP 401" in done.stderr and len(server.received) == 1
    assert CliRunner().invoke(app, ["model", "check"]).exit_code == 2


def test_the_question_is_small() -> None:
    with ScriptedServer(completion(RIGHT)) as server:
        check(server.base_url)
    assert len(json.dumps(server.received[0].body)) < 1500
