"""The batch: whatever happens to a worker or to the run, every document is in the store exactly once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gkllm.batch import Batch, Finished, Limits, work
from gkllm.cli import app
from gkllm.documents.source import discover
from gkllm.settings import Settings
from tests.store.documents import asked, assert_sound, reports_in, write_documents
from tests.store.hostile import read_one_or_do_harm

REPOSITORY = Path(__file__).parents[2]
FIXTURES = REPOSITORY / "fixtures"
RULES = Settings(reader="rules")
COMMAND = """
import sys
from gkllm.batch import work
from tests.store.hostile import read_one_or_do_harm
work.read_one = read_one_or_do_harm
sys.argv = ["gkllm", *sys.argv[1:]]
from gkllm.cli import main
main()
"""


def read(folder: Path, store: Path, jobs: int = 2, limits: Limits = Limits()) -> list[Finished]:  # noqa: B008
    done: list[Finished] = []
    run = Batch(str(store), RULES, jobs=jobs, limits=limits)
    try:
        run.run(discover([str(folder)]), done.append)
    finally:
        run.close()
    return done


def start(*arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "extract", *map(str, arguments), "--reader", "rules"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def children_of(process: int) -> list[int]:
    """Of all its threads: a child is listed with the thread that started it."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, task.read_text("ascii").split())
        except OSError:
            continue
    return found


def held(store: Path) -> int:
    try:
        return int(asked(store, "SELECT count(*) FROM readings")[0][0])
    except Exception:
        return 0


def test_a_store_gives_what_extraction_writes_itself_in_its_order(tmp_path: Path) -> None:
    gkllm = CliRunner()
    direct, stored = tmp_path / "direct.jsonl", tmp_path / "stored.jsonl"
    common = ("extract", str(FIXTURES), "--reader", "rules", "-q")
    assert gkllm.invoke(app, [*common, "-o", str(direct)]).exit_code == 0
    assert gkllm.invoke(app, [*common, "-o", str(tmp_path / "a.db"), "--jobs", "2"]).exit_code == 0
    assert gkllm.invoke(app, ["export", str(tmp_path / "a.db"), "-o", str(stored)]).exit_code == 0
    assert stored.read_bytes() == direct.read_bytes()


def test_starting_again_reads_what_is_new_or_changed_alone(tmp_path: Path) -> None:
    paths = write_documents(tmp_path / "in", 6)
    store = tmp_path / "a.db"
    assert {one.state for one in read(tmp_path / "in", store)} == {"written"}
    paths[0].write_text(paths[0].read_text("utf-8") + "改", encoding="utf-8")
    write_documents(tmp_path / "in", 2, first=6)
    again = {Path(one.source).name: one.state for one in read(tmp_path / "in", store)}
    assert [name for name, state in sorted(again.items()) if state == "written"] == [
        "00000.txt",
        "00006.txt",
        "00007.txt",
    ]
    assert len(reports_in(store)) == 8
    assert asked(store, "SELECT count(*) FROM reports") == [(9,)]


def test_three_hostile_documents_are_three_failures_and_all_others_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "read_one", read_one_or_do_harm)
    good = write_documents(tmp_path / "in", 12)
    for name in ("00003-hangs.txt", "00005-swells.txt", "00007-crashes.txt"):
        (tmp_path / "in" / name).write_text("报告", encoding="utf-8")
    done = read(tmp_path / "in", tmp_path / "a.db", limits=Limits(seconds=20, memory=700_000_000))
    failed = {Path(f.name).stem: f.message for one in done for f in one.failures}
    assert set(failed) == {"00003-hangs", "00005-swells", "00007-crashes"}
    assert "more than 20 s by the clock" in failed["00003-hangs"]
    assert "more than 700 MB of memory" in failed["00005-swells"]
    assert "broke down" in failed["00007-crashes"]
    kinds = asked(tmp_path / "a.db", "SELECT kind FROM unread ORDER BY name")
    assert kinds == [("LimitExceeded",), ("LimitExceeded",), ("ProcessDied",)]
    assert_sound(tmp_path / "a.db", [str(path) for path in good])


def test_two_runs_on_one_store_share_the_work(tmp_path: Path) -> None:
    paths = write_documents(tmp_path / "in", 60)
    runs = [
        start(tmp_path / "in", "-o", tmp_path / "a.db", "--jobs", "1", "--log-format", "json") for _ in "ab"
    ]
    said = [run.communicate(timeout=120)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    events = [[json.loads(line) for line in lines.splitlines()] for lines in said]
    states = [[event["state"] for event in found if event["event"] == "done"] for found in events]
    assert [len(found) for found in states] == [60, 60]
    assert states[0].count("written") + states[1].count("written") == 60
    assert_sound(tmp_path / "a.db", [str(path) for path in paths])


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_an_interrupt_ends_the_run_within_two_seconds_and_keeps_what_is_done(tmp_path: Path) -> None:
    paths = write_documents(tmp_path / "in", 5)
    (tmp_path / "in" / "00009-hangs.txt").write_text("报告", encoding="utf-8")
    run = start(tmp_path / "in", "-o", tmp_path / "a.db", "--jobs", "2")
    wait_until(lambda: held(tmp_path / "a.db") == 5)
    workers = children_of(run.pid)
    began = time.monotonic()
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=30)[1]
    assert time.monotonic() - began < 2
    # The last one may stand in the store already, and the run not know it yet.
    assert run.returncode == 130 and "of 6 inputs are finished" in said
    assert workers and not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert_sound(tmp_path / "a.db", [str(path) for path in paths])


def wait_until(true: Callable[[], bool], seconds: float = 300) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not come to that"
        time.sleep(0.02)


def kill_at_random(tmp_path: Path, documents: int, workers: int, runs: int, seed: int) -> tuple[int, int]:
    """Kills so many workers and so many whole runs while documents are read, and starts again until all are; how many
    were killed of each.
    """
    chance = random.Random(seed)
    paths = write_documents(tmp_path / "in", documents)
    store, killed = tmp_path / "a.db", [0, 0]
    harm = ["worker"] * workers + ["run"] * runs
    chance.shuffle(harm)
    while True:
        run = start(tmp_path / "in", "-o", store, "--jobs", "2", "-q")
        while harm and run.poll() is None:
            # Some time after it has got somewhere, so that it is hit at work and comes to an end one day.
            before = held(store)
            wait_until(lambda: held(store) > before or run.poll() is not None)  # noqa: B023
            time.sleep(chance.uniform(0, 0.2))
            if harm[-1] == "run":
                run.kill()
            elif found := children_of(run.pid):
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(found), signal.SIGKILL)
            else:
                continue
            killed[harm.pop() == "run"] += 1
        said = run.communicate(timeout=600)[1]
        assert run.returncode in (0, 1, -signal.SIGKILL), said
        if run.returncode == 0:
            break
    assert_sound(store, [str(path) for path in paths])
    assert asked(store, "SELECT * FROM unread") == []
    return killed[0], killed[1]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_killed_workers_and_runs_leave_every_report_exactly_once(tmp_path: Path) -> None:
    assert kill_at_random(tmp_path, documents=150, workers=3, runs=2, seed=1) == (3, 2)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_hundred_workers_and_thirty_runs_killed(tmp_path: Path) -> None:
    assert kill_at_random(tmp_path, documents=3000, workers=100, runs=30, seed=2) == (100, 30)


def test_events_are_json_with_rate_and_what_remains(tmp_path: Path) -> None:
    write_documents(tmp_path / "in", 3)
    (tmp_path / "in" / "none.txt").write_text("没有表格", encoding="utf-8")
    run = start(tmp_path / "in", "-o", tmp_path / "a.db", "--jobs", "1", "--log-format", "json")
    events = [json.loads(line) for line in run.communicate(timeout=60)[1].splitlines()]
    assert run.returncode == 1
    done = [event for event in events if event["event"] == "done"]
    assert [event["finished"] for event in done] == [1, 2, 3, 4]
    assert done[-1]["rate"] > 0 and done[-1]["remaining_seconds"] == 0 and done[-1]["failures"] == 1
    assert {"cells_to_review", "total", "source", "seconds"} <= done[0].keys()
    (failure,) = [event for event in events if event["event"] == "failure"]
    assert failure["kind"] == "NoTablesFound" and failure["source"].endswith("none.txt")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "a.jsonl", "--jobs", "2"), "add -o NAME.db"),
        (("-o", "a.db", "--format", "csv"), "gkllm export writes what it holds"),
        (("-o", "mysql://u:secret@127.0.0.1/x"), "a store is a file (.db) or a postgresql:// URL"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (path,) = write_documents(tmp_path / "in", 1)
    done = CliRunner().invoke(app, ["extract", str(path), *arguments])
    assert done.exit_code == 2 and said in done.stderr and "secret" not in done.stderr
