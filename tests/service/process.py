"""`gkllm serve` in a process of its own, files to hand over to it, and what then stands in its store."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.generator import NoiseLevel, generate
from gkllm.service.client import Client
from tests.rendering.docx import render_docx
from tests.rendering.html import STYLES, render_html
from tests.rendering.structure import FORMS

_STARTS = 120.0
Named = tuple[str, bytes]


class Server:
    """`gkllm serve` in a process of its own, on loopback."""

    def __init__(self, store: Path, jobs: int = 2) -> None:
        self._command = [sys.executable, "-m", "gkllm", "serve", "--db", str(store), "--reader", "rules"]
        self._command += ["--jobs", str(jobs)]
        self.store = store

    def start(self) -> None:
        """Start it at a port that is free now, and wait until it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        log = self.store.with_suffix(".log")
        with log.open("wb") as errors:
            self.process = subprocess.Popen([*self._command, "--port", str(self.port)], stderr=errors)
        ends = time.monotonic() + _STARTS
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(f"the service does not answer: {log.read_text(errors='replace')}")

    def kill(self) -> None:
        """End it as the system does when memory is short."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Tell it to stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def client(self) -> Client:
        """A connection to it."""
        return Client(f"http://127.0.0.1:{self.port}")

    def memory(self) -> int:
        """Bytes that it and its processes have."""
        found = subprocess.run(
            ["ps", "-o", "rss=", "--pid", str(self.process.pid), "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        return 1024 * sum(map(int, found.stdout.split()))


@contextmanager
def running(store: Path, jobs: int = 2) -> Iterator[Server]:
    """A server, ended in the end however that comes."""
    server = Server(store, jobs)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def mixed_files(count: int) -> list[Named]:
    """Generated reports, each another: of ten six are text, three pages, one is a Word file."""
    found: list[Named] = []
    for seed in range(count):
        report = generate(seed, layout="word_dump", noise=NoiseLevel.MODERATE)
        form = FORMS[seed % len(FORMS)]
        match seed % 10:
            case 7 | 8 | 9:
                found.append((f"{seed}.html", render_html(report, form, STYLES[seed % len(STYLES)])))
            case 6:
                found.append((f"{seed}.docx", render_docx(report, form)))
            case _:
                found.append((f"{seed}.txt", report.text.encode()))
    return found


def counted(store: Path) -> tuple[int, int, int, str]:
    """How many documents were read, reports there are, how many stand twice, and whether the store is sound."""
    with sqlite3.connect(store) as connection:
        documents = connection.execute("SELECT count(*) FROM readings WHERE reports > 0").fetchone()[0]
        reports, distinct = connection.execute(
            "SELECT count(*), count(DISTINCT sha256 || '/' || coalesce(part, 0)) FROM current_reports"
        ).fetchone()
        return (
            documents,
            reports,
            reports - distinct,
            connection.execute("PRAGMA integrity_check").fetchone()[0],
        )
