"""The service ended by SIGKILL at random moments while files and decisions are handed over to it."""

import random
import sqlite3
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gkllm.errors import ServiceError
from gkllm.service.client import Client
from tests.service.process import Named, Server, counted, mixed_files

_LIFE = 1.5
"""Seconds at most that it lives: every second time once it answers, else once a document was read since it started."""
_FILES_A_LIFE = 4
_READS = 300.0


@dataclass(frozen=True, slots=True)
class Left:
    """What stands in the end: files that were accepted, documents that were read, their reports, those that stand
    twice, files of jobs that nobody finished, decisions that were answered, those of them that are not there, and
    SQLite's word on the store."""

    accepted: int
    read: int
    reports: int
    twice: int
    unfinished: int
    decided: int
    decisions_lost: int
    store: str

    @property
    def whole(self) -> bool:
        """Whether nothing that was accepted is lost, and nothing stands twice."""
        once = self.accepted == self.read == self.reports
        return (
            once and not self.twice and not self.unfinished and not self.decisions_lost and self.store == "ok"
        )


def kill_and_restart(scratch: Path, kills: int, seed: int = 0) -> Left:
    """Hand files over, and decide cells, while the service is killed so many times and started again each time.

    Who hands over asks again for what was not answered, as clients do, and never for what was.
    """
    rng, server = random.Random(seed), Server(scratch / "killed.db", jobs=1)
    waiting = mixed_files(kills * _FILES_A_LIFE)
    accepted, decided = list[Named](), list[str]()
    try:
        for left in range(kills, -1, -1):
            server.start()
            killer = threading.Thread(target=_kill, args=(server, rng.uniform(0.0, _LIFE), left % 2 == 0))
            if left:
                killer.start()
            most = len(waiting) if left == 0 else _FILES_A_LIFE
            with suppress(ServiceError), server.client() as client:
                for _ in range(min(most, len(waiting))):
                    client.hand_over([waiting[-1]], wait=False)
                    accepted.append(waiting.pop())
                    decided += _decided(client)
                while left and killer.is_alive():
                    decided += _decided(client)
            if left:
                killer.join()
                server.process.wait()
                print(f"{left} to go, {len(accepted)} files accepted", file=sys.stderr)
        _wait_until_read(server.store)
    finally:
        server.kill()
    return _left(server.store, len(accepted), decided)


def _kill(server: Server, seconds: float, once_read: bool) -> None:
    before = _readings(server.store)
    ends = time.monotonic() + _READS
    while once_read and _readings(server.store) == before and time.monotonic() < ends:
        time.sleep(0.05)
    time.sleep(seconds)
    server.process.kill()


def _readings(store: Path) -> int:
    return _asked(store, "SELECT count(*) FROM readings")


def _decided(client: Client) -> list[str]:
    """The decision about the first cell that is open, by its id."""
    for item in client.queue(limit=1).items:
        made = client.decide(item.report, item.cell, 7, expected=item.last)
        return [decision.id for decision in made.decisions]
    time.sleep(0.1)
    return []


def _wait_until_read(store: Path) -> None:
    ends = time.monotonic() + _READS
    while _asked(store, "SELECT count(*) FROM jobs WHERE finished IS NULL") and time.monotonic() < ends:
        time.sleep(0.2)


def _left(store: Path, accepted: int, decided: list[str]) -> Left:
    read, reports, twice, sound = counted(store)
    unfinished = _asked(store, "SELECT count(*) FROM job_files WHERE finished IS NULL")
    places = ", ".join("?" * len(decided))
    kept = _asked(store, f"SELECT count(*) FROM decisions WHERE entry_id IN ({places})", *decided)
    return Left(accepted, read, reports, twice, unfinished, len(decided), len(decided) - kept, sound)


def _asked(store: Path, query: str, *values: str) -> int:
    connection = sqlite3.connect(store)
    try:
        return int(connection.execute(query, values).fetchone()[0])
    finally:
        connection.close()
