"""`gkllm extract` with a model: what becomes of a dead endpoint, of limits on spending, and of the order of results."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from tests.wire.scripted import Received, Reply, ScriptedServer, completion, failure

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOISY = str(FIXTURES / "yinzhou-2019.txt")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def gkllm(base_url: str, *arguments: str) -> Result:
    model = ("--model", "scripted", "--base-url", base_url, "--no-cache", "--format", "jsonl")
    return CliRunner().invoke(app, ["extract", *arguments, *model])


def copies(number: int) -> list[str]:
    """As many reports, each a document of its own."""
    text = Path(NOISY).read_text(encoding="utf-8")
    names = [f"{index:03}.txt" for index in range(number)]
    for name in names:
        Path(name).write_text(f"{text}\n{name}\n", encoding="utf-8")
    return names


def values(line: str) -> list[object]:
    return [(cell["id"], cell["value"], cell["state"]) for cell in json.loads(line)["cells"]]


@pytest.mark.parametrize("reader", ["model", "both"])
def test_a_model_that_gives_nothing_is_said_so_and_the_rules_reading_is_written(reader: str) -> None:
    with ScriptedServer(failure(401)) as server:
        done = gkllm(server.base_url, NOISY, "--reader", reader)
    rules = CliRunner().invoke(app, ["extract", NOISY, "--reader", "rules", "--format", "jsonl"])
    assert done.exit_code == 4
    assert "the model gave no usable answer for 1 of 1 reports" in done.stderr and "HTTP 401" in done.stderr
    assert values(done.stdout) == values(rules.stdout)
    assert "the model gave no usable answer" in " ".join(json.loads(done.stdout)["warnings"])
    assert len(server.received) <= 4


def test_with_rules_first_a_dead_endpoint_is_told_and_no_failure() -> None:
    with ScriptedServer(failure(401)) as server:
        done = gkllm(server.base_url, NOISY)
    assert done.exit_code == 0
    assert "the model gave no usable answer for 1 of 1 reports" in done.stderr


def test_an_input_that_cannot_be_read_outweighs_a_silent_model() -> None:
    with ScriptedServer(failure(401)) as server:
        assert gkllm(server.base_url, NOISY, "missing.txt", "--reader", "both").exit_code == 1


def test_a_dead_endpoint_costs_a_batch_a_handful_of_calls() -> None:
    with ScriptedServer(failure(401)) as server:
        done = gkllm(server.base_url, *copies(12), "--reader", "both", "--concurrency", "8")
    assert done.exit_code == 4
    assert "for 12 of 12 reports" in done.stderr
    assert len(server.received) <= 2


def test_a_closed_port_is_given_up_for_the_whole_batch() -> None:
    with ScriptedServer(completion("")) as server:
        address = server.base_url
    names = copies(6)
    done = gkllm(address, *names, "--reader", "both")
    assert done.exit_code == 4 and "was given up" in done.stdout
    calls = sum(json.loads(line)["usage"]["calls"] for line in done.stdout.splitlines())
    assert calls <= 8


class SlowOverOne(ScriptedServer):
    """Takes its time over one report, which is not the first: that one's answers show that the endpoint is alive."""

    def reply_to(self, received: Received) -> Reply:
        return completion("{}", delay=6.0 if "甲" in json.dumps(received.body, ensure_ascii=False) else 0.0)


@pytest.mark.parametrize("in_order", [False, True])
def test_one_slow_answer_holds_nobody_back_unless_order_is_asked_for(in_order: bool) -> None:
    names = copies(3)
    slow = Path(names[1])
    slow.write_text(slow.read_text(encoding="utf-8").replace("予以公开", "予以公开甲"), encoding="utf-8")
    with SlowOverOne() as server:
        options = ("--in-order",) if in_order else ()
        done = gkllm(server.base_url, *names, "--reader", "both", "--concurrency", "40", *options)
    left = [json.loads(line)["source"]["name"] for line in done.stdout.splitlines()]
    assert sorted(left) == names
    assert (left[-1] == names[1]) is not in_order
    assert not in_order or left == names


def test_a_report_costs_no_more_tokens_than_allowed() -> None:
    with ScriptedServer(completion("{}", tokens=(900, 100))) as server:
        done = gkllm(server.base_url, NOISY, "--reader", "both", "--max-tokens-per-report", "3000")
    report = json.loads(done.stdout)
    usage = report["usage"]
    assert 0 < usage["prompt_tokens"] + usage["completion_tokens"] <= 4000
    assert "a report may cost" in " ".join(report["warnings"])
    assert all(received.body["max_tokens"] <= 3000 for received in server.received)


def test_a_limit_on_money_needs_a_price() -> None:
    done = gkllm("http://127.0.0.1:9/v1", NOISY, "--max-cost", "1")
    assert done.exit_code == 2 and "prompt_price" in done.stderr


def test_a_run_costs_no_more_money_than_allowed() -> None:
    Path("gkllm.toml").write_text("prompt_price = 1000.0\ncompletion_price = 1000.0\n", encoding="utf-8")
    with ScriptedServer(completion("{}", tokens=(900, 100))) as server:
        done = gkllm(server.base_url, *copies(4), "--reader", "both", "--max-cost", "6")
    spent = [json.loads(line)["usage"] for line in done.stdout.splitlines()]
    assert sum(usage["prompt_tokens"] + usage["completion_tokens"] for usage in spent) <= 7000
    assert "the run may cost" in done.stdout
