"""The API key goes into one header and nowhere else."""

import logging
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from gkllm.errors import ConfigurationError
from gkllm.llm import AnswerCache, LanguageModel
from gkllm.settings import ModelSettings
from tests.llm.asking import GOOD, ask, ask_all, language_model, question
from tests.wire.scripted import Reply, ScriptedServer, completion, failure

KEY = "sk-distinctive-7f3a9c51e2"


@pytest.mark.parametrize(
    "reply",
    [
        failure(400, f"malformed request with {KEY}"),
        failure(401, f"Incorrect API key provided: {KEY}"),
        failure(403, KEY[:-2] + "**"),
        failure(404, f"Bearer {KEY} knows no such model", type=KEY),
        failure(429, f"{KEY} is limited", headers={"Retry-After": "0"}),
        failure(500, f"crashed on {KEY}"),
        Reply(f"<p>{KEY}</p>".encode(), headers={"Content-Type": "text/html"}),
        completion(GOOD, cut_after=30),
        completion('{"label": 1}'),
        completion(GOOD),
    ],
)
def test_the_key_shows_nowhere(reply: Reply, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(reply) as server:
        model = language_model(
            server.base_url, api_key=KEY, cache=AnswerCache(tmp_path), transport_attempts=2
        )
        (answer,) = ask_all(model, question())
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.received)
    shown = [repr(answer), str(answer.error), repr(model.__dict__), caplog.text]
    if answer.error is not None:
        shown += traceback.format_exception(answer.error)
    shown += [path.read_text(encoding="utf-8") + str(path) for path in tmp_path.rglob("*") if path.is_file()]
    assert caplog.records, "nothing was logged, so nothing was looked at"
    for text in shown:
        assert KEY[:-2] not in text


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY} x", f"{KEY}密"])
def test_a_key_no_header_can_carry_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        LanguageModel(ModelSettings("m", api_key=key), concurrency=1, cache=None)
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("base_url", ["example.org/v1", "ftp://example.org", "http://"])
def test_a_base_url_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="base URL"):
        LanguageModel(ModelSettings("m", base_url=base_url), concurrency=1, cache=None)


def test_without_a_key_the_environments_key_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with ScriptedServer(completion(GOOD)) as server:
        assert ask(server.base_url).error is None
    assert KEY not in str(server.received[0].headers)


def test_failures_print_nothing_by_themselves() -> None:
    with ScriptedServer(completion('{"label": 1}')) as server:
        script = f"from tests.llm.asking import ask; assert ask({server.base_url!r}, api_key={KEY!r}).error"
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
        )
    assert run.stdout == "" and run.stderr == ""


def test_importing_the_client_loads_neither_openai_nor_instructor() -> None:
    script = (
        "import sys, gkllm.llm, gkllm.prompts;"
        "print([n for n in ('openai', 'instructor', 'tenacity', 'jinja2', 'xllamacpp') if n in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"
