"""Clients that never finish what they say, and such that never read what they are told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import pytest

from gkllm.service import app
from gkllm.service.configuration import Configuration
from gkllm.settings import Settings
from tests.service.asking import YINZHOU
from tests.service.process import counted, running
from tests.service.test_queue import copies

CLIENTS = 1_000
_SENT_EVERY = 1.0
_GIVEN_UP = 120.0
_HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: 90000\r\n"
BEGUN = (
    b"",
    b"GET /v1/queue HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    _HEAD % (b"/v1/reports", b"multipart/form-data; boundary=b") + b"\r\n--b",
    _HEAD % (b"/v1/check", b"application/json") + b'\r\n{"tree": ',
)
"""What slow clients have said when they become slow: nothing, part of a head, of files, of a message."""


def slow_clients(port: int, opened: ExitStack) -> list[socket.socket]:
    found = []
    for number in range(CLIENTS):
        found.append(opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)))
        found[-1].sendall(BEGUN[number % len(BEGUN)])
    return found


@contextmanager
def sending(clients: list[socket.socket]) -> Iterator[None]:
    """While each of them says a byte now and then, as long as anybody listens."""
    ended = threading.Event()

    def send() -> None:
        while not ended.wait(_SENT_EVERY):
            for client in clients:
                with suppress(OSError):
                    client.send(b"x")

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()


def seconds_of_answers(address: str) -> float:
    taken = []
    with httpx2.Client(base_url=address, timeout=60) as client:
        for _ in range(20):
            began = time.monotonic()
            assert client.get("/v1/queue").status_code == 200
            taken.append(time.monotonic() - began)
    return median(taken)


def test_a_thousand_slow_clients_hold_nobody_up_and_are_given_up(tmp_path: Path) -> None:
    with running(tmp_path / "a.db", jobs=1) as served, ExitStack() as opened:
        address = f"http://127.0.0.1:{served.port}"
        alone = seconds_of_answers(address)
        slow = slow_clients(served.port, opened)
        with sending(slow):
            beside = seconds_of_answers(address)
            assert beside < max(0.5, 10 * alone)
            with served.client() as client:
                job = client.hand_over([("a.txt", YINZHOU.read_bytes())])
                assert client.wait(job.id, 120).reports == 1
            assert_given_up(slow)
        assert served.stop() == 0
    assert counted(served.store)[0] == 1


def assert_given_up(clients: list[socket.socket]) -> None:
    """Every connection ends, although its client goes on saying something."""
    ends = time.monotonic() + _GIVEN_UP
    for client in clients:
        client.settimeout(max(0.1, ends - time.monotonic()))
        with suppress(ConnectionError):
            while client.recv(4096):
                pass


@contextmanager
def served_here(store: Path, **options: Any) -> Iterator[int]:
    """A service behind a socket, in a thread of this process; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = app.server_of(Configuration(str(store), Settings(reader="rules"), port=port, jobs=0, **options))
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        ends = time.monotonic() + 60
        while not made.started and time.monotonic() < ends:
            time.sleep(0.05)
        yield port
    finally:
        made.should_exit = True
        thread.join()


def test_a_client_that_does_not_read_its_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_UNREAD_SECONDS", 1.0)
    copies(tmp_path, 80)
    with served_here(tmp_path / "reports.db") as port:
        whole = int(
            httpx2.get(f"http://127.0.0.1:{port}/v1/reports?format=jsonl", timeout=120).headers[
                "content-length"
            ]
        )
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /v1/reports?format=jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            client.settimeout(120)
            received = len(client.recv(1))
            time.sleep(4)
            with suppress(ConnectionError):
                while chunk := client.recv(65536):
                    received += len(chunk)
        assert 0 < received < whole
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
