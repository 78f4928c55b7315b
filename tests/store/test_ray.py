"""A Ray cluster on this machine: every report once, whatever is killed on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

import gkllm
from tests.store.documents import write_documents

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

REPOSITORY = Path(__file__).parents[2]
ACTOR = b"ray::MapWorker"


@contextmanager
def driver(folder: Path, output: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", set[int]]]:
    """A run on two actors, and a set for what it started, of which nothing is left behind."""
    command = [
        sys.executable,
        "-m",
        "gkllm",
        "batch",
        str(folder),
        "-o",
        str(output),
        "--jobs",
        "2",
        *options,
    ]
    process = subprocess.Popen(
        [*command, "--reader", "rules", "--engine", "ray"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        # Ray's workers give way to everything else on a machine, and on a busy one never get to work.
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "RAY_worker_niceness": "0"},
    )
    started: set[int] = set()
    try:
        yield process, started
    finally:
        started |= _descendants(process.pid)
        process.kill()
        process.communicate()
        for left in started:
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


def _descendants(process: int) -> set[int]:
    found: set[int] = set()
    waiting = [process]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            with suppress(OSError):
                new = set(map(int, task.read_text("ascii").split())) - found
                found |= new
                waiting += new
    return found


def _actors(process: int) -> list[int]:
    found = []
    for one in _descendants(process):
        with suppress(OSError):
            if Path(f"/proc/{one}/cmdline").read_bytes().startswith(ACTOR):
                found.append(one)
    return found


def _wait_for_shards(output: Path, count: int, process: "subprocess.Popen[str]") -> None:
    give_up = time.monotonic() + 900
    while len(list((output / "reports").glob("*.parquet"))) < count:
        assert time.monotonic() < give_up and process.poll() is None, process.communicate()[1]
        time.sleep(0.05)


def _rows(output: Path) -> list[dict[str, object]]:
    from pyarrow import parquet

    return [
        row for file in (output / "reports").glob("*.parquet") for row in parquet.read_table(file).to_pylist()
    ]


def kill_and_start_again(folder: Path, documents: int, shard: int) -> None:
    paths = write_documents(folder / "in", documents)
    output = folder / "out"
    options = ("--shard-size", str(shard), "-q")
    with driver(folder / "in", output, *options) as (first, started):
        _wait_for_shards(output, documents // shard // 5, first)
        os.kill(_actors(first.pid)[0], signal.SIGKILL)
        _wait_for_shards(output, documents // shard // 2, first)
        started |= _descendants(first.pid)
        first.kill()
    half = len(list((output / "reports").glob("*.parquet")))
    assert 0 < half < documents // shard
    with driver(folder / "in", output, *options) as (second, _):
        said = second.communicate(timeout=3000)[1]
        assert second.returncode == 0, said
    times = Counter(str(row["url"]) for row in _rows(output))
    assert times == Counter(f"file://{path}" for path in paths)
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    assert manifest["totals"]["documents"] == manifest["totals"]["reports"] == documents
    assert manifest["totals"]["failures"] == 0 and len(manifest["shards"]) == -(-documents // shard)
    cells = list((output / "cells").glob("*.parquet"))
    assert len(cells) == len(manifest["shards"])


def test_an_actor_and_the_driver_are_killed_and_every_report_is_there_once(tmp_path: Path) -> None:
    kill_and_start_again(tmp_path, documents=60, shard=5)


@pytest.mark.long
def test_ten_thousand_documents_with_an_actor_and_the_driver_killed() -> None:
    folder = Path("/tmp") / f"gkllm-ray-{os.getpid()}"
    folder.mkdir()
    try:
        kill_and_start_again(folder, documents=10_000, shard=50)
    finally:
        shutil.rmtree(folder)


def test_lines_are_as_extraction_writes_them_and_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    paths = write_documents(tmp_path / "in", 6)
    (tmp_path / "in" / "none.txt").write_text("没有表格", encoding="utf-8")
    with driver(tmp_path / "in", tmp_path / "out", "--shard-size", "4") as (run, _):
        said = run.communicate(timeout=600)[1]
    assert run.returncode == 1 and "7 documents" in said, said
    rows = _rows(tmp_path / "out")
    (failed,) = [row for row in rows if row["failure"]]
    assert failed["failure"] == "NoTablesFound" and str(failed["url"]).endswith("none.txt")
    read = {str(row["url"]): json.loads(str(row["json"])) for row in rows if not row["failure"]}
    for path in paths:
        direct = json.loads(gkllm.extract(path, gkllm.Settings(reader="rules")).to_json())
        found = read[f"file://{path}"]
        assert {**found, "source": None} == {**direct, "source": None}
        assert found["source"]["sha256"] == direct["source"]["sha256"]
