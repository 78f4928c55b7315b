"""What the service bears: `python -m tests.service.load` hands over files of every kind, and `--kills N` ends it by
SIGKILL N times while it reads.

Prints whether every file was done and none twice; the memory after each hundred, which is flat where the third hundred
left no more than a twentieth above the second; and the seconds of a small text at half load: so many files a second,
of the same kinds, as are half of what the service did when twenty clients gave it all it could take.
"""

import argparse
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from statistics import median, quantiles

from evals.generator import NoiseLevel, generate
from gkllm.service.client import Client
from tests.rendering.docx import render_docx
from tests.rendering.html import STYLES, render_html
from tests.rendering.structure import FORMS

CLIENTS, FILES = 20, 200
_HUNDRED, _FLAT = 100, 0.05
_WAITERS = 40
"""Clients at half load: none waits for another to be answered."""
_STARTS, _READS = 120.0, 600.0
Named = tuple[str, bytes]


class Server:
    """`gkllm serve` in a process of its own, on loopback."""

    def __init__(self, store: Path, jobs: int = 2) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._command = [sys.executable, "-m", "gkllm", "serve", "--db", str(store), "--port", str(self.port)]
        self._command += ["--reader", "rules", "--jobs", str(jobs)]
        self.store = store

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + _STARTS
        while time.monotonic() < ends:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the service does not answer")

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


def hand_over_all(server: Server, files: Sequence[Named], clients: int) -> list[float]:
    """Hand files over by so many clients, each one after the other, until all are done; the seconds of each."""

    def work(mine: Sequence[Named]) -> list[float]:
        with server.client() as client:
            return [_handed_over(client, file, time.monotonic()) for file in mine]

    with ThreadPoolExecutor(clients) as pool:
        return [one for taken in pool.map(work, (files[n::clients] for n in range(clients))) for one in taken]


def hand_over_at(server: Server, files: Sequence[Named], rate: float, seed: int = 0) -> list[float]:
    """Hand over so many files a second, at random moments, whatever became of those before; the seconds of each from
    its moment."""
    rng, clients = random.Random(seed), SimpleQueue[Client]()

    def work(file: Named, moment: float) -> float:
        client = clients.get()
        time.sleep(max(0.0, moment - time.monotonic()))
        try:
            return _handed_over(client, file, moment)
        finally:
            clients.put(client)

    with ExitStack() as opened, ThreadPoolExecutor(_WAITERS) as pool:
        for _ in range(_WAITERS):
            clients.put(opened.enter_context(server.client()))
        moment, taken = time.monotonic(), list[Future[float]]()
        for file in files:
            moment += rng.expovariate(rate)
            taken.append(pool.submit(work, file, moment))
        return [one.result() for one in taken]


def _handed_over(client: Client, file: Named, since: float) -> float:
    job = client.hand_over([file])
    if job.state != "done":
        client.wait(job.id)
    return time.monotonic() - since


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


def measure(scratch: Path) -> None:
    """The load, and what it costs."""
    files = mixed_files(FILES + 2 * _HUNDRED)
    full, third, half = files[:FILES], files[FILES:-_HUNDRED], files[-_HUNDRED:]
    with running(scratch / "load.db") as server:
        hand_over_all(server, [("first.txt", files[0][1] + b"\n\n")], 1)
        memory, taken = [server.memory()], list[float]()
        began = time.monotonic()
        for start in range(0, FILES, _HUNDRED):
            taken += hand_over_all(server, full[start : start + _HUNDRED], CLIENTS)
            memory.append(server.memory())
        rate = len(taken) / (time.monotonic() - began)
        documents, reports, twice, sound = counted(server.store)
        print(f"{len(taken)} uploads from {CLIENTS} clients: {len(taken) / rate:.1f} s, {rate:.1f}/s")
        print(f"read {documents - 1}, reports {reports - 1}, twice {twice}, store {sound}")
        print(f"full load: p50 {median(taken):.2f} s, p95 {_p95(taken):.2f} s")
        hand_over_all(server, third, CLIENTS)
        memory.append(server.memory())
        at_half = hand_over_at(server, half, rate / 2)
        memory.append(server.memory())
        small = [one for one, (name, _) in zip(at_half, half, strict=True) if name.endswith(".txt")]
        print(f"half load, {rate / 2:.1f} files a second: a small text p50 {median(small):.3f} s, ", end="")
        print(f"p95 {_p95(small):.3f} s, of {len(small)} (bound 1 s)")
        more = memory[3] / memory[2] - 1
        told = ", ".join(f"{one / 1e6:.0f}" for one in memory)
        print(f"memory at first and after each hundred: {told} MB")
        print(
            f"third hundred against the second: {more:+.1%}, {'flat' if more <= _FLAT else 'NOT flat'} (bound 5 %)"
        )


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def kill_and_restart(scratch: Path, kills: int, files: int, seed: int = 0) -> tuple[int, int, int, str]:
    """Hand files over while the service is killed and started again; what stands in the end, as `counted`.

    Every file whose job was answered must be read in the end, though its client never asks again.
    """
    rng, server = random.Random(seed), Server(scratch / "killed.db")
    server.start()
    try:
        accepted = 0
        waiting = mixed_files(files)
        for left in range(kills, -1, -1):
            share = len(waiting) if left == 0 else max(1, len(waiting) // (left + 1))
            moment = time.monotonic() + rng.uniform(0.0, 1.5)
            while share and waiting and (left == 0 or time.monotonic() < moment):
                with server.client() as client:
                    client.hand_over([waiting[-1]], wait=False)
                waiting.pop()
                accepted, share = accepted + 1, share - 1
            if left:
                time.sleep(max(0.0, moment - time.monotonic()))
                server.kill()
                server.start()
        with server.client() as client:
            ends = time.monotonic() + _READS
            while client.stats().documents < files and time.monotonic() < ends:
                time.sleep(0.2)
        assert accepted == files, "every file was accepted"
        return counted(server.store)
    finally:
        server.kill()


def main() -> None:
    """Measure, on this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0, metavar="N")
    kills = parser.parse_args().kills
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as scratch:
        if kills:
            documents, reports, twice, sound = kill_and_restart(Path(scratch), kills, 4 * kills)
            print(f"{kills} kills: {4 * kills} files accepted, {documents} read, {reports} reports, ", end="")
            print(f"{twice} twice, store {sound}")
        else:
            measure(Path(scratch))


if __name__ == "__main__":
    main()
