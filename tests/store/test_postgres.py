"""The store on a real PostgreSQL server, started for these tests."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from gkllm.cli import app
from gkllm.review.stored_log import open_log
from gkllm.store import open_store
from tests.review.desk import make_decision
from tests.store.documents import write_documents
from tests.store.postgres import INSTALLED, running_server
from tests.store.test_batch import FIXTURES, children_of, start

pytestmark = pytest.mark.skipif(not INSTALLED, reason="no PostgreSQL server is installed")


@pytest.fixture
def url() -> Iterator[str]:
    with running_server() as url:
        yield url


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchall()


def test_a_server_gives_what_extraction_writes_itself(url: str, tmp_path: Path) -> None:
    gkllm = CliRunner()
    direct, stored = tmp_path / "direct.jsonl", tmp_path / "stored.jsonl"
    common = ("extract", str(FIXTURES), "--reader", "rules", "-q")
    assert gkllm.invoke(app, [*common, "-o", str(direct)]).exit_code == 0
    done = gkllm.invoke(app, [*common, "-o", url])
    assert done.exit_code == 0, done.output
    done = gkllm.invoke(app, ["export", url, "-o", str(stored)])
    assert done.exit_code == 0, done.output
    assert stored.read_bytes() == direct.read_bytes()
    cells = [cell for line in direct.read_text("utf-8").splitlines() for cell in json.loads(line)["cells"]]
    assert query(url, "SELECT count(*) FROM cells_long") == [(len(cells),)]
    needing = sum(cell["needs_review"] for cell in cells)
    assert query(url, "SELECT count(*) FROM open_review WHERE opinions = 0") == [(needing,)]
    assert query(url, "SELECT count(*) FROM broken_relations")[0][0] > 0  # type: ignore[operator]
    wide = query(
        url, "SELECT \"requests.received.total\" FROM reports_wide WHERE source LIKE '%yinzhou-2019.txt'"
    )
    assert wide == [(3,)]
    log = open_log(url)
    log.append([make_decision("requests.received.total", 3)])
    assert [entry.reviewer for entry in open_log(url).read().entries] == ["alice"]
    with pytest.raises(psycopg.errors.RaiseException, match="only added to"):
        query(url, "DELETE FROM decisions RETURNING id")
    with open_store(url) as store:
        assert store.count() == len(direct.read_text("utf-8").splitlines())


def share(url: str, folder: Path, documents: int, killed_after: int | None) -> None:
    """Two writers on two processes; of one, workers and then the whole run may be killed on the way."""
    paths = write_documents(folder, documents)
    writers = [start(folder, "-o", url, "--jobs", "1", "--log-format", "json") for _ in "ab"]
    if killed_after is not None:
        give_up = time.monotonic() + 60
        while not _begun(url, killed_after) and time.monotonic() < give_up:
            time.sleep(0.05)
        for worker in children_of(writers[0].pid):
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        writers[0].kill()
    said = [writer.communicate(timeout=1200)[1] for writer in writers]
    assert writers[1].returncode == 0, said[1]
    if killed_after is None:
        events = [json.loads(line) for lines in said for line in lines.splitlines()]
        states = [event["state"] for event in events if event["event"] == "done"]
        assert len(states) == 2 * documents and states.count("written") == documents
    assert query(url, "SELECT source FROM reports ORDER BY source") == [(str(path),) for path in paths]
    assert query(url, "SELECT count(*), count(DISTINCT document_id) FROM readings") == [
        (documents, documents)
    ]
    assert query(url, "SELECT * FROM unread") == []
    assert len(query(url, "SELECT DISTINCT run_id FROM readings")) == 2


def _begun(url: str, documents: int) -> bool:
    """Whether so many documents are read, some by either writer."""
    try:
        [(read, runs)] = query(url, "SELECT count(*), count(DISTINCT run_id) FROM readings")
    except psycopg.Error:
        return False
    return int(str(read)) >= documents and int(str(runs)) > 1


@pytest.mark.parametrize("killed_after", [None, 8])
def test_two_writers_share_the_work_even_if_one_is_killed(
    url: str, tmp_path: Path, killed_after: int | None
) -> None:
    share(url, tmp_path / "in", 60, killed_after)


@pytest.mark.long
def test_two_writers_and_two_thousand_reports(url: str, tmp_path: Path) -> None:
    share(url, tmp_path / "in", 2000, None)
