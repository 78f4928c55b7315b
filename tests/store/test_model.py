"""With a model: what the run may spend holds over all documents that go into a store, and over a cluster's."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from gkllm.settings import ModelSettings, Settings
from tests.store.documents import asked, assert_sound, write_documents
from tests.wire.scripted import ScriptedServer, completion, failure


def read(folder: Path, store: Path, base_url: str, *arguments: str) -> Result:
    model = (
        "--reader",
        "both",
        "--model",
        "scripted",
        "--base-url",
        base_url,
        "--no-cache",
        "-o",
        str(store),
    )
    return CliRunner().invoke(app, ["extract", str(folder), *model, *arguments])


def test_a_dead_endpoint_costs_a_handful_of_calls_and_all_is_written(tmp_path: Path) -> None:
    paths = write_documents(tmp_path / "in", 10)
    with ScriptedServer(failure(401)) as server:
        done = read(tmp_path / "in", tmp_path / "a.db", server.base_url, "--concurrency", "8", "--jobs", "2")
    assert done.exit_code == 4, done.output
    assert "for 10 reports" in done.stderr and "--jobs says nothing" in done.stderr
    assert len(server.received) <= 2
    assert_sound(tmp_path / "a.db", [str(path) for path in paths])
    (content,) = asked(tmp_path / "a.db", "SELECT content FROM settings")[0]
    settings = json.loads(content)
    assert (settings["reader"], settings["model"]) == ("both", "scripted")
    assert "@" in settings["prompt"] and "api_key" not in settings


def test_a_run_into_a_store_costs_no_more_money_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gkllm.toml").write_text("prompt_price = 1000.0\ncompletion_price = 1000.0\n", encoding="utf-8")
    write_documents(tmp_path / "in", 4)
    with ScriptedServer(completion("{}", tokens=(900, 100))) as server:
        done = read(tmp_path / "in", tmp_path / "a.db", server.base_url, "--max-cost", "6")
    assert asked(tmp_path / "a.db", "SELECT count(*) FROM reports") == [(4,)], done.output
    ((spent,),) = asked(tmp_path / "a.db", "SELECT sum(prompt_tokens + completion_tokens) FROM reports")
    assert 0 < spent <= 7000
    # What stands is not asked about again.
    before = len(server.received)
    with ScriptedServer(failure(401)) as idle:
        read(tmp_path / "in", tmp_path / "a.db", server.base_url, "--max-cost", "6")
    assert before == len(server.received) and idle.received == []


def test_the_one_actor_that_asks_keeps_the_bounds_of_the_cluster(tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="comes with Ray")
    from gkllm.batch import Limits
    from gkllm.cluster.plan import Shard, find_inputs
    from gkllm.cluster.pools import ModelPool, Progress, TextPool
    from gkllm.cluster.reading import Job

    write_documents(tmp_path / "in", 8)
    with ScriptedServer(failure(401)) as server:
        model = ModelSettings("scripted", base_url=server.base_url, api_key="none")
        job = Job(Settings(reader="both", model=model, concurrency=4), str(tmp_path / "out"), Limits())
        inputs = tuple(find_inputs([str(tmp_path / "in")]))
        text, asking = TextPool(job, last=False), ModelPool(job, last=True)
        for shard in (Shard.of(inputs[:4]), Shard.of(inputs[4:])):
            counts = json.loads(asking(text({"state": [Progress(shard).packed()]}))["manifest"][0])
            assert (counts["reports"], counts["failures"]) == (4, 0)
        asking.close()
    assert 0 < len(server.received) <= 4
