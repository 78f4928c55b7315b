"""The service as a process: killed, stopped, and started as the README says."""

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.service.asking import FIXTURES
from tests.service.kills import kill_and_restart
from tests.service.process import running

ROOT = FIXTURES.parent


def test_what_was_accepted_is_read_though_the_service_is_killed(tmp_path: Path) -> None:
    left = kill_and_restart(tmp_path, kills=3)
    assert left.whole and left.accepted == 12, left


@pytest.mark.long
def test_nothing_accepted_is_lost_in_thirty_kills(tmp_path: Path) -> None:
    left = kill_and_restart(tmp_path, kills=30)
    assert left.whole and left.accepted == 120, left


def test_a_stop_is_graceful_while_somebody_listens(tmp_path: Path) -> None:
    with running(tmp_path / "a.db", jobs=1) as server, server.client() as client:
        heard = client.events()
        assert next(heard)[0] == "hello"
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 30
        assert list(heard) == []


def test_the_readmes_two_lines_start_it_on_the_fixtures(tmp_path: Path) -> None:
    block = re.search(r"<!-- serve -->\n```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert block is not None
    extract, serve = (shlex.split(line) for line in block[1].splitlines())
    assert serve == ["gkllm", "serve", "--db", "reports.db"]
    command = [sys.executable, "-m", *extract, "-q"]
    command[command.index("fixtures")] = str(ROOT / "fixtures")
    subprocess.run(command, cwd=tmp_path, check=True, timeout=300)
    with running(tmp_path / serve[3], jobs=1) as server, server.client() as client:
        assert client.stats().reports == client.reports().total >= 20
        assert client.queue(limit=1).items
