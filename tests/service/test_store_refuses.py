"""The store is locked by another, or its disk is full: that is told, nothing accepted is lost, and it passes."""

import asyncio
import os
import resource
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from gkllm.service import service
from gkllm.service.client import Client, Refused
from gkllm.service.threads import in_thread
from gkllm.store import open_store
from tests.service.asking import YINZHOU, hand_over, serving, told
from tests.service.process import counted, mixed_files, running
from tests.service.test_queue import copies, queue
from tests.service.test_slow_clients import served_here
from tests.store.documents import asked


def test_a_store_that_another_holds_is_told_of_and_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_STORE_SECONDS", 0.5)
    copies(tmp_path, 1)
    with serving(tmp_path, jobs=0) as client:
        item = queue(client)["items"][0]
        path, body = (
            f"/v1/reports/{item['report']}/decisions",
            {"cell": item["cell"], "value": 7, "expected": None},
        )
        with closing(sqlite3.connect(tmp_path / "reports.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for refused in (
                client.post(path, json=body),
                hand_over(client, ("a.txt", YINZHOU.read_bytes())),
                client.post(f"/v1/reports/{item['report']}/notes", json={"cell": item["cell"], "text": "x"}),
            ):
                told(refused, 503)
                assert int(refused.headers["retry-after"]) > 0
            assert queue(client)["items"][0] == item
            assert client.get("/healthz").status_code == 200
            other.execute("ROLLBACK")
        assert asked(tmp_path / "reports.db", "SELECT count(*) FROM jobs") == [(0,)]
        assert client.post(path, json=body).status_code == 201
        assert hand_over(client, ("a.txt", YINZHOU.read_bytes()), prefer="respond-async").status_code == 202


def test_what_comes_while_the_store_is_held_is_taken_up_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_STORE_SECONDS", 0.2)
    copies(tmp_path, 1)
    with serving(tmp_path, jobs=0) as client:
        each = queue(client)["open"]
        watching = client.app.state.service.events  # type: ignore[attr-defined]
        watching._watching.cancel()
        copies(tmp_path, 1, first=1)
        with closing(sqlite3.connect(tmp_path / "reports.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held = queue(client)
            assert (held["open"], held["behind"]) == (each, 1)
            assert client.get("/v1/reports").json()["total"] == 2
            other.execute("ROLLBACK")
        taken = queue(client)
        assert (taken["open"], taken["behind"]) == (2 * each, 0)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux bounds another process' files")
def test_a_full_disk_costs_nothing_that_was_accepted(tmp_path: Path) -> None:
    store = tmp_path / "full.db"
    with running(store, jobs=1) as server, server.client() as client:
        files = mixed_files(12)
        client.wait(client.hand_over(files[:1]).id, 120)
        sizes = [file.stat().st_size for file in (store, store.with_name("full.db-wal")) if file.exists()]
        _, most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (max(sizes), most))
        accepted = 1 + sum(_accepted(client, file, 503) for file in files[1:])
        assert accepted < len(files), "the disk was full"
        large = [("large.txt", os.urandom(4_000_000))]
        with pytest.raises(Refused, match="503"):
            client.hand_over(large)
        assert client.queue(limit=1).version == 0
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, most))
        jobs = [client.hand_over([file], wait=False).id for file in files]
        assert all(client.wait(job, 180).failed == 0 for job in jobs)
        assert server.stop() == 0
    assert counted(store) == (12, 12, 0, "ok")


def _accepted(client: Client, file: tuple[str, bytes], status: int) -> bool:
    try:
        client.hand_over([file], wait=False)
    except Refused as refused:
        assert refused.status == status
        return False
    return True


def test_a_stream_ends_with_its_token(tmp_path: Path) -> None:
    store = tmp_path / "reports.db"
    with open_store(store, create=True) as opened:
        kept, taken = opened.tokens.add("王芳", "read"), opened.tokens.add("李雷", "full")
        with served_here(store, require_token=True) as port:
            address = f"http://127.0.0.1:{port}"
            with Client(address, taken) as revoked, Client(address, kept) as other:
                heard, still = revoked.events(), other.events()
                assert next(heard)[0] == next(still)[0] == "hello"
                opened.tokens.revoke("李雷")
                began = time.monotonic()
                assert list(heard) == [] and time.monotonic() - began < 30
                with pytest.raises(Refused, match="401"):
                    revoked.queue()
                assert other.queue().open == 0
                still.close()  # type: ignore[attr-defined]


def test_who_is_cancelled_while_the_store_is_asked_waits_for_its_answer() -> None:
    asked_it, answers, answered = threading.Event(), threading.Event(), threading.Event()

    def ask() -> None:
        asked_it.set()
        assert answers.wait(10)
        answered.set()

    async def cancel() -> None:
        asking = asyncio.create_task(in_thread(ask))
        assert await asyncio.to_thread(asked_it.wait, 10)
        asking.cancel()
        await asyncio.sleep(0.05)
        assert not asking.done()
        answers.set()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(cancel())
    assert answered.is_set()
