"""A recording gives back what the model gave, failures and costs included, and offline lets nothing through."""

import json
from pathlib import Path

import pytest

from gkllm.errors import (
    AnswerInvalid,
    AnswerNotRecorded,
    AnswerTruncated,
    ConfigurationError,
    ModelUnreachable,
)
from gkllm.llm import LanguageModel, Recording
from gkllm.settings import ModelSettings
from tests.llm.asking import GOOD, GOOD_ROW, ask_all, question
from tests.wire.scripted import Reply, ScriptedServer, completion


def _model(base_url: str, recording: Recording) -> LanguageModel:
    settings = ModelSettings("scripted", base_url=base_url, transport_attempts=1, reasks=0, deadline=10.0)
    return LanguageModel(settings, concurrency=2, cache=None, recording=recording)


def test_an_answer_is_asked_once_and_replayed_with_its_cost(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "answers.jsonl"
    with ScriptedServer(completion(GOOD)) as server:
        (first,) = ask_all(_model(server.base_url, Recording(path, offline=False)), question())
        replay = Recording(path, offline=True)
        (again,) = ask_all(_model(server.base_url, replay), question())
        assert len(server.received) == 1
    assert first.value == again.value == GOOD_ROW
    assert first.usage == again.usage and again.usage.calls == 1 and again.usage.prompt_tokens > 0
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert replay.seconds == json.loads(line)["seconds"]
    assert len(replay.schemas) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (completion("no JSON"), AnswerInvalid),
        (completion(GOOD[:20], finish_reason="length"), AnswerTruncated),
    ],
)
def test_a_failure_of_the_model_is_replayed_as_it_was(
    reply: Reply, kind: type[Exception], tmp_path: Path
) -> None:
    path = tmp_path / "answers.jsonl"
    with ScriptedServer(reply) as server:
        (first,) = ask_all(_model(server.base_url, Recording(path, offline=False)), question())
        (again,) = ask_all(_model(server.base_url, Recording(path, offline=True)), question())
    assert isinstance(first.error, kind) and isinstance(again.error, kind)
    assert (str(first.error), first.text, first.usage) == (str(again.error), again.text, again.usage)


def test_an_endpoint_that_fails_is_not_recorded(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "answers.jsonl", offline=False)
    with ScriptedServer(Reply(status=500)) as server:
        (answer,) = ask_all(_model(server.base_url, recording), question())
        assert isinstance(answer.error, ModelUnreachable)
        assert recording.passing is answer.error
    assert not recording.path.exists()


def test_repeats_are_kept_apart(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "answers.jsonl", offline=False)
    with ScriptedServer(completion(GOOD)) as server:
        ask_all(_model(server.base_url, recording), question(), question(sample=1))
        assert len(server.received) == 2
    assert len(recording.path.read_text(encoding="utf-8").splitlines()) == 2


def test_offline_lets_no_question_through(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("")
    with ScriptedServer(completion(GOOD)) as server:
        (answer,) = ask_all(_model(server.base_url, Recording(path, offline=True)), question())
        assert server.received == []
    assert isinstance(answer.error, AnswerNotRecorded)
    with pytest.raises(ConfigurationError, match="there is no recording"):
        Recording(tmp_path / "none.jsonl", offline=True)


def test_a_torn_last_line_is_cut_off_and_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with ScriptedServer(completion(GOOD)) as server:
        ask_all(_model(server.base_url, Recording(path, offline=False)), question(), question(sample=1))
        content = path.read_bytes()
        path.write_bytes(content[:-30])
        ask_all(_model(server.base_url, Recording(path, offline=False)), question(), question(sample=1))
        assert len(server.received) == 3
    keys = [json.loads(line)["key"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(keys) == len(set(keys)) == 2


def test_an_answer_that_no_longer_fits_its_schema_is_none(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with ScriptedServer(completion(GOOD)) as server:
        ask_all(_model(server.base_url, Recording(path, offline=False)), question())
        stored = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(stored | {"text": "{}"}) + "\n", encoding="utf-8")
        (answer,) = ask_all(_model(server.base_url, Recording(path, offline=True)), question())
    assert isinstance(answer.error, AnswerNotRecorded)
