"""`gkllm eval`: results, gates, resumption, and what it says of bad input."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from gkllm.evaluation.results import SuiteResult, load_result
from tests.wire.scripted import ScriptedServer, completion

FIXTURES = Path(__file__).parents[2] / "fixtures"
PLAIN = """
fixtures = ["FIXTURES/yunxi-2022", "FIXTURES/yinzhou-2019"]
readers = ["rules"]
[[generated]]
by = "evals.generator"
reports = 2
seed = 5
"""
MODELS = """
fixtures = ["FIXTURES/yinzhou-2019"]
readers = ["rules", "model"]
prompts = ["rows-v1"]
[[models]]
label = "scripted"
name = "scripted"
base_url = "URL"
transport_attempts = 1
reasks = 0
recording = "answers.jsonl"
"""


def _suite(tmp_path: Path, content: str, url: str = "http://127.0.0.1:9/v1") -> Path:
    path = tmp_path / "suite.toml"
    path.write_text(content.replace("FIXTURES", str(FIXTURES)).replace("URL", url), encoding="utf-8")
    return path


def _eval(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def _found(tmp_path: Path) -> SuiteResult:
    return load_result(tmp_path / "results" / "suite.json")


def test_a_suite_is_measured_printed_and_written(tmp_path: Path) -> None:
    done = _eval(_suite(tmp_path, PLAIN))
    assert done.exit_code == 0, done.stderr
    result = _found(tmp_path)
    (system,) = result.systems
    cells = sum(cells for document in result.documents for cells in document.cells)
    assert (system.name, system.reports, system.counts.cells) == ("rules", 4, cells)
    assert system.counts.right > 0.99 * cells and system.broken_found == system.broken >= 4
    assert f"({system.counts.right}/{cells})" in done.stdout
    for row in ("(answers nothing)", "(answers 0 everywhere)", "rules"):
        assert f"| {row} |" in done.stdout
    markdown = (tmp_path / "results" / "suite.md").read_text(encoding="utf-8")
    assert done.stdout.strip() in markdown and result.form in markdown and result.suite_sha256 in markdown
    assert {"python", "gkllm", "program"} <= result.environment.keys()
    assert not list((tmp_path / "results").glob("*.partial.jsonl"))


def test_a_result_repeats_itself_and_check_says_so(tmp_path: Path) -> None:
    suite = _suite(tmp_path, PLAIN)
    assert _eval(suite, "-q").exit_code == 0
    committed = tmp_path / "results" / "suite.json"
    assert _eval(suite, "-q", "-o", tmp_path / "again", "--check", committed).exit_code == 0
    assert (tmp_path / "again.json").read_bytes() == committed.read_bytes()
    changed = json.loads(committed.read_bytes())
    changed["systems"][0]["counts"]["silent"] += 1
    committed.write_text(json.dumps(changed), encoding="utf-8")
    done = _eval(suite, "-q", "-o", tmp_path / "again", "--check", committed)
    assert done.exit_code == 4
    assert done.stderr == f"gkllm: not as in {committed}: systems, rules, counts, silent: 1, now 0\n"
    changed["systems"][0]["counts"]["silent"] -= 1
    changed["systems"][0]["records"][0]["reports"][0]["surplus"] = ["x.y.z"]
    committed.write_text(json.dumps(changed), encoding="utf-8")
    done = _eval(suite, "-q", "-o", tmp_path / "again", "--check", committed)
    assert (done.exit_code, "but other records" in done.stderr) == (4, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--min-accuracy", "1"), "cells right is 9"),
        (("--max-silent", "0"), None),
        (("--min-accuracy", "0.9", "--max-silent", "0"), None),
    ],
)
def test_limits_have_a_status_of_their_own(
    arguments: tuple[str, ...], said: str | None, tmp_path: Path
) -> None:
    noisy = PLAIN.replace("reports = 2", "reports = 6") + 'noise = "heavy"\nlayout = "fixed_width"\n'
    done = _eval(_suite(tmp_path, noisy), "-q", *arguments)
    assert done.exit_code == (4 if said else 0)
    assert not said or said in done.stderr
    assert (tmp_path / "results" / "suite.json").exists()


def test_a_suites_own_gates_hold_too(tmp_path: Path) -> None:
    done = _eval(_suite(tmp_path, PLAIN + "[gates.rules]\nmin_accuracy = 1.01\n"), "-q")
    assert done.exit_code == 4
    assert "rules: " in done.stderr and "less than 101.0000%" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("readers = []", "readers: "),
        ('readers = ["rules"]', "no document to measure on"),
        ('readers = ["rules"]\nfixtures = ["nowhere"]', "nowhere.truth.json: "),
        (PLAIN + 'noise = "loud"', "generated.0.noise: "),
        (PLAIN + 'without = ["smudge"]', "unknown kind of noise 'smudge'"),
        (PLAIN.replace("evals.generator", "nowhere.at_all"), "generated.0.by: No module named 'nowhere'"),
        (PLAIN.replace("evals.generator", "json"), "module 'json' has no attribute 'documents'"),
        (PLAIN + "colour = 1", "generated.0.colour: "),
        ("readers =", "not valid TOML"),
        (PLAIN + "[gates.other]\nmax_silent = 0", "gates: no system 'other'; there are rules"),
        (PLAIN.replace('["rules"]', '["model"]'), "the reader 'model' needs models and prompts"),
        (MODELS.replace("rows-v1", "rows-v99"), "there is no prompt 'rows-v99'; shipped prompts: "),
        (MODELS.replace("rows-v1", "mine.md"), "there is no prompt "),
        (MODELS + "offline = true", "there is no recording "),
    ],
)
def test_wrong_usage_is_one_line_and_costs_nothing(content: str, said: str, tmp_path: Path) -> None:
    done = _eval(_suite(tmp_path, content.lstrip()))
    assert done.exit_code == 2
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert not list((tmp_path / "results").glob("*.json"))


def test_an_unknown_system_or_file_is_one_line(tmp_path: Path) -> None:
    assert "no such file" in _eval(tmp_path / "none.toml").stderr
    done = _eval(_suite(tmp_path, PLAIN), "--system", "other")
    assert (done.exit_code, "no system 'other'; there are rules" in done.stderr) == (2, True)


def test_an_invalid_fixture_is_left_out_and_named(tmp_path: Path) -> None:
    for name in ("yunxi-2022", "hewan-2021"):
        for path in FIXTURES.glob(f"{name}.*"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    truth = tmp_path / "yunxi-2022.truth.json"
    content = truth.read_text(encoding="utf-8")
    truth.write_text(
        content.replace('"requests.received.total": {"value": 2', '"requests.received.total": {"value": 3')
    )
    suite = _suite(tmp_path, f'fixtures = ["{tmp_path}"]\nreaders = ["rules"]\n')
    done = _eval(suite, "-q")
    assert done.exit_code == 1
    assert f"left out: {truth}: its numbers break requests." in done.stderr
    assert [document.id for document in _found(tmp_path).documents] == ["hewan-2021"]
    assert len(_found(tmp_path).invalid) == 1


def test_an_unreachable_endpoint_stops_with_one_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    done = _eval(_suite(tmp_path, MODELS), "-q")
    assert done.exit_code == 1
    # Which of the questions under way is told depends on which came first: one that failed, or one that was spared.
    assert "model rows-v1 scripted: 127.0.0.1 " in done.stderr
    assert "the connection failed or was cut" in done.stderr
    assert "1 readings are kept, run again to go on" in done.stderr
    assert done.stderr.count("\n") == 1
    log = (tmp_path / "results" / "suite.partial.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("system") for line in log] == [None, "rules"]
    assert not (tmp_path / "results" / "suite.json").exists()


def test_refusals_count_as_wrong_and_recorded_answers_replay(tmp_path: Path) -> None:
    with ScriptedServer(completion("I cannot help with that.")) as server:
        suite = _suite(tmp_path, MODELS, server.base_url)
        done = _eval(suite, "-q")
    assert done.exit_code == 0, done.stderr
    result = _found(tmp_path)
    rules, model = result.systems
    assert rules.counts.right > 190
    assert (model.counts.right, model.counts.silent, model.counts.cells) == (0, 0, 198)
    assert model.calls > 0 and model.prompt_tokens > 0 and model.schemas and model.prompt
    again = _eval(
        suite, "-q", "--offline", "-o", tmp_path / "again", "--check", tmp_path / "results/suite.json"
    )
    assert again.exit_code == 0, again.stderr


def test_repeats_are_asked_anew_and_shown_side_by_side(tmp_path: Path) -> None:
    with ScriptedServer(completion("no")) as server:
        done = _eval(_suite(tmp_path, "repeats = 2\n" + MODELS.lstrip(), server.base_url), "-q")
        asked = len(server.received)
    assert done.exit_code == 0, done.stderr
    model = _found(tmp_path).systems[1]
    assert (model.repeats, model.reports, model.counts.cells, model.calls) == (2, 2, 396, asked)
    markdown = (tmp_path / "results" / "suite.md").read_text(encoding="utf-8")
    assert "Cells right in each repeat: 0.00% (0/198), 0.00% (0/198)" in markdown


def test_an_answer_not_recorded_counts_as_wrong(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text("")
    done = _eval(_suite(tmp_path, MODELS), "-q", "--offline")
    assert done.exit_code == 0
    assert (_found(tmp_path).systems[1].counts.right, _found(tmp_path).systems[1].calls) == (0, 0)


def test_a_damaged_recording_is_named_by_line(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text("{}\n")
    done = _eval(_suite(tmp_path, MODELS), "-q")
    assert (done.exit_code, "answers.jsonl:1: not a recorded answer" in done.stderr) == (2, True)


def test_prices_come_from_the_users_file(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text('[scripted]\nprompt = 2.0\ncompletion = 8.0\ncurrency = "EUR"\n')
    with ScriptedServer(completion("no")) as server:
        done = _eval(_suite(tmp_path, MODELS, server.base_url), "-q", "--prices", tmp_path / "prices.toml")
    model = _found(tmp_path).systems[1]
    assert model.cost == pytest.approx(
        (2 * model.prompt_tokens + 8 * model.completion_tokens) / 1e6, abs=1e-6
    )
    assert f"{model.cost:g} EUR" in done.stdout
    (tmp_path / "prices.toml").write_text("[scripted]\nprompt = -1\n")
    wrong = _eval(_suite(tmp_path, MODELS), "--prices", tmp_path / "prices.toml")
    assert (wrong.exit_code, "scripted.prompt: " in wrong.stderr) == (2, True)


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    suite = _suite(tmp_path, PLAIN.replace("reports = 2", "reports = 40"))
    log = tmp_path / "results" / "suite.partial.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "gkllm", "eval", str(suite)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until and not (log.exists() and len(log.read_bytes().splitlines()) > 3):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    finished = len(_records(log)) - 1
    assert f"gkllm: interrupted: {finished} readings are finished, run again to go on" in said
    assert 3 <= finished < 42
    # A line that the interrupt tore must not run into the next.
    log.write_bytes(log.read_bytes() + b'{"system": "ru')
    marked = _records_without_tear(log)
    assert _eval(suite, "-q").exit_code == 0
    assert not log.exists()
    kept = [record.model_dump(mode="json") for record in _found(tmp_path).systems[0].records]
    assert len(kept) == 42
    assert [record["document"] for record in kept[: len(marked)]] == [record["document"] for record in marked]


def _records_without_tear(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[1:-1]]


def test_the_log_of_another_measurement_is_not_mixed_in(tmp_path: Path) -> None:
    log = tmp_path / "results" / "suite.partial.jsonl"
    log.parent.mkdir()
    log.write_text('{"measurement": "sha256:other"}\n')
    done = _eval(_suite(tmp_path, PLAIN))
    assert (done.exit_code, "left by another measurement" in done.stderr) == (2, True)
    assert log.exists()


def test_compare_says_which_cells_differ(tmp_path: Path) -> None:
    noisy = PLAIN.replace("reports = 2", "reports = 6") + 'noise = "heavy"\nlayout = "fixed_width"\n'
    assert _eval(_suite(tmp_path, noisy), "-q").exit_code == 0
    path = tmp_path / "results" / "suite.json"
    same = _eval("compare", path, path)
    assert (same.exit_code, "no difference shown" in same.stdout) == (0, True)
    result = json.loads(path.read_bytes())
    (report,) = next(
        record["reports"] for record in result["systems"][0]["records"] if record["reports"][0]["wrong"]
    )
    mended = report["wrong"].pop()
    report["counts"]["right"] += 1
    better = tmp_path / "better.json"
    better.write_text(json.dumps(result), encoding="utf-8")
    done = _eval("compare", path, better, "--left", "rules")
    assert f" {mended['cell']}: " in done.stdout and "better 1, worse 0" in done.stdout
    assert "no difference shown" in done.stdout
    assert _eval("compare", path, tmp_path / "none.json").exit_code == 2
    assert _eval("compare", path, path, "--left", "x").exit_code == 2
