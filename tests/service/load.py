"""What the service bears: `python -m tests.service.load` hands over files of every kind, and `--kills N` ends it by
SIGKILL N times while it reads.

Prints whether every file was done and none twice; the memory after each hundred, which is flat where the third hundred
left no more than a twentieth above the second; and the seconds of a small text at half load: so many files a second,
of the same kinds, as are half of what the service did when twenty clients gave it all it could take.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from statistics import median, quantiles

from gkllm.service.client import Client
from tests.service.kills import kill_and_restart
from tests.service.process import Named, Server, counted, mixed_files, running

CLIENTS, FILES = 20, 200
_HUNDRED, _FLAT = 100, 0.05
_WAITERS = 40
"""Clients at half load: none waits for another to be answered."""


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


def main() -> None:
    """Measure, on this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0, metavar="N")
    kills = parser.parse_args().kills
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as scratch:
        if not kills:
            measure(Path(scratch))
            return
        began = time.monotonic()
        left = kill_and_restart(Path(scratch), kills)
        print(f"{kills} kills in {time.monotonic() - began:.0f} s: {left}")
        print("nothing accepted is lost, none stands twice" if left.whole else "LOST")
        sys.exit(not left.whole)


if __name__ == "__main__":
    main()
